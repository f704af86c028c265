"""The numbers of a page that eyes do not see: of its charts, attributes, comments and hidden elements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.audit.finding import Finding, listed
from pipeline.audit.numerals import NESTED, Number, numbers, typed_array, written
from pipeline.audit.page import Page
from pipeline.audit.published import Published

STAMPS = {"data-edition", "data-version", "data-config-hash", "data-input-hash", "data-seed", "data-tier", "data-lang"}
# Of a chart, what says how it looks and not what it shows.
LOOKS = frozenset(
    [
        *("marker", "line", "width", "thickness", "size", "opacity", "domain", "symmetric", "legendrank", "pad"),
        *("hoverlabel", "font", "textfont", "height", "margin", "legend", "xaxis", "xaxis2", "xaxis3", "yaxis"),
        *("yaxis2", "template", "bargap", "type", "mode"),
    ]
)
WORDED = {
    "title",
    "alt",
    "content",
    "value",
    "placeholder",
    "summary",
    "style",
    "aria-label",
    "aria-description",
    "aria-valuetext",
    "aria-valuenow",
    "aria-valuemax",
    "aria-valuemin",
}
VIEWPORT = "width=device-width, initial-scale=1"
COUNTS = {"n", "base", "count", "respondents", "size_n", "total"}
BARS = {"array", "arrayminus"}


@dataclass
class Figures:
    """Numbers by what they must agree with; raw: what no language words otherwise, and all languages must show alike.

    long: (place, length) of lists so long that they may be answers of single people.
    """

    values: list[Number] = field(default_factory=list)
    bars: list[Number] = field(default_factory=list)
    counts: list[Number] = field(default_factory=list)
    data: list[Number] = field(default_factory=list)
    data_counts: list[Number] = field(default_factory=list)
    worded: list[Number] = field(default_factory=list)
    comments: list[Number] = field(default_factory=list)
    hidden: list[Number] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    long: list[tuple[str, int]] = field(default_factory=list)

    def strange(self, where: str, published: Published) -> Iterator[Finding]:
        """Numbers that no published figure gives, and long lists."""
        for source, length in self.long:
            yield _strange("page-microdata", f"{where}, {source}", [f"a list of {length} values"])
        for kind, source, missing in (
            ("page-number", "charts", published.missing(self.values)),
            ("page-number", "error bars", published.missing(self.bars, span=True)),
            ("page-number", "counts in charts", published.missing_counts(self.counts)),
            ("page-number", "data attributes", published.missing(self.data)),
            ("page-number", "counts in attributes", published.missing_counts(self.data_counts)),
            ("page-number", "titles and labels", published.missing(self.worded)),
            ("page-comment", "comments", published.missing(self.comments)),
            ("page-hidden", "hidden elements", published.missing(self.hidden)),
        ):
            if missing:
                yield _strange(kind, f"{where}, {source}", [f"{v:g}" for v in missing])


def _strange(kind: str, where: str, shown: list[str]) -> Finding:
    return Finding(kind, where, f"{listed(shown)}: in no published figure of this page")


def figures_of(page: Page, longest: int) -> Figures:
    """The figures of a page or a part of one. longest: values that a list may have."""
    figures = Figures()
    for chart in page.charts:
        _Drawing(figures, longest, _rows(chart)).go_through(chart, ())
    for _, name, value in page.attributes:
        _state(name, value, figures, longest)
    figures.comments = [n for text in page.comments for n in numbers(text)]
    figures.hidden = [n for text in page.hidden for n in numbers(text)]
    return figures


class _Drawing:
    """Adds what a chart shows to the figures, each number as it is met on the way through."""

    def __init__(self, figures: Figures, longest: int, rows: int):
        self.figures, self.longest, self.rows = figures, longest, rows
        self.targets = dict.fromkeys(BARS, figures.bars) | dict.fromkeys(COUNTS, figures.counts)

    def go_through(self, node, path: tuple[str, ...]) -> None:
        """path: the keys that lead to the node."""
        kind = type(node)
        if kind is str:
            if found := numbers(node):
                self._add(path, found, 1)
        elif kind is int or kind is float:
            self._add(path, (number := written(node),), 1)
            self.figures.raw.append(number[0])
        elif kind is list:
            self._list(node, path)
        elif kind is dict:
            self._object(node, path)

    def _object(self, node: dict, path: tuple[str, ...]) -> None:
        if (array := typed_array(node)) is not None:
            self._values(array, path)
            return
        for key, value in node.items():
            if key not in LOOKS:
                self.go_through(value, (*path, key))

    def _list(self, node: list, path: tuple[str, ...]) -> None:
        if NESTED.isdisjoint(map(type, node)):
            self._values(node, path)
            return
        for value in node:
            self.go_through(value, path)

    def _values(self, values: list, path: tuple[str, ...]) -> None:
        """A list of plain values; one that is so long that it may be answers of single people is not looked into."""
        found = [written(v) for v in values if type(v) in (int, float)]
        self.figures.raw += [v for v, _ in found]
        if len(values) > self.longest:
            self.figures.long.append((".".join(path), len(values)))
        else:
            self._add(path, found + [n for v in values if type(v) is str for n in numbers(v)], len(values))

    def _add(self, path: tuple[str, ...], found: Sequence[Number], length: int) -> None:
        last = path[-1] if path else ""
        if last == "y":  # rows of a chart are numbered, its groups set off by part of a row
            found = [n for n in found if not -1 < n[0] < max(self.rows, length) + 1]
        self.targets.get(last, self.figures.values).extend(found)


def _rows(chart) -> int:
    """How many rows a chart has: a group need not have a dot in each."""
    layout = chart.get("layout") if isinstance(chart, dict) else None
    axis = layout.get("yaxis") if isinstance(layout, dict) else None
    labels = axis.get("tickvals") if isinstance(axis, dict) else None
    return len(labels) if isinstance(labels, list) else 0


def _state(name: str, value: str, figures: Figures, longest: int) -> None:
    """Adds what an attribute says."""
    if name == "data-raw":
        figures.raw += [v for v, _ in numbers(value)]
    if name in STAMPS or value == VIEWPORT:
        return
    found = numbers(value.replace(";", " ").replace(",", " ")) if "data-" in name else ()
    if len(found) > longest:
        figures.long.append((f"attribute {name}", len(found)))
    elif name.startswith("data-"):
        (figures.data_counts if name.removeprefix("data-") in COUNTS else figures.data).extend(found)
    elif name in WORDED:
        figures.worded += numbers(value)

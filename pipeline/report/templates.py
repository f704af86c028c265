"""The templates of the pages, and what they call: numbers as the page's language writes them."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup, escape

from pipeline.report.outcomes import RULES, TARGET_RULES
from pipeline.report.verdicts import MARKS
from pipeline.report.wording import REPORTS


def template(name: str) -> Template:
    """One template, compiled once for all languages: what hangs on one is told to each page."""
    return _environment().get_template(name)


def compile_all() -> None:
    """All that pages are made by, before there is a page to make."""
    for name in _environment().list_templates():
        template(name)


class _Code(CodeGenerator):
    """Writes `environment.escaped` where jinja has markupsafe's `escape`; autoescape is always on here."""

    def _output_child_pre(self, node, frame, finalize) -> None:
        self.write("environment.escaped(")


class _Pages(Environment):
    """Jinja, quicker at the two steps that a run takes by the million."""

    code_generator_class = _Code

    def getattr(self, obj, attribute: str):
        """Of a dictionary its key, which nearly everything is that a page is told; jinja first tries whether it has an attribute."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    @staticmethod
    def escaped(value) -> str:
        """As markupsafe's `escape`, without making a Markup of each piece: pieces are only joined, and many are like one before."""
        kind = type(value)
        if kind is Markup:
            return value
        if kind is str:
            return _escaped(value)
        return escape(value) if hasattr(value, "__html__") else _escaped(str(value))


@lru_cache(maxsize=100_000)
def _escaped(text: str) -> Markup:
    return escape(text)


@lru_cache
def _environment() -> Environment:
    environment = _Pages(
        loader=FileSystemLoader(REPORTS / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        safe=Markup,
        interval=_interval,
        marks=MARKS,
        rules=RULES,
        target_rules=TARGET_RULES,
    )
    environment.filters.update(score=_score, count=_count, number=_number)
    return environment


@pass_context
def _score(page: Context, value: float, share: bool = False) -> str:
    return page["t"].number(value, 0 if share else page["decimals"])


@pass_context
def _count(page: Context, value: int) -> str:
    return page["t"].count(value)


@pass_context
def _number(page: Context, value: float, decimals: int = 0) -> str:
    return page["t"].number(value, decimals)


@pass_context
def _interval(page: Context, low: float | None, high: float | None, share: bool = False, id: str = "") -> Markup:
    """From one end to the other, as _score writes them; nothing where there is none. Every second cell has one: a macro would
    take three times as long. `id`: with -low and -high the cells that sentences have the ends from."""
    if low is None or high is None:
        return Markup()
    t, decimals = page["t"], 0 if share else page["decimals"]
    ends = [escape(t.number(value, decimals)) for value in (low, high)]
    if id:
        ends = [_cell(f"{id}-{side}", value, end) for side, value, end in zip(("low", "high"), (low, high), ends, strict=True)]
    return Markup(f"<bdi>{ends[0]} {t('to')} {ends[1]}</bdi>")


def _cell(id: str, value: float, shown: Markup) -> str:
    return f'<span id="{escape(id)}" data-raw="{value}">{shown}</span>'

"""Every question of one member: how it was answered, by wave and by group of respondents, for a page that draws what its reader chooses."""

from __future__ import annotations

import json

import polars as pl

from pipeline.report import charts
from pipeline.report.bridges import AS_PUBLISHED, links
from pipeline.report.national import National
from pipeline.report.rows import shown
from pipeline.report.source import Source
from pipeline.report.trends import who_was_asked
from pipeline.report.wording import Wording

KINDS = ("likert", "single", "multiple")
FIGURES = (("favourable", "estimate"), ("favourable", "ci_low"), ("favourable", "ci_high"), ("nonresponse", "estimate"))


class Explorer:
    """Collects a member's questions. `data` is the page's JSON:

    scales: {labels, order, left, chart}, the chart without rows; questions: id -> {scale, rows}; each row is [view, label,
    n, shares, favourable, its low and high end, missing], in whole percent, None where hidden or unknown;
    shares are empty where nobody answered; views: id -> name.
    """

    def __init__(self, source: Source, t: Wording, member: str):
        self.source, self.t, self.member = source, t, member
        waves = source.reported.filter(member=member)["wave"].unique().sort(descending=True)
        self.reports = [National(source, t, member, wave) for wave in waves]
        self.scales: list[dict] = []
        self.views: dict[str, str] = {"": str(t("explorer_by_wave"))}
        self.questions: dict[str, dict] = {}
        mine = source.estimates.filter(pl.col("indicator_kind") == "item", member=member)
        self.groups: dict[tuple, dict] = {}
        self.rows = mine.partition_by("population", "wave", "indicator", as_dict=True)
        self.lists = [block for p in dict.fromkeys(p for n in self.reports for p in n.populations) if (block := self._population(p))]

    @property
    def data(self) -> str:
        """Safe inside a <script>."""
        found = {"scales": self.scales, "views": self.views, "questions": self.questions}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")

    def _population(self, population: str) -> dict | None:
        """The list of a population's questions by factor, the newest questionnaire's first."""
        factors: dict[str, list[dict]] = {}
        reports = [n for n in self.reports if population in n.populations]
        asked: set[tuple[str, str]] = set()
        for n in reports:
            for item in n.instruments[population]["items"]:
                if item["kind"] in KINDS and (n.wave, item["code"]) not in asked:
                    versions = self._versions(reports, n, population, item)
                    asked |= {(m.wave, i["code"]) for m, i in versions}
                    self._question(factors, population, versions)
        if not factors:
            return None
        return {
            "population": self.t.name(population),
            "factors": [{"title": title, "questions": questions} for title, questions in factors.items()],
            "asked": who_was_asked(reports[0], population, [n.wave for n in reversed(reports)]),
        }

    def _versions(self, reports: list[National], newest: National, population: str, item: dict) -> list[tuple[National, dict]]:
        """The waves from this one back that asked the same question with the same answers, each with its own item."""
        found = [(newest, item)]
        for n in reports:
            if n.wave < newest.wave and (same := _same_question(newest, n, population, item)):
                found.append((n, same))
        return found

    def _question(self, factors: dict, population: str, versions: list[tuple[National, dict]]) -> None:
        newest, item = versions[0]
        rows = [row for n, i in versions if (row := self._row(n, population, i, "", "", n.wave, ""))]
        for n, i in versions:
            rows += self._by_group(n, population, i)
        if not rows:
            return
        last = versions[-1][0].wave
        name = f"q-{population}-{item['code']}" + ("" if newest is self.reports[0] else f"-{newest.wave}")
        mark = f" {self.t('reversed_mark')}" if item["polarity"] == "negative" else ""
        mark += f" {self.t('explorer_several')}" if item["kind"] == "multiple" else ""
        self.questions[name] = {"scale": self._scale(item), "rows": rows}
        title = self.source.titles.get(item["factor"] or "") or str(self.t("other_questions"))
        text = self.source.text(item["text"], item["code"]) + mark
        factors.setdefault(title, []).append({"id": name, "text": text, "waves": newest.wave if last == newest.wave else f"{last} – {newest.wave}"})

    def _by_group(self, n: National, population: str, item: dict) -> list[list]:
        """A row for each answer to a profile question, under one view for each of these."""
        rows = []
        for k, profile in enumerate(i for i in n.instruments[population]["items"] if i["role"] == "profile"):
            view = f"{population}-{n.wave}-{k}"
            title = self.source.text(profile["text"], profile["code"])
            labels = {c["code"]: self.source.text(c["label"], c["code"]) for c in profile["categories"]}
            found = [row for code, label in labels.items() if (row := self._row(n, population, item, profile["code"], code, label, view))]
            if found:
                self.views[view] = str(self.t("explorer_by", variable=title, wave=n.wave))
                rows += found
        return rows

    def _row(self, n: National, population: str, item: dict, variable: str, category: str, label: str, view: str) -> list | None:
        """One group's answers; None where the release has none."""
        mine = self._of_group(population, n.wave, item["code"]).get((variable, category))
        if not mine:
            return None
        unanswered = not any(measure == "share" for measure, _ in mine)
        shares = [] if unanswered else [self._percent(mine.get(("share", c["code"]))) for c in item["categories"]]
        favourable, low, high, missing = (self._percent(mine.get((measure, "")), column) for measure, column in FIGURES)
        label = f"{label} ({self.t('nobody_answered')})" if unanswered else label
        base = next((r["n"] for (measure, _), r in mine.items() if measure == "share"), None)
        return [view, label, base, shares, favourable, low, high, missing]

    def _percent(self, row: dict | None, column: str = "estimate") -> int | None:
        return row and shown(self.source, row["measure"], row[column])

    def _of_group(self, population: str, wave: str, item: str) -> dict[tuple, dict]:
        """(variable, category) of a domain -> (measure, answer) -> row."""
        groups = self.groups.setdefault((population, wave, item), {})
        if groups:
            return groups
        table = self.rows.get((population, wave, item))
        for r in table.iter_rows(named=True) if table is not None else ():
            groups.setdefault((r["domain_variable"], r["domain_category"]), {})[r["measure"], r["category"]] = r
        return groups

    def _scale(self, item: dict) -> int:
        """The number of the item's answers among the scales of the page."""
        answers = [{"label": self.source.text(c["label"], c["code"]), "side": c["side"]} for c in item["categories"]]
        words = {k: str(self.t(f"panel_{k}")) for k in ("sides", "neutral", "missing")}
        sided = any(a["side"] != "neutral" for a in answers)
        chart = json.loads(charts.diverging([], charts.coloured(answers), [], [], words)) if sided else None
        order = charts.stacking_order(answers) if sided else []
        scale = {"labels": [a["label"] for a in answers], "chart": chart, "order": order, "left": [a["side"] == "unfavourable" for a in answers]}
        if scale not in self.scales:
            self.scales.append(scale)
        return self.scales.index(scale)


def _same_question(newest: National, earlier: National, population: str, item: dict) -> dict | None:
    """The item of an earlier wave's questionnaire whose figures may stand beside this one's; None if there is none."""
    bridges = links(newest, population, newest.wave, earlier.wave)
    if bridges is None:
        return item
    found = bridges.filter(pl.col("bridge").is_in(AS_PUBLISHED), indicator=item["code"], indicator_kind="item")
    code = found["other_indicator"][0] if found.height else None
    same = next((i for i in earlier.instruments[population]["items"] if i["code"] == code), None)
    alike = same and [c["code"] for c in same["categories"]] == [c["code"] for c in item["categories"]]
    return same if alike else None

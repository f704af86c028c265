"""Every question of one member: how it was answered, by wave and by group of respondents, for a page that draws what its reader chooses."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pipeline.report import charts
from pipeline.report.bridges import AS_PUBLISHED, links
from pipeline.report.national import National
from pipeline.report.release import kept
from pipeline.report.source import Source
from pipeline.report.trends import who_was_asked
from pipeline.report.wording import Wording

GROUP = ("population", "indicator", "domain_variable", "domain_category")
KINDS = ("likert", "single", "multiple")
FIGURES = ("n", "estimate", "ci_low", "ci_high")
NOTHING = (None,) * len(FIGURES)


class Explorer:
    """Collects a member's questions. `data` is the page's JSON:

    scales: {labels, order, left, chart}, the chart without rows, the order by letters;
    questions: id -> {scale, rows}, the scale by its letter;
    each row is [view, label, n, shares, favourable, its low and high end, missing], in whole percent,
    None where hidden or unknown; shares are empty where nobody answered;
    views: id -> name.
    """

    def __init__(self, source: Source, t: Wording, member: str):
        self.source, self.t, self.member = source, t, member
        waves = source.reported.filter(member=member)["wave"].unique().sort(descending=True)
        self.reports = [National(source, t, member, wave) for wave in waves]
        self.scales: list[dict] = []
        self._places: dict[tuple, str] = {}
        self._profiles: dict[tuple[str, str], dict[str, _Profile]] = {}
        self.views: dict[str, str] = {"": str(t("explorer_by_wave"))}
        self.questions: dict[str, dict] = {}
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
        rows = [self._row("", n.wave, numbers) for n, i in versions if (numbers := _everybody(n, population, i["code"], _codes(i)))]
        for n, i in versions:
            rows += self._groups(n, population, i)
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

    def _groups(self, n: National, population: str, item: dict) -> list[list]:
        """A row for each answer to a profile question, under one view for each of these."""
        profiles, rows = self._of_profile(n, population), []
        for variable, category, numbers in _by_group(n, population, item["code"], _codes(item)):
            profile = profiles[variable]
            self.views.setdefault(profile.view, profile.name)
            rows.append(self._row(profile.view, profile.labels[category], numbers))
        return rows

    def _of_profile(self, n: National, population: str) -> dict[str, _Profile]:
        """The profile questions of a wave by their codes, which are the same for all its questions."""
        if (n.wave, population) not in self._profiles:
            items = enumerate(i for i in n.instruments[population]["items"] if i["role"] == "profile")
            self._profiles[n.wave, population] = {i["code"]: self._profile(n, i, f"{population}-{n.wave}-{k}") for k, i in items}
        return self._profiles[n.wave, population]

    def _profile(self, n: National, item: dict, view: str) -> _Profile:
        name = self.t("explorer_by", variable=self.source.text(item["text"], item["code"]), wave=n.wave)
        return _Profile(view, str(name), {c["code"]: self.source.text(c["label"], c["code"]) for c in item["categories"]})

    def _row(self, view: str, label: str, numbers: list) -> list:
        """One group's answers."""
        return [view, label if numbers[1] else f"{label} ({self.t('nobody_answered')})", *numbers]

    def _scale(self, item: dict) -> str:
        """The place of the item's answers among the scales of the page."""
        answers = [{"label": self.source.text(c["label"], c["code"]), "side": c["side"]} for c in item["categories"]]
        key = tuple((a["label"], a["side"]) for a in answers)
        if key not in self._places:
            self._places[key] = _letter(len(self.scales))
            self.scales.append(self._drawn(answers))
        return self._places[key]

    def _drawn(self, answers: list[dict]) -> dict:
        """A scale; see Explorer."""
        words = {k: str(self.t(f"panel_{k}")) for k in ("sides", "neutral", "missing")}
        sided = any(a["side"] != "neutral" for a in answers)
        chart = json.loads(charts.diverging([], charts.coloured(answers), [], [], words)) if sided else None
        order = charts.stacking_order(answers) if sided else []
        left = [a["side"] == "unfavourable" for a in answers]
        return {"labels": [a["label"] for a in answers], "chart": chart, "order": "".join(map(_letter, order)), "left": left}


@dataclass(frozen=True)
class _Profile:
    """A profile question as the page names it: the key of its view and its name, and its answers' labels by their codes."""

    view: str
    name: str
    labels: dict[str, str]


def _letter(place: int) -> str:
    """A place in a list, from a: numbers on the page are figures alone, so that the audit can ask of each where it was published."""
    return chr(ord("a") + place)


def _codes(item: dict) -> tuple[str, ...]:
    return tuple(c["code"] for c in item["categories"])


@kept
def _everybody(n: National, population: str, item: str, answers: tuple[str, ...]) -> list | None:
    return _numbers(n, (population, item, "", ""), answers)


@kept
def _by_group(n: National, population: str, item: str, answers: tuple[str, ...]) -> list[tuple[str, str, list]]:
    """(profile question, its answer, numbers) of each group that the release has figures of, as the questionnaire has them."""
    groups = [(i["code"], c["code"]) for i in n.instruments[population]["items"] if i["role"] == "profile" for c in i["categories"]]
    return [(*group, numbers) for group in groups if (numbers := _numbers(n, (population, item, *group), answers))]


def _numbers(n: National, group: tuple, answers: tuple[str, ...]) -> list | None:
    """A row (see Explorer) without its words, None where the release has none; `group`: GROUP."""
    mine = _figures(n).get(group)
    if not mine:
        return None
    bases = [base for (measure, _), (base, *_) in mine.items() if measure == "share"]
    shares = [_percent(mine.get(("share", code), NOTHING)[1]) for code in answers] if bases else []
    favourable, missing = (mine.get((measure, ""), NOTHING) for measure in ("favourable", "nonresponse"))
    return [next(iter(bases), None), shares, *map(_percent, (*favourable[1:], missing[1]))]


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


@kept
def _figures(n: National) -> dict[tuple, dict[tuple, tuple]]:
    """GROUP -> (measure, answer) -> FIGURES."""
    found: dict[tuple, dict] = {}
    columns = [*GROUP, "measure", "category", *FIGURES]
    for row in n.estimates.filter(indicator_kind="item").select(columns).iter_rows():
        found.setdefault(row[:4], {})[row[4:6]] = row[6:]
    return found


def _same_question(newest: National, earlier: National, population: str, item: dict) -> dict | None:
    """The item of an earlier wave's questionnaire whose figures may stand beside this one's; None if there is none."""
    bridges = _as_published(newest, population, earlier.wave)
    if bridges is None:
        return item
    code = bridges.get(item["code"])
    same = next((i for i in earlier.instruments[population]["items"] if i["code"] == code), None)
    alike = same and [c["code"] for c in same["categories"]] == [c["code"] for c in item["categories"]]
    return same if alike else None


@kept
def _as_published(n: National, population: str, earlier: str) -> dict[str, str] | None:
    """A question's code in this wave -> its code in an earlier one, where both have it; None where both followed one questionnaire."""
    bridges = links(n, population, n.wave, earlier)
    if bridges is None:
        return None
    same = [r for r in bridges if r["bridge"] in AS_PUBLISHED and r["indicator_kind"] == "item"]
    return {r["indicator"]: r["other_indicator"] for r in same}

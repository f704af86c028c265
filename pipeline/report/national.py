"""What a national report says of one member and wave, as data for its template."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts
from pipeline.report.release import kept
from pipeline.report.reliability import doubtful
from pipeline.report.source import Source
from pipeline.report.wording import Wording


class National:
    """Collects the parts of one member's report for one wave."""

    def __init__(self, source: Source, wording: Wording, member: str, wave: str):
        self.source, self.t, self.member, self.wave = source, wording, member, wave
        self.units = _units(self)
        self.populations = self.units["population"].to_list()
        self.estimates = _estimates(self)
        self.everybody = _everybody(self)
        self.comparisons = _comparisons(self)
        self.instruments = {p: source.instrument(member, wave, p) for p in self.populations}

    def of_wave(self, wave: str) -> National:
        """The same member's report for another wave."""
        return National(self.source, self.t, self.member, wave)

    def sizes(self) -> list[dict]:
        return [self.size(p) for p in self.populations]

    def size(self, population: str, wave: str | None = None) -> dict:
        """How many of a population answered in a wave (this one, if none is named)."""
        unit = self.source.unit_of.get((self.member, wave or self.wave, population))
        return {"population": self.t.name(population), "wave": wave, "n": unit and unit["n"]}

    def before(self, population: str) -> str:
        """The population's wave before this one; empty where there is none."""
        earlier = [w for w in self.source.waves(self.member, population) if w < self.wave]
        return max(earlier, default="")

    def shares_of(self, population: str, link: str, category: str, waves: tuple[str, ...]) -> list[dict]:
        """The rows of everybody's share of a profile question's answer, by concept or code, in some waves; those that are shown."""
        asked = (pl.col("concept") == link) | (pl.col("indicator") == link)
        found = self.source.estimates.filter(
            asked, pl.col("wave").is_in(waves), pl.col("status") != "suppressed", member=self.member,
            population=population, domain_variable="", measure="share", category=category,
        )
        return list(found.iter_rows(named=True))

    def profile(self) -> dict | None:
        """Factor scores of each population with intervals; None where the instruments have no scored factor."""
        scores = _scores(self)
        if not scores:
            return None
        scored = {r["indicator"] for r in scores}
        codes = [c for c in self.source.titles if c in scored]
        table = {(r["indicator"], r["population"]): self._score_cell(r) for r in scores}
        labels = [self.source.titles[c] for c in codes]
        groups = {self.t.name(p): [self._point(table.get((c, p))) for c in codes] for p in self.populations}
        indices = {i["code"] for p in self.populations for i in self.instruments[p]["indices"]}
        unsure = doubtful(self)
        for key in unsure & set(table):
            table[key]["doubtful"] = True
        rows = [
            {"code": c, "label": label, "index": c in indices, "cells": [table.get((c, p)) for p in self.populations]}
            for label, c in zip(labels, codes, strict=True)
        ]
        return {
            "chart": charts.dots(labels, groups, 0, self.source.scale[0], connect=len(groups) == 2),
            "rows": rows,
            "heads": [self.t.name(p) for p in self.populations],
        }

    def _score_cell(self, row: dict) -> dict:
        keys = "-".join((row["indicator"], row["population"], row["measure"]))
        shown = {k: self.source.score(row[k]) for k in ("estimate", "ci_low", "ci_high")}
        return {"id": f"c-{keys}", "doubtful": False, "row": row, "n": row["n"], "status": row["status"], **shown}

    @staticmethod
    def _point(cell: dict | None) -> dict | None:
        if not cell or cell["estimate"] is None or cell["ci_low"] is None:
            return None
        return {"x": cell["estimate"], "low": cell["ci_low"], "high": cell["ci_high"]}

    def items(self) -> list[dict]:
        """Per population and factor a diverging chart and its table; items where agreeing is unfavourable have their own."""
        return [block for p in self.populations for block in self._item_blocks(p)]

    def _item_blocks(self, population: str) -> list[dict]:
        instrument, blocks, asked = self.instruments[population], [], _by_item(self, population)
        items = [
            i
            for i in instrument["items"]
            if i["code"] in asked and i["kind"] in ("likert", "single") and i["role"] != "profile"
        ]
        groups: dict[tuple, list[dict]] = {}
        for item in items:
            scale = tuple(sorted(c["code"] for c in item["categories"]))
            groups.setdefault((item["factor"] or "", scale, item["polarity"]), []).append(item)
        for (factor, _, _), members in groups.items():
            title = self.source.titles.get(factor) or str(self.t("other_questions"))
            blocks.append(self._item_block(population, title, members, len(blocks)))
        return blocks

    def _item_block(self, population: str, title: str, items: list[dict], number: int) -> dict:
        rows = [self._item_row(population, item) for item in items]
        categories = charts.coloured(
            [{"label": self.source.text(c["label"], c["code"]), "side": c["side"]} for c in items[0]["categories"]]
        )
        shares = [row["shares"] for row in rows]
        missing = [row["missing"] and row["missing"]["estimate"] for row in rows]
        return {
            "id": f"items-{population}-{number}",
            "factor": items[0]["factor"] or "",
            "title": title,
            "population": self.t.name(population),
            "size": self.size(population),
            "categories": [c["label"] for c in categories],
            "rows": rows,
            "chart": self._bars(rows, categories, shares, missing),
        }

    def _bars(self, rows: list[dict], categories: list[dict], shares: list[list], missing: list) -> str:
        """Questions without bars say why; empty where none has any."""
        bare = [all(share is None for share in row) for row in shares]
        labels = [f"{row['label']} ({self._why_bare(row)})" if b else row["label"] for row, b in zip(rows, bare, strict=True)]
        return "" if all(bare) else charts.diverging(labels, categories, shares, missing, self._words())

    def _why_bare(self, row: dict):
        return self.t("nobody_answered" if row["unanswered"] else "hidden")

    def _words(self) -> dict[str, str]:
        return {k: str(self.t(f"panel_{k}")) for k in ("sides", "neutral", "missing")}

    def _item_row(self, population: str, item: dict) -> dict:
        figures = _by_item(self, population)[item["code"]]
        share = {category: r for (measure, category), r in figures.items() if measure == "share"}
        text = self.source.text(item["text"], item["code"])
        reversed_mark = f" {self.t('reversed_mark')}" if item["polarity"] == "negative" else ""
        return {
            "label": text + reversed_mark,
            "code": item["code"],
            "unanswered": not share,
            "shares": [_percent(share.get(c["code"], {}).get("estimate")) for c in item["categories"]],
            "coded": [self._coded(population, item["code"], c["code"]) for c in item["categories"]],
            "n": next((r["n"] for r in share.values()), None),
            "favourable": _in_percent(figures.get(("favourable", ""))),
            "unfavourable": _in_percent(figures.get(("unfavourable", ""))),
            "missing": _in_percent(figures.get(("nonresponse", ""))),
        }

    def _coded(self, population: str, item: str, category: str) -> str:
        """What may be said of a share that is not shown: "at most 15%"; empty where nothing may."""
        low, high = self.source.coded.get((self.member, self.wave, population, item, "share", category), (0.0, 1.0))
        if high < 1:
            return str(self.t("at_most", percent=round(100 * high)))
        return str(self.t("at_least", percent=round(100 * low))) if low > 0 else ""


@kept
def _units(n: National) -> pl.DataFrame:
    return n.source.reported.filter(member=n.member, wave=n.wave)


@kept
def _estimates(n: National) -> pl.DataFrame:
    return n.source.estimates.filter(pl.col("population").is_in(n.populations), member=n.member, wave=n.wave)


@kept
def _everybody(n: National) -> pl.DataFrame:
    return n.estimates.filter(domain_variable="")


@kept
def _scores(n: National) -> list[dict]:
    return n.everybody.filter(pl.col("indicator_kind") != "item", pl.col("measure") == "mean_score").rows(named=True)


@kept
def _comparisons(n: National) -> pl.DataFrame:
    here = (pl.col(side).is_in(n.populations) for side in ("population", "other_population"))
    return n.source.comparisons.filter(*here, member=n.member, wave=n.wave)


@kept
def _by_item(n: National, population: str) -> dict[str, dict[tuple, dict]]:
    """A question's code -> (measure, category) -> everybody's row."""
    found: dict[str, dict[tuple, dict]] = {}
    for r in n.everybody.filter(population=population, indicator_kind="item").iter_rows(named=True):
        found.setdefault(r["indicator"], {})[r["measure"], r["category"]] = r
    return found


def _in_percent(row: dict | None) -> dict | None:
    return row and {k: _percent(row[k]) for k in ("estimate", "ci_low", "ci_high")}


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)

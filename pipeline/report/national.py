"""What a national report says of one member and wave, as data for its template."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts
from pipeline.report.source import Source
from pipeline.report.verdicts import MARKS, SHIFT, verdict
from pipeline.report.wording import Wording, cell_number


class National:
    """Collects the parts of one member's report for one wave."""

    def __init__(self, source: Source, wording: Wording, member: str, wave: str):
        self.source, self.t, self.member, self.wave = source, wording, member, wave
        self.units = source.units.filter(member=member, wave=wave)
        self.populations = self.units["population"].to_list()
        self.estimates = source.estimates.filter(member=member, wave=wave)
        self.everybody = self.estimates.filter(pl.col("domain_variable") == "")
        self.comparisons = source.comparisons.filter(member=member, wave=wave)
        self.instruments = {p: source.instrument(member, wave, p) for p in self.populations}
        self.shifted = {p: self._shifts(p) for p in self.populations}

    def sizes(self) -> list[dict]:
        return [{"population": self.t.name(u["population"]), "n": u["n"]} for u in self.units.iter_rows(named=True)]

    def profile(self) -> dict | None:
        """Factor scores of each population with intervals; None where the instruments have no scored factor."""
        scores = self.everybody.filter(pl.col("indicator_kind") != "item", pl.col("measure") == "mean_score")
        if scores.is_empty():
            return None
        codes = list(dict.fromkeys(c for c in self.source.titles if c in set(scores["indicator"])))
        table = {(r["indicator"], r["population"]): self._score_cell(r) for r in scores.iter_rows(named=True)}
        labels = [self.source.titles[c] for c in codes]
        groups = {self.t.name(p): [self._point(table.get((c, p))) for c in codes] for p in self.populations}
        rows = [
            {"label": label, "cells": [table.get((c, p)) for p in self.populations]}
            for label, c in zip(labels, codes, strict=True)
        ]
        return {
            "chart": charts.dots(labels, groups, 0, self.source.scale[0]),
            "rows": rows,
            "heads": [self.t.name(p) for p in self.populations],
        }

    def _score_cell(self, row: dict) -> dict:
        keys = "-".join((row["indicator"], row["population"], row["measure"]))
        shown = {k: self.source.score(row[k]) for k in ("estimate", "ci_low", "ci_high")}
        return {"id": f"c-{keys}", "n": row["n"], "status": row["status"], **shown}

    @staticmethod
    def _point(cell: dict | None) -> dict | None:
        if not cell or cell["estimate"] is None or cell["ci_low"] is None:
            return None
        return {"x": cell["estimate"], "low": cell["ci_low"], "high": cell["ci_high"]}

    def findings(self, profile: dict | None) -> list:
        """The highest and the lowest score of each population, in words."""
        lines = []
        for k, population in enumerate(self.populations if profile else []):
            cells = [(row["label"], row["cells"][k]) for row in profile["rows"]]
            ranked = sorted(
                ((x, c) for x, c in cells if c and c["estimate"] is not None), key=lambda pair: pair[1]["estimate"]
            )
            if len(ranked) < 2:
                continue
            (low_name, low), (high_name, high) = ranked[0], ranked[-1]
            numbers = {"high": self._number(high), "low": self._number(low)}
            lines.append(
                self.t(
                    "finding_extremes",
                    population=self.t.name(population),
                    high_name=high_name,
                    low_name=low_name,
                    **numbers,
                )
            )
        return lines

    def _number(self, cell: dict):
        return cell_number(self.t.number(cell["estimate"], self.source.scale[1]), cell["id"])

    def items(self) -> list[dict]:
        """Per population and factor a diverging chart and its table; items where agreeing is unfavourable have their own."""
        return [block for p in self.populations for block in self._item_blocks(p)]

    def _item_blocks(self, population: str) -> list[dict]:
        instrument, blocks = self.instruments[population], []
        asked = set(self.everybody.filter(population=population, indicator_kind="item")["indicator"])
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
        return {
            "id": f"items-{population}-{number}",
            "title": title,
            "population": self.t.name(population),
            "categories": [c["label"] for c in categories],
            "rows": rows,
            "chart": charts.diverging([row["label"] for row in rows], categories, shares),
        }

    def _item_row(self, population: str, item: dict) -> dict:
        mine = self.everybody.filter(population=population, indicator=item["code"], indicator_kind="item")
        share = {r["category"]: r for r in mine.filter(measure="share").iter_rows(named=True)}
        text = self.source.text(item["text"], item["code"])
        reversed_mark = f" {self.t('reversed_mark')}" if item["polarity"] == "negative" else ""
        return {
            "label": text + reversed_mark,
            "code": item["code"],
            "shares": [_percent(share.get(c["code"], {}).get("estimate")) for c in item["categories"]],
            "n": next((r["n"] for r in share.values()), None),
            "favourable": self._side(mine, "favourable"),
            "missing": self._side(mine, "nonresponse"),
        }

    @staticmethod
    def _side(mine: pl.DataFrame, measure: str) -> dict | None:
        row = next(mine.filter(pl.col("measure") == measure, pl.col("category") == "").iter_rows(named=True), None)
        return row and {k: _percent(row[k]) for k in ("estimate", "ci_low", "ci_high")}

    def changes(self) -> list[dict]:
        """Per population: change of scores since the wave before, or why it must not be compared."""
        blocks = []
        for population in self.populations:
            rows = self.comparisons.filter(
                pl.col("kind") == "wave_change",
                pl.col("population") == population,
                pl.col("domain_variable") == "",
                pl.col("indicator_kind") != "item",
            )
            rows = sorted(rows.iter_rows(named=True), key=lambda r: list(self.source.titles).index(r["indicator"]))
            if rows:
                blocks.append(self._change_block(population, rows))
        return blocks

    def _change_block(self, population: str, rows: list[dict]) -> dict:
        shifts = self.shifted[population]
        lines = [self._difference(r, comparable=not shifts) for r in rows]
        span = max([abs(x) for line in lines for x in (line["low"], line["high"]) if x is not None] or [1]) * 1.1
        points = [
            None if line["x"] is None else line | {"filled": line["verdict"] in ("higher", "lower")} for line in lines
        ]
        chart = charts.dots(
            [line["label"] for line in lines], {self.t.name(population): points}, -span, span, zero=True
        )
        return {
            "population": self.t.name(population),
            "since": rows[0]["other_wave"],
            "rows": lines,
            "shifts": shifts,
            "chart": None if shifts else chart,
            "id": f"change-{population}",
        }

    def _difference(self, row: dict, comparable: bool = True) -> dict:
        found = verdict(row, comparable)
        label = self.source.titles.get(row["indicator"], row["indicator"])
        numbers = {
            k: self.source.score(row[c]) for k, c in (("x", "difference"), ("low", "ci_low"), ("high", "ci_high"))
        }
        return {"label": label, "verdict": found, "mark": MARKS[found], "word": self.t.name(found), **numbers}

    def _shifts(self, population: str) -> list[dict]:
        """Profile categories whose share moved by more than SHIFT since the wave before."""
        waves = sorted(self.source.units.filter(member=self.member, population=population)["wave"])
        before = [w for w in waves if w < self.wave]
        if not before:
            return []
        names = {
            (i["concept"], c["code"]): (self.source.text(i["text"], i["code"]), self.source.text(c["label"], c["code"]))
            for i in self.instruments[population]["items"]
            if i["role"] == "profile"
            for c in i["categories"]
        }
        now, then = (self._composition(w, population) for w in (self.wave, before[-1]))
        moved = [key for key in names if key in now and key in then and abs(now[key] - then[key]) > SHIFT]
        return [
            {"variable": names[k][0], "category": names[k][1], "then": _percent(then[k]), "now": _percent(now[k])}
            for k in moved
        ]

    def _composition(self, wave: str, population: str) -> dict[tuple, float]:
        shares = self.source.estimates.filter(
            pl.col("member") == self.member,
            pl.col("wave") == wave,
            pl.col("population") == population,
            pl.col("domain_variable") == "",
            pl.col("measure") == "share",
            pl.col("estimate").is_not_null(),
        )
        return {(r["concept"], r["category"]): r["estimate"] for r in shares.iter_rows(named=True) if r["concept"]}

    def gaps(self) -> list[dict]:
        rows = self.source.comparisons.filter(
            pl.col("kind") == "population_gap",
            pl.col("member") == self.member,
            pl.col("wave") == self.wave,
            pl.col("indicator_kind") != "item",
        )
        return [
            self._difference(r) | {"pair": (self.t.name(r["population"]), self.t.name(r["other_population"]))}
            for r in rows.iter_rows(named=True)
        ]

    def breakdowns(self) -> list[dict]:
        """Per population and profile variable: score per category, suppressed ones marked."""
        return [
            self._breakdown(p, item)
            for p in self.populations
            for item in self.instruments[p]["items"]
            if item["role"] == "profile"
        ]

    def _breakdown(self, population: str, item: dict) -> dict:
        scores = self.estimates.filter(
            pl.col("population") == population,
            pl.col("domain_variable") == item["code"],
            pl.col("indicator_kind") != "item",
        )
        codes = [c for c in self.source.titles if c in set(scores["indicator"])]
        cells = {(r["indicator"], r["domain_category"]): r for r in scores.iter_rows(named=True)}
        categories = [c for c in item["categories"] if any((f, c["code"]) in cells for f in codes)]
        rows = [
            {"label": self.source.titles[f], "cells": [self._shown(cells.get((f, c["code"]))) for c in categories]}
            for f in codes
        ]
        return {
            "title": self.source.text(item["text"], item["code"]),
            "population": self.t.name(population),
            "heads": [self.source.text(c["label"], c["code"]) for c in categories],
            "rows": rows,
        }

    def _shown(self, row: dict | None) -> dict:
        if row is None or row["status"] == "suppressed":
            return {"value": None, "suppressed": row is not None}
        return {
            "value": self.source.score(row["estimate"]),
            "low": self.source.score(row["ci_low"]),
            "high": self.source.score(row["ci_high"]),
            "suppressed": False,
        }


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)

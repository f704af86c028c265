"""The release as reports see it: tables, wording, names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipeline.report.release import Release

INTERNAL = "internal"  # the tier of what a run makes; the others are what a member hands on
UNIT = ["member", "wave", "population"]


@dataclass(frozen=True)
class Source:
    """One release in one language."""

    release: Release
    language: str = "en"

    @property
    def manifest(self) -> dict:
        return self.release.document("manifest")

    @property
    def tier(self) -> str:
        return self.manifest.get("tier", INTERNAL)

    @property
    def codebook(self) -> dict:
        return self.release.document("codebook")

    @property
    def estimates(self) -> pl.DataFrame:
        return self.release.table("estimates")

    @property
    def comparisons(self) -> pl.DataFrame:
        return self.release.table("comparisons")

    @property
    def adjustments(self) -> pl.DataFrame:
        return self.release.table("adjustments")

    @property
    def results(self) -> pl.DataFrame:
        return self.release.table("results")

    @property
    def trends(self) -> pl.DataFrame:
        return self.release.table("trends")

    @property
    def peers(self) -> pl.DataFrame:
        return self.release.table("peers")

    @property
    def ranks(self) -> pl.DataFrame:
        return self.release.table("ranks")

    @cached_property
    def recipients(self) -> list[str]:
        """The members that have a cross-member page of their own."""
        return self.peers.filter(pl.col("recipient") != "")["recipient"].unique().sort().to_list()

    @property
    def units(self) -> pl.DataFrame:
        return self.release.table("units")

    @cached_property
    def unit_of(self) -> dict[tuple, dict]:
        """UNIT -> its row of `units`."""
        return {tuple(row[u] for u in UNIT): row for row in self.units.iter_rows(named=True)}

    def waves(self, member: str, population: str) -> list[str]:
        """The waves of which a member's population has a report, the first one first."""
        return self._waves.get((member, population), [])

    @cached_property
    def _waves(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for member, wave, population in sorted(self.reported.select(UNIT).unique().iter_rows()):
            found.setdefault((member, population), []).append(wave)
        return found

    @cached_property
    def reported(self) -> pl.DataFrame:
        """The units whose answers were here: those of a bundle have their reports made at home."""
        return self.units.join(self.bundled, on=UNIT, how="anti")

    @cached_property
    def bundled(self) -> pl.DataFrame:
        """UNIT of those that came as a bundle."""
        units = [tuple(i[u] for u in UNIT) for i in self.manifest["inputs"] if i["status"] == "bundle"]
        return pl.DataFrame(sorted(units), dict.fromkeys(UNIT, pl.String), orient="row")

    @property
    def adequacy(self) -> pl.DataFrame:
        return self.release.table("adequacy")

    @property
    def reliability(self) -> pl.DataFrame:
        return self.release.table("reliability")

    @property
    def drivers(self) -> pl.DataFrame:
        return self.release.table("drivers")

    @property
    def dif(self) -> pl.DataFrame:
        return self.release.table("dif")

    @property
    def bridges(self) -> pl.DataFrame:
        return self.release.table("bridges")

    @property
    def modes(self) -> pl.DataFrame:
        return self.release.table("modes")

    @cached_property
    def coded(self) -> dict[tuple, tuple[float, float]]:
        """Coarse bounds of suppressed shares: (member, wave, population, item, measure, category) -> (low, high)."""
        return {tuple(row[:6]): (row[6], row[7]) for row in self.release.table("coded").iter_rows()}

    @property
    def quality(self) -> pl.DataFrame:
        return self.release.table("quality")

    @property
    def context(self) -> pl.DataFrame:
        """What administrations count themselves, with rates."""
        return self.release.table("context")

    @property
    def context_checks(self) -> pl.DataFrame:
        return self.release.table("context_checks")

    def text(self, texts: dict, fallback: str) -> str:
        return texts.get(self.language) or texts.get("en") or next(iter(texts.values()), None) or fallback

    def member(self, code: str) -> str:
        return self.text(self.codebook["members"].get(code, {}).get("name", {}), code)

    def shares(self, code: str) -> bool:
        """Whether a member lets others see its figures, under its name or not."""
        return self.codebook["members"].get(code, {}).get("sharing") != "none"

    def instrument_name(self, member: str, wave: str, population: str) -> str:
        return self.unit_of[member, wave, population]["instrument"]

    def instrument(self, member: str, wave: str, population: str) -> dict:
        return self.codebook["instruments"][self.instrument_name(member, wave, population)]

    def answers(self, member: str, wave: str, population: str, item: str) -> dict[str, str]:
        """Codes of a question's answers -> labels."""
        items = self.instrument(member, wave, population)["items"]
        return {c["code"]: self.text(c["label"], c["code"]) for i in items if i["code"] == item for c in i["categories"]}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Factor and index codes -> titles, over all instruments."""
        parts = [part for i in self.codebook["instruments"].values() for part in (*i["factors"], *i["indices"])]
        return {p["code"]: self.text(p["title"], p["code"]) for p in parts}

    def titles_of(self, member: str, wave: str, population: str, item: str) -> str:
        """A question's wording in the questionnaire of one unit; the code itself where it is no question."""
        instrument = self.instrument(member, wave, population)
        items = [*instrument["items"], *instrument.get("indirect", [])]
        return next((self.text(i["text"], item) for i in items if i["code"] == item), item)

    @property
    def methods(self) -> list[dict]:
        return self.release.document("methods")

    def questions(self, population: str) -> dict[str, str]:
        """Item codes -> wording, over a population's instruments."""
        mine = [i for i in self.codebook["instruments"].values() if i["population"] == population]
        return {item["code"]: self.text(item["text"], item["code"]) for i in mine for item in i["items"]}

    @cached_property
    def concepts(self) -> dict[str, str]:
        """Concepts -> wording, the newest questionnaire's."""
        items = [item for i in self.codebook["instruments"].values() for item in i["items"] if item["concept"]]
        return {item["concept"]: self.text(item["text"], item["code"]) for item in items}

    @cached_property
    def scale(self) -> tuple[float, int]:
        """(maximum, decimals) on which scores are shown; the first instrument's."""
        display = next(iter(self.codebook["instruments"].values()))["display"]
        return display["scale_max"], display["decimals"]

    def score(self, value: float | None) -> float | None:
        top, decimals = self.scale
        return None if value is None else round(value * top / 100, decimals or None)  # 51, not 51.0: no more digits than are meant

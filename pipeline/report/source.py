"""The release as reports see it: tables, wording, names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from pipeline.errors import StageError

UNIT = ["member", "wave", "population"]


@dataclass(frozen=True)
class Source:
    """One release, opened for reading."""

    folder: Path
    language: str = "en"

    def _table(self, name: str) -> pl.DataFrame:
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise StageError(f"{path}: not there; another version of cips made this release. Make it anew with `cips run`.")
        return pl.read_parquet(path)

    @cached_property
    def manifest(self) -> dict:
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    @cached_property
    def codebook(self) -> dict:
        return json.loads((self.folder / "codebook.json").read_text(encoding="utf-8"))

    @cached_property
    def estimates(self) -> pl.DataFrame:
        return self._table("estimates")

    @cached_property
    def comparisons(self) -> pl.DataFrame:
        return self._table("comparisons")

    @cached_property
    def adjustments(self) -> pl.DataFrame:
        return self._table("adjustments")

    @cached_property
    def results(self) -> pl.DataFrame:
        return self._table("results")

    @cached_property
    def trends(self) -> pl.DataFrame:
        return self._table("trends")

    @cached_property
    def peers(self) -> pl.DataFrame:
        return self._table("peers")

    @cached_property
    def ranks(self) -> pl.DataFrame:
        return self._table("ranks")

    @cached_property
    def recipients(self) -> list[str]:
        """The members that have a cross-member page of their own."""
        return self.peers.filter(pl.col("recipient") != "")["recipient"].unique().sort().to_list()

    @cached_property
    def units(self) -> pl.DataFrame:
        return self._table("units")

    @cached_property
    def reported(self) -> pl.DataFrame:
        """The units whose answers were here: those of a bundle have their reports made at home."""
        return self.units.join(self.bundled, on=UNIT, how="anti")

    @cached_property
    def bundled(self) -> pl.DataFrame:
        """UNIT of those that came as a bundle."""
        units = [tuple(i[u] for u in UNIT) for i in self.manifest["inputs"] if i["status"] == "bundle"]
        return pl.DataFrame(sorted(units), dict.fromkeys(UNIT, pl.String), orient="row")

    @cached_property
    def adequacy(self) -> pl.DataFrame:
        return self._table("adequacy")

    @cached_property
    def reliability(self) -> pl.DataFrame:
        return self._table("reliability")

    @cached_property
    def drivers(self) -> pl.DataFrame:
        return self._table("drivers")

    @cached_property
    def dif(self) -> pl.DataFrame:
        return self._table("dif")

    @cached_property
    def bridges(self) -> pl.DataFrame:
        return self._table("bridges")

    @cached_property
    def modes(self) -> pl.DataFrame:
        return self._table("modes")

    @cached_property
    def coded(self) -> dict[tuple, tuple[float, float]]:
        """Coarse bounds of suppressed shares: (member, wave, population, item, measure, category) -> (low, high)."""
        return {tuple(row[:6]): (row[6], row[7]) for row in self._table("coded").iter_rows()}

    @cached_property
    def quality(self) -> pl.DataFrame:
        return self._table("quality")

    @cached_property
    def context(self) -> pl.DataFrame:
        """What administrations count themselves, with rates."""
        return self._table("context")

    @cached_property
    def context_checks(self) -> pl.DataFrame:
        return self._table("context_checks")

    def text(self, texts: dict, fallback: str) -> str:
        return texts.get(self.language) or texts.get("en") or next(iter(texts.values()), None) or fallback

    def member(self, code: str) -> str:
        return self.text(self.codebook["members"].get(code, {}).get("name", {}), code)

    def shares(self, code: str) -> bool:
        """Whether a member lets others see its figures, under its name or not."""
        return self.codebook["members"].get(code, {}).get("sharing") != "none"

    def instrument_name(self, member: str, wave: str, population: str) -> str:
        return self.units.filter(member=member, wave=wave, population=population)["instrument"].item()

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

    @cached_property
    def methods(self) -> list[dict]:
        return json.loads((self.folder / "methods.json").read_text(encoding="utf-8"))

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

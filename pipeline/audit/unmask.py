"""Who is Member A: pseudonymed rows against the exact figures of national reports."""

from __future__ import annotations

from functools import cached_property

import polars as pl

from pipeline.audit.desk import Desk, known
from pipeline.audit.tables import LINK, UNIT

FIGURE = ["population", "link", "measure"]
Masks = dict[tuple[str, str], dict[str, str]]  # (recipient, population) -> pseudonym -> member


class Unmasked:
    """Pseudonyms whose figures are, but for rounding, those of exactly one member in one of its waves."""

    def __init__(self, desk: Desk):
        named = [code for code, member in desk.codebook["members"].items() if member["sharing"] == "named"]  # by their own wish
        shown = desk.tables["peers"].filter(pl.col("status") != "suppressed", pl.col("estimate").is_not_null())
        self.peers = shown.filter(~pl.col("pseudonym").is_in(named))
        whole = desk.tables["estimates"].filter(pl.col("domain_variable") == "", pl.col("category") == "")
        self.exact = known(whole, desk).filter("shown").select(*UNIT, LINK, "measure", exact="estimate")
        self.half = {"share_step": desk.rules["share_step"] / 200, "score_step": desk.rules["score_step"] / 2}

    @cached_property
    def masks(self) -> Masks:
        """Who is behind the rows that are not the recipient's own."""
        found: Masks = {}
        for recipient, population, pseudonym, member in self._single().iter_rows():
            found.setdefault((recipient, population), {})[pseudonym] = member
        return found

    def _single(self) -> pl.DataFrame:
        names = ["recipient", "population", "pseudonym"]
        half = pl.when(pl.col("measure").is_in(["mean_score", "mean"])).then(self.half["score_step"])
        fits = (pl.col("estimate") - pl.col("exact")).abs() <= half.otherwise(self.half["share_step"]) + 1e-9
        rows = self.peers.filter(~pl.col("own")).select(*names, LINK, "measure", "estimate")
        return (
            rows.join(self.exact, on=FIGURE)
            .group_by([*names, "member", "wave"])
            .agg(fits.all().alias("fits"))
            .filter("fits")
            .group_by(names)
            .agg(pl.col("member").unique())
            .filter(pl.col("member").list.len() == 1)
            .with_columns(pl.col("member").list.first())
            .sort(names)
        )

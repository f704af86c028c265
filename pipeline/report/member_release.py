"""What the pages of one member are made from: of a release only what they print, and a name for exactly that."""

from __future__ import annotations

import json
from functools import cached_property
from hashlib import sha256

import polars as pl
from polars import selectors as cs

from pipeline.report.release import SHORT, Release
from pipeline.report.source import UNIT

OWN = ("adequacy", "adjustments", "coded", "context", "context_checks", "drivers", "estimates", "modes", "quality", "reliability", "results", "trends", "units")  # fmt: skip
DECIMALS = 9  # further ones hang on the order of sums, and so on how many rows of other members lie beside
SAID = ("code_version", "left_out", "rules", "suppression_off", "tier", "trends")  # of the manifest


class MemberRelease(Release):
    """The part of a release that concerns one member, its figures to DECIMALS.

    Nothing else can be read of it, so that a member's pages hang on nothing else.
    """

    def __init__(self, whole: Release, member: str):
        super().__init__(whole.folder)
        self.member = member
        own = {name: whole.table(name).filter(member=member) for name in OWN}
        chosen = own | {
            "bridges": _bridges(whole.table("bridges"), own["units"]),
            "comparisons": whole.table("comparisons").filter(pl.col("kind") != "member_vs_peers", member=member),
        }
        self._tables = {name: table.with_columns(cs.float().round(DECIMALS) + 0.0) for name, table in chosen.items()}  # no -0.0
        self._documents = {
            "codebook": _codebook(whole.document("codebook"), member),
            "manifest": _manifest(whole.document("manifest"), own["units"], member),
        }

    def table(self, name: str) -> pl.DataFrame:
        """Raises KeyError for a table of which the pages of a member are not made."""
        return self._tables[name]

    def document(self, name: str) -> dict | list:
        """As `table`."""
        return self._documents[name]

    @cached_property
    def mark(self) -> str:
        """A hash of all that is in it."""
        found = sha256(json.dumps(self._documents, ensure_ascii=False, sort_keys=True).encode())
        for name, table in sorted(self._tables.items()):
            found.update(json.dumps([name, *((c, str(kind)) for c, kind in table.schema.items())]).encode())
            found.update(table.write_csv(quote_style="non_numeric").encode())  # texts in quotes, so that none is like a null
        return found.hexdigest()

    @property
    def edition(self) -> str:
        return self.mark[:SHORT]


def _bridges(table: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Those between questionnaires that the member followed."""
    followed = (pl.col(side).is_in(units["instrument"].to_list()) for side in ("instrument", "other_instrument"))
    return table.filter(*followed)


def _codebook(whole: dict, member: str) -> dict:
    """All questionnaires, as titles and the scale are taken from them all; of members and initiatives the member's own."""
    return {
        "instruments": whole["instruments"],
        "members": {code: {"name": said["name"]} for code, said in whole["members"].items() if code == member},
        "initiatives": [i for i in whole["initiatives"] if i["member"] == member],
    }


def _manifest(whole: dict, units: pl.DataFrame, member: str) -> dict:
    """Of the files what became of them, not which they were: the same answers in another file change no page."""
    inputs = [{k: i[k] for k in (*UNIT, "status")} for i in whole["inputs"] if i["member"] == member]
    own = {"inputs": inputs, "instruments": sorted(set(units["instrument"]))}
    return {key: whole[key] for key in SAID if key in whole} | own

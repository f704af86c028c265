"""What an adjusted change may know of who was asked: instruments, frames, and which groups must not be told apart."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.estimate.design import UNIT, Frame
from pipeline.instrument import Instrument

Unit = tuple[str, str, str]


@dataclass(frozen=True)
class Asked:
    """units: the instrument of each; frames: of those that have one.

    hidden_groups: UNIT, domain_variable, domain_category, not shown at all: they
    are taken together as one group. hidden_blocks: the same and indicator: an
    indicator of which a group's figure is hidden, though the group is shown, is not
    adjusted by that variable; its adjusted figure would tell of the hidden one.
    """

    units: dict[Unit, Instrument]
    frames: dict[Unit, Frame]
    hidden_groups: pl.DataFrame
    hidden_blocks: pl.DataFrame

    @property
    def profile(self) -> pl.DataFrame:
        """UNIT, indicator of the profile items, which are who was asked, not what they think."""
        rows = [(*unit, i.code) for unit, instrument in self.units.items() for i in instrument.profile]
        return pl.DataFrame(rows, dict.fromkeys([*UNIT, "indicator"], pl.String), orient="row")

    def variables(self, unit: Unit) -> list[tuple[str, str]]:
        """(link, code) of the profile items held fixed, the most important first."""
        instrument = self.units[unit]
        return [(i.concept or f"{instrument.instrument}:{i.code}", i.code) for i in instrument.held_fixed]

    def merged(self, units: list[Unit]) -> set[tuple[str, str]]:
        """(link, category) of groups that are hidden in any of the units."""
        hidden, found = self.hidden_groups.rows_by_key(UNIT), set()
        for unit in units:
            links = {code: link for link, code in self.variables(unit)}
            found |= {(links[code], category) for code, category in hidden.get(unit, []) if code in links}
        return found

    def framed(self, unit: Unit, links: tuple[str, ...]) -> bool:
        """Whether the unit's frame counts the first of the variables."""
        codes = {code for link, code in self.variables(unit) if link in links[:1]}
        return bool(codes) and unit in self.frames and codes <= set(self.frames[unit].margins)

    def telling(self, units: list[Unit], links: tuple[str, ...]) -> pl.DataFrame:
        """UNIT, indicator of which a group of one of the variables is hidden, though the group itself is shown."""
        rows = [(*u, code) for u in units for link, code in self.variables(u) if link in links]
        used = pl.DataFrame(rows, dict.fromkeys([*UNIT, "domain_variable"], pl.String), orient="row")
        groups = [*UNIT, "domain_variable", "domain_category"]
        alone = self.hidden_blocks.join(self.hidden_groups, on=groups, how="anti")
        return alone.join(used, on=[*UNIT, "domain_variable"], how="semi").select(*UNIT, "indicator").unique()

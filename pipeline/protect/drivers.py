"""What regressions may read and show: decided before they are fitted."""

from __future__ import annotations

import polars as pl

from pipeline.estimate.design import UNIT, Design
from pipeline.estimate.drivers.limits import Limits
from pipeline.estimate.drivers.rows import Respondents
from pipeline.estimate.drivers.run import drivers
from pipeline.estimate.kept import KeptRows
from pipeline.protect.editions import Before
from pipeline.protect.suppression import Hidden
from pipeline.protect.tables import shown_as
from pipeline.workspace import Rules, Workspace


def protected_drivers(
    rows: tuple[Respondents, ...],
    design: Design,
    estimates: pl.DataFrame,
    hidden: Hidden,
    workspace: Workspace,
    before: Before,
) -> pl.DataFrame:
    """The regressions with `status`. `estimates`: protected ones, with status."""
    limits = regression_limits(estimates, hidden, workspace.sharing, workspace.rules, before)
    gone = pl.col("verdict") == "outcome_hidden"
    status = pl.when(gone).then(pl.lit("suppressed")).otherwise(shown_as())
    return drivers(rows, design, limits, KeptRows(workspace.kept_regressions)).with_columns(status=status)


def regression_limits(
    estimates: pl.DataFrame, hidden: Hidden, sharing: list[str], rules: Rules, before: Before
) -> Limits:
    """A regression reads what is shown: outcomes and factors of everybody, groups that have a figure of that outcome.

    Hidden groups of a profile question are merged before anything is fitted, or the question is left
    out, as a logit with dummies alone gives each group's share. A pool needs so many members that each finds
    `minimum_peers` others in it, and holds no unit whose figures stand from an earlier release: old and new pool,
    set against each other, then differ by whole units.
    """
    shown = estimates.filter(pl.col("status") != "suppressed")
    everybody = shown.filter(pl.col("domain_variable") == "", pl.col("measure") != "nonresponse")
    groups = estimates.filter(pl.col("domain_variable") != "").select(*UNIT, "domain_variable").unique()
    return Limits(
        shown=frozenset(everybody.select(*UNIT, "indicator").unique().iter_rows()),
        variables=frozenset(groups.iter_rows()),
        sharing=tuple(sharing),
        hidden=_hidden_groups(hidden),
        held=frozenset(before.held),
        respondents=rules.minimum_respondents,
        unit=1 if rules.off else rules.minimum_unit,
        members=2 if rules.off else rules.minimum_peers + 1,
        share=1.0 if rules.off else rules.peer_share,
    )


def _hidden_groups(hidden: Hidden) -> dict[tuple, frozenset[str]]:
    """(UNIT, variable, indicator or '' for all) -> categories."""
    blocks = hidden.blocks.filter(pl.col("domain_variable") != "")
    everything = hidden.groups.filter(pl.col("domain_variable") != "").with_columns(indicator=pl.lit(""))
    keys = [*UNIT, "domain_variable", "indicator"]
    both = pl.concat([blocks.select(*keys, "domain_category"), everything.select(*keys, "domain_category")])
    grouped = both.group_by(keys).agg(pl.col("domain_category"))
    return {tuple(row[:5]): frozenset(row[5]) for row in grouped.iter_rows()}

"""Attacks on pseudonyms: who takes part, what they are called, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import factorial, prod

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed
from pipeline.audit.tables import LINK, PEERS_OF, UNIT
from pipeline.audit.unmask import Masks, Unmasked

FEWEST_ALIKE = 3  # names that must be the same before it is more than chance
CHANCE = 1000  # an order that fewer than one in so many drawings give is no chance


def members_that_do_not_share(desk: Desk) -> Iterator[Finding]:
    """A member with `sharing: none` among those compared: by code, by number, by its own figures."""
    silent = [m for m, about in desk.codebook["members"].items() if about["sharing"] == "none"]
    others = desk.tables["peers"].filter(~pl.col("own"))
    for member in sorted(set(silent) & set(others["pseudonym"])):
        yield Finding("peer-sharing", f"peers: {member}", "this member shares nothing, yet others see its rows")
    for (recipient, population), rows in others.group_by(["recipient", "population"], maintain_order=True):
        took_part = set(desk.units.filter(pl.col("population") == population)["member"]) - {recipient, *silent}
        if rows["pseudonym"].n_unique() > len(took_part):
            what = f"{rows['pseudonym'].n_unique()} members, though only {len(took_part)} others share"
            yield Finding("peer-sharing", f"peers: {_table_of(recipient)} {population}", what)
    for (recipient, population), names in Unmasked(desk).masks.items():
        for pseudonym in sorted(p for p, m in names.items() if m in silent):
            where = f"peers: {_table_of(recipient)} {population}, {pseudonym}"
            yield Finding("peer-sharing", where, f"these are the figures of {names[pseudonym]}, which shares nothing")


def too_few_peers(desk: Desk) -> Iterator[Finding]:
    """A recipient who sees so few others that each can be guessed."""
    fewest = desk.rules["minimum_peers"]
    others = desk.tables["peers"].filter(~pl.col("own")).group_by(PEERS_OF).agg(pl.col("pseudonym").n_unique())
    few = others.filter(pl.col("pseudonym") < fewest).sort(PEERS_OF)
    for (recipient, population), rows in few.group_by(["recipient", "population"], maintain_order=True):
        count, names = rows["pseudonym"].min(), listed(rows["indicator"].unique().sort())
        what = f"{count} other members under {names}, fewer than {fewest}"
        yield Finding("peer-few", f"peers: {_table_of(recipient)} {population}", what)


def means_of_few(desk: Desk) -> Iterator[Finding]:
    """A mean of peers over so few members that the largest can take it apart."""
    fewest, about = desk.rules["minimum_peers"], desk.codebook["members"]
    sharing = [m for m, it in about.items() if it["sharing"] != "none"]
    rows = desk.tables["comparisons"].filter(pl.col("kind") == "member_vs_peers", pl.col("status") != "suppressed")
    figures = (
        desk.shown.filter(pl.col("domain_variable") == "", pl.col("member").is_in(sharing))
        .with_columns(LINK)
        .group_by(["population", "link", "measure", "category"])
        .agg(members=pl.col("member").unique())
    )
    joined = rows.with_columns(LINK).join(figures, on=["population", "link", "measure", "category"], how="left")
    others = pl.col("members").list.len().fill_null(0) - pl.col("members").list.contains(pl.col("member")).fill_null(
        False
    )
    few = joined.with_columns(others=others.cast(pl.Int64)).filter(pl.col("others") < fewest)
    for unit, group in few.group_by(UNIT, maintain_order=True):
        what = (
            f"mean of at most {group['others'].min()} other members under {listed(group['indicator'].unique().sort())}"
        )
        yield Finding("peer-mean", f"comparisons: {' '.join(unit)}", f"{what}, fewer than {fewest}")


def real_names(desk: Desk) -> Iterator[Finding]:
    """A row that is not the recipient's own under a member's code or name."""
    about = desk.codebook["members"]
    named = {c: m for c, m in about.items() if m["sharing"] != "named"}
    known = {c.casefold() for c in named} | {n.casefold() for m in named.values() for n in m["name"].values()}
    peers = desk.tables["peers"]
    for row in peers.select("recipient", "pseudonym", "own").unique(maintain_order=True).iter_rows(named=True):
        where = f"peers: {_table_of(row['recipient'])}, {row['pseudonym']}"
        if not row["own"] and row["pseudonym"].casefold() in known:
            yield Finding("peer-name", where, "a real name or code where a pseudonym belongs")
        if row["own"] and row["pseudonym"] != row["recipient"]:
            yield Finding("peer-name", where, "called the recipient's own, yet it is not")


def lasting_pseudonyms(desk: Desk) -> Iterator[Finding]:
    """The same pseudonyms for two recipients, who can then pool what they know, or as in an earlier release."""
    masks = Unmasked(desk).masks
    tables = sorted(masks)
    for number, one in enumerate(tables):
        for other in tables[number + 1 :]:
            if one[1] == other[1] and one[0] and other[0] and _alike(masks[one], masks[other]):
                where = f"peers: {one[0]} and {other[0]}, {one[1]}"
                yield Finding("peer-same-name", where, "both see the same members under the same pseudonyms")
    for earlier in (Desk(folder) for folder in desk.earlier):
        if earlier.manifest.get("release") != desk.manifest.get("release"):  # made anew it is the same release
            yield from _as_before(earlier, masks)


def _as_before(earlier: Desk, masks: Masks) -> Iterator[Finding]:
    """Names that last from release to release; that a few members' agree for one reader may be chance."""
    before = Unmasked(earlier).masks
    common = [table for table in sorted(set(masks) & set(before)) if _known_to_both(masks[table], before[table])]
    alike = [table for table in common if _alike(masks[table], before[table])]
    if alike and 2 * len(alike) > len(common):
        where = f"peers: {listed(f'{_table_of(recipient)} {population}' for recipient, population in alike)}"
        yield Finding(
            "peer-same-name", where, f"the pseudonyms are those of the earlier release {earlier.release.name}"
        )


def _known_to_both(one: dict[str, str], other: dict[str, str]) -> bool:
    return len(set(one.values()) & set(other.values())) >= FEWEST_ALIKE


def _alike(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether all members that both know bear the same pseudonym in both."""
    first, second = ({m: p for p, m in names.items()} for names in (one, other))
    common = set(first) & set(second)
    return len(common) >= FEWEST_ALIKE and all(first[m] == second[m] for m in common)


def telling_order(desk: Desk) -> Iterator[Finding]:
    """Pseudonyms handed out by code, by size or by score: the order then says who is who."""
    unmasked = Unmasked(desk)
    for population in sorted({p for _, p in unmasked.masks}):
        lists = [names for (_, p), names in sorted(unmasked.masks.items()) if p == population]
        chance = prod(factorial(len(names)) for names in lists)
        where = f"peers: {population}"
        if chance > CHANCE and _ordered(lists, lambda m: m):
            yield Finding("peer-order", where, "the pseudonyms follow the alphabet of the members' codes")
        ranks = _ranks(unmasked, desk, population)
        if chance > CHANCE * 2 * len(ranks):
            for name in sorted(n for n, rank in ranks.items() if _ordered(lists, rank.get)):
                yield Finding("peer-order", where, f"the pseudonyms follow the order of {name}")


def _ordered(lists: list[dict[str, str]], rank: Callable) -> bool:
    """Whether the members follow `rank`, up or down, in every list."""
    rows = [[rank(names[p]) for p in sorted(names, key=lambda p: (len(p), p))] for names in lists]
    if any(value is None for row in rows for value in row):
        return False
    return all(row == sorted(row) for row in rows) or all(row == sorted(row, reverse=True) for row in rows)


def _ranks(unmasked: Unmasked, desk: Desk, population: str) -> dict[str, dict]:
    """What members can be ranked by, as in their latest wave: sizes, factors, indices."""
    latest = desk.units.filter(pl.col("population") == population, pl.col("n").is_not_null()).sort("wave")
    ranks = {"the number of respondents": dict(latest.select("member", "n").iter_rows())}
    factors = desk.shown.filter(
        pl.col("domain_variable") == "", pl.col("population") == population, pl.col("indicator_kind") != "item"
    )
    for (indicator,), rows in factors.sort("wave").group_by("indicator", maintain_order=True):
        ranks[f"indicator {indicator}"] = dict(rows.select("member", "estimate").iter_rows())
    return ranks


def _table_of(recipient: str) -> str:
    return f"table of {recipient}" if recipient else "everybody's table"

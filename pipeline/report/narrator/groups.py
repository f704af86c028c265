"""Where groups of respondents differ: one finding for each profile question, on the pair of groups farthest apart."""

from __future__ import annotations

import polars as pl

from pipeline.report import rows
from pipeline.report.narrator.finding import Finding, difference, sure_size
from pipeline.report.narrator.lists import names, points_of
from pipeline.report.release import kept
from pipeline.report.verdicts import ALPHA
from pipeline.report.wording import release_number


def between_groups(n) -> list[Finding]:
    found = []
    for population in n.populations:
        profile = [i for i in n.instruments[population]["items"] if i["role"] == "profile"]
        for k, item in enumerate(profile):
            found += _of_item(n, population, item, f"by-{population}-{k}")
    return found


def _of_item(n, population: str, item: dict, where: str) -> list[Finding]:
    return [_finding(n, population, item, where, group) for group in _directed(n, population, item["code"])]


@kept
def _directed(n, population: str, variable: str) -> list[list[dict]]:
    """The differences that stand of each pair of groups in one direction, the largest first."""
    pairs = n.comparisons.filter(kind="group_difference", population=population, domain_variable=variable, test="t", status="published")
    standing = rows.preferred(pairs, n.instruments[population]).filter(pl.col("q_value") < ALPHA)
    told = standing.filter(pl.col("indicator_kind") != "index")
    sides = ["domain_category", "other_domain_category"]
    directed = (standing if told.is_empty() else told).with_columns(up=pl.col("difference") > 0).group_by(*sides, "up", maintain_order=True)
    return [group.sort(pl.col("difference").abs(), descending=True).rows(named=True) for _, group in directed]


def _finding(n, population: str, item: dict, where: str, group: list[dict]) -> Finding:
    """One pair of groups and what the higher one rates higher; the difference is told as a positive number."""
    instrument, top = n.instruments[population], group[0]
    categories = {c["code"]: n.source.text(c["label"], c["code"]) for c in item["categories"]}
    one, other = (categories[top[side]] for side in ("domain_category", "other_domain_category"))
    figures = sorted(abs(rows.shown(n.source, top["measure"], top[c])) for c in ("ci_low", "ci_high"))
    low, high = (one, other) if top["difference"] < 0 else (other, one)
    key = f"comparisons/{n.member}/{n.wave}/{population}/{item['code']}/{top['domain_category']}-{top['other_domain_category']}/{top['indicator']}"
    share = top["measure"] != "mean_score"
    numbers = dict(zip(("low", "high"), figures, strict=True)) | {"x": abs(rows.shown(n.source, top["measure"], top["difference"]))}
    decimals = 0 if share else n.source.scale[1]
    text = n.t(
        "finding_group",
        population=n.t.name(population),
        variable=n.source.text(item["text"], item["code"]),
        one=high,
        other=low,
        names=names(n.t, [rows.label(n.source, instrument, r) for r in group]),
        **{k: release_number(n.t.number(v, decimals), key) for k, v in numbers.items()},
    )
    about, facts = ("groups", population, item["code"]), tuple(difference(r) for r in group)
    way = "higher" if top["difference"] > 0 else "lower"
    size = sure_size(*figures, points_of(n, share))
    return Finding(text, about, where, size, population=population, verdict=way, facts=facts)

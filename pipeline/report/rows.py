"""Which indicators a page shows, what they are called and on which scale."""

from __future__ import annotations

import polars as pl

from pipeline.report.source import Source


def preferred(rows: pl.DataFrame, instrument: dict) -> pl.DataFrame:
    """Scores of factors and indices; where there are none, favourable shares of items; where none either, shares by category."""
    scores = rows.filter(pl.col("indicator_kind") != "item", pl.col("measure") == "mean_score")
    if not scores.is_empty():
        return scores
    profile = [i["code"] for i in instrument["items"] if i["role"] == "profile"]
    items = rows.filter(pl.col("indicator_kind") == "item", ~pl.col("indicator").is_in(profile))
    favourable = items.filter(measure="favourable")
    return favourable if not favourable.is_empty() else items.filter(measure="share")


def is_share(rows: list[dict]) -> bool:
    return bool(rows) and rows[0]["measure"] != "mean_score"


def label(source: Source, instrument: dict, row: dict) -> str:
    """A factor's title, or an item's wording with its category."""
    if row["indicator_kind"] != "item":
        return source.titles.get(row["indicator"], row["indicator"])
    item = next((i for i in instrument["items"] if i["code"] == row["indicator"]), None)
    if item is None:
        return row["indicator"]
    text = source.text(item["text"], item["code"])
    if row["measure"] != "share":
        return text
    categories = {c["code"]: source.text(c["label"], c["code"]) for c in item["categories"]}
    return f"{text} / {categories.get(row['category'], row['category'])}"


def in_order(source: Source, instrument: dict, rows: list[dict]) -> list[dict]:
    """Factors as the codebook lists them, then items as the questionnaire does."""
    order = [*source.titles, *(i["code"] for i in instrument["items"])]
    place = {code: k for k, code in reversed(list(enumerate(order)))}
    return sorted(rows, key=lambda r: (place.get(r["indicator"], len(order)), str(r.get("category", ""))))


def shown(source: Source, measure: str, value: float | None) -> float | None:
    """A value as it is printed: scores on the instrument's scale, shares in whole percent."""
    if measure == "mean_score":
        return source.score(value)
    return None if value is None else round(100 * value)

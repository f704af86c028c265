"""What indirect questions found, beside what was said when asked openly."""

from __future__ import annotations

import polars as pl

from pipeline.report.verdicts import ALPHA, MARKS, verdict
from pipeline.report.wording import release_number

MANY = 0.15  # of those with the short list who count none, or all, of its statements: with the long one they'd give themselves away
RATES = ("share", "share_ml")


def indirect(n) -> list[dict]:
    """A block for each indirect question of each population; nothing where the questionnaires have none."""
    return [
        block
        for population in n.populations
        for question in n.instruments[population].get("indirect", [])
        if (block := _block(n, population, question))
    ]


def _block(n, population: str, question: dict) -> dict | None:
    mine = n.everybody.filter(population=population, indicator=question["code"], indicator_kind="rate")
    rates = {r["measure"]: r for r in mine.filter(pl.col("measure").is_in(RATES)).iter_rows(named=True)}
    if not rates:
        return None
    name = f"indirect-{population}-{question['code']}"
    silent = mine.filter(measure="nonresponse", category="").row(0, named=True)
    lines = [_line(n, f"{name}-{m}", n.t(f"indirect_{m}_{question['kind']}"), rates[m]) for m in RATES if m in rates]
    return {
        "id": name,
        "title": n.source.text(question["text"], question["code"]),
        "population": n.t.name(population),
        "size": n.size(population),
        "how": _how(n, question),
        "rows": lines + _openly(n, population, question, name),
        "worth": _worth(n, population, rates["share"]),
        "silent": None if silent["estimate"] is None else round(100 * silent["estimate"]),
        "change": _change(n, population, question),
        "warnings": _warnings(n, population, question),
    }


def _how(n, question: dict) -> list:
    """How chance came in, and for a list what stood on it."""
    if question["kind"] == "item_count":
        asked = [n.source.text(question["asked"][arm], "") for arm in ("control", "treatment")]
        return [n.t("indirect_how_list"), *(n.t("indirect_list", text=text) for text in asked if text)]
    return [n.t(f"indirect_how_{question['design']}")]


def _line(n, cell: str, label, row: dict) -> dict:
    shown = {k: None if row[k] is None else round(100 * row[k]) for k in ("estimate", "ci_low", "ci_high")}
    return {"id": cell, "label": label, "n": row["n"], "status": row["status"], **shown}


def _openly(n, population: str, question: dict, name: str) -> list[dict]:
    """The unfavourable share of a question of the same concept that was asked openly."""
    items = [i for i in n.instruments[population]["items"] if question["concept"] and i["concept"] == question["concept"]]
    found = n.everybody.filter(pl.col("indicator").is_in([i["code"] for i in items]), population=population, measure="unfavourable")
    return [
        _line(n, f"{name}-{r['indicator']}", n.t("indirect_openly", question=n.source.titles_of(n.member, n.wave, population, r["indicator"])), r)
        for r in found.iter_rows(named=True)
    ]


def _worth(n, population: str, row: dict):
    """How many open answers would be as precise: the price of asking indirectly."""
    if row["n_effective"] is None or row["estimate"] is None:
        return None
    where = f"estimates/{n.member}/{n.wave}/{population}/{row['indicator']}/{row['measure']}"
    many, of = (release_number(n.t.count(int(v)), where) for v in (round(row["n_effective"]), row["n"]))
    return n.t("indirect_worth", many=many, n=of)


def _change(n, population: str, question: dict):
    """The change of the rate since the wave before, as a sentence with its verdict."""
    before = n.before(population)
    moved = n.comparisons.filter(
        pl.col("domain_variable") == "", pl.col("measure") == "share", pl.col("difference").is_not_null(),
        kind="wave_change", population=population, other_wave=before, indicator=question["code"], indicator_kind="rate", adjustment="none",
    )  # fmt: skip
    if moved.is_empty():
        return None
    row = moved.row(0, named=True)
    word = verdict(row)
    where = f"comparisons/wave_change/{n.member}/{n.wave}/{population}/{row['indicator']}/share"
    numbers = {k: release_number(n.t.number(100 * row[c]), where) for k, c in (("x", "difference"), ("low", "ci_low"), ("high", "ci_high"))}
    return n.t("indirect_change", mark=MARKS[word], verdict=n.t.name(word), wave=before, **numbers)


def _warnings(n, population: str, question: dict) -> list:
    """What the lists themselves say against their result."""
    rows = n.source.quality.filter(member=n.member, wave=n.wave, population=population, indicator=question["code"], status="published")
    checks = {r["check"]: r["value"] for r in rows.iter_rows(named=True)}
    said = [n.t("indirect_design_effect")] if checks.get("list_design_effect", 1) < ALPHA else []
    for check in ("list_floor", "list_ceiling"):
        if checks.get(check, 0) > MANY:
            where = f"quality/{n.member}/{n.wave}/{population}/{check}/{question['code']}"
            said.append(n.t(f"indirect_{check}", x=release_number(n.t.number(100 * checks[check]), where)))
    return said

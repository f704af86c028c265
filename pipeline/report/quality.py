"""Data quality and answers that no diverging bar can show."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from pipeline.report.release import kept
from pipeline.report.wording import release_number

WORST = 3
MANY_REFUSE = 0.10  # surely more than one in ten: silence on a sensitive question speaks
# checks that get a sentence -> whether it is worth a word that too few are concerned to say how many
SENTENCES = {
    "item_nonresponse": False,
    "straight_lining": True,
    "speeding": True,
    "move_without_flagged": False,
    "icc_interviewer": False,
    "icc_device": False,
}


def quality(n) -> list[dict]:
    """Per population: how many answered, with which questionnaire, and which questions were left out most."""
    return [_population(n, unit) for unit in n.units.iter_rows(named=True)]


def _population(n, unit: dict) -> dict:
    population = unit["population"]
    return {
        "population": n.t.name(population),
        "n": unit["n"],
        "weighted": bool(unit["weighted"]),
        "instrument": unit["instrument"],
        "as_of": unit["as_of"],
        "files": _files(n, population),
        "unanswered": _unanswered(n, population),
        "checks": [line for r in _checks(n, population) if (line := _sentence(n, population, r))],
        "refused": _refused(n, population),
    }


@kept
def _checks(n, population: str) -> list[dict]:
    return n.source.quality.filter(member=n.member, wave=n.wave, population=population).rows(named=True)


def _sentence(n, population: str, row: dict) -> Markup | None:
    """One check in words; checks that found too few people to speak of say so."""
    key = f"check_{row['check']}"
    if row["check"] not in SENTENCES:
        return None
    if row["status"] == "suppressed":
        return (
            n.t(f"{key}_few", minimum=n.source.manifest["rules"]["minimum_respondents"])
            if SENTENCES[row["check"]]
            else None
        )
    cell = f"quality/{n.member}/{n.wave}/{population}/{row['check']}/{row['indicator']}"
    if row["check"] == "move_without_flagged":
        value, name = n.source.score(abs(row["value"])), n.source.titles.get(row["indicator"], row["indicator"])
        return n.t(key, x=release_number(n.t.number(value, n.source.scale[1]), cell), indicator=name)
    decimals = 2 if row["check"].startswith("icc") else 1
    return n.t(key, x=release_number(n.t.number(row["value"] * (1 if decimals == 2 else 100), decimals), cell))


def _refused(n, population: str) -> list[dict]:
    """Sensitive questions that many surely left without a valid answer: a finding of its own."""
    return [
        {
            "label": n.source.titles_of(n.member, n.wave, population, r["indicator"]),
            **{k: round(100 * r[k]) for k in ("estimate", "ci_low", "ci_high")},
        }
        for r in _most_refused(n, population)
    ]


@kept
def _most_refused(n, population: str) -> list[dict]:
    return refused(n).filter(population=population).sort("estimate", descending=True).rows(named=True)


@kept
def refused(n) -> pl.DataFrame:
    """The share without a valid answer of sensitive questions that surely more than MANY_REFUSE left open."""
    silent = (pl.col("measure") == "nonresponse") & (pl.col("category") == "") & (pl.col("ci_low") > MANY_REFUSE)
    return of_sensitive(n).filter(silent)


@kept
def of_sensitive(n) -> pl.DataFrame:
    """The figures of everybody on sensitive questions."""
    sensitive = {(p, i["code"]) for p in n.populations for i in n.instruments[p]["items"] if i["sensitive"]}
    names = pl.DataFrame(sorted(sensitive), {"population": pl.String, "indicator": pl.String}, orient="row")
    return n.everybody.join(names, on=["population", "indicator"], how="semi")


def _files(n, population: str) -> list[dict]:
    """How many files arrived and what became of them, by status."""
    mine = [
        i["status"]
        for i in n.source.manifest["inputs"]
        if (i["member"], i["wave"], i["population"]) == (n.member, n.wave, population)
    ]
    return [{"status": n.t.name(status), "count": mine.count(status)} for status in dict.fromkeys(mine)]


def _unanswered(n, population: str) -> list[dict]:
    texts = {i["code"]: n.source.text(i["text"], i["code"]) for i in n.instruments[population]["items"]}
    return [
        {"label": texts.get(r["indicator"], r["indicator"]), "percent": round(100 * r["estimate"])}
        for r in _left_out_most(n, population)
    ]


@kept
def _left_out_most(n, population: str) -> list[dict]:
    found = n.everybody.filter(
        pl.col("measure") == "nonresponse", pl.col("category") == "", pl.col("population") == population, pl.col("estimate") > 0
    )
    return found.sort(["estimate", "indicator"], descending=[True, False]).head(WORST).rows(named=True)


def other_answers(n) -> list[dict]:
    """Questions with several answers or a number: a table each."""
    return [
        _other(n, population, item)
        for population in n.populations
        for item in n.instruments[population]["items"]
        if item["kind"] in ("multiple", "number") and item["role"] not in ("profile", "design")
    ]


def _other(n, population: str, item: dict) -> dict:
    measure = "share" if item["kind"] == "multiple" else "mean"
    names = {c["code"]: n.source.text(c["label"], c["code"]) for c in item["categories"] or []}
    rows = [
        _answer(names.get(r["category"]) or str(n.t("mean")), r, 100 if measure == "share" else 1)
        for r in _answers(n, population, item["code"], measure)
    ]
    return {
        "title": n.source.text(item["text"], item["code"]),
        "population": n.t.name(population),
        "rows": rows,
        "decimals": 0 if measure == "share" else 1,
    }


@kept
def _answers(n, population: str, item: str, measure: str) -> list[dict]:
    return n.everybody.filter(population=population, indicator=item, measure=measure).rows(named=True)


def _answer(label: str, row: dict, factor: int) -> dict:
    numbers = {k: None if row[k] is None else row[k] * factor for k in ("estimate", "ci_low", "ci_high")}
    return {"label": label, "n": row["n"], "suppressed": row["status"] == "suppressed", **numbers}

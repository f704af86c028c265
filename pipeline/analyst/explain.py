"""Where a figure comes from, told from the release alone: so it can tell nothing that the release does not."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.analyst.opened import Release
from pipeline.errors import ConfigurationError
from pipeline.instrument import label

WAY = tuple(f"sql/{name}.sql" for name in ("010_respondent", "035_cell", "036_cell_count", "037_weighted", "038_membership"))
ITEM_WAY = (*WAY, "pipeline/estimate/counted.py", "pipeline/estimate/spots.py")
SCORE_WAY = (*WAY, "pipeline/estimate/scores.py", "pipeline/estimate/spots.py")
ORDER = ("mean_score", "favourable", "mean", "share", "unfavourable", "nonresponse", "share_ml")
INTERVALS = {"mean_score": "mean interval", "mean": "mean interval"}  # all other measures are shares


def explain(release: Release, indicator: str, member: str, wave: str, population: str = "", group: str = "") -> str:
    """The figures of an indicator in one member, wave and group, and how they were made, as text.

    group: a profile question's code and an answer, `Q37=female`; everybody, if left
    out. Raises ConfigurationError, with what there is, where the release has no such figure.
    """
    variable, _, category = group.partition("=")
    rows = _rows(release, indicator, member, wave, population)
    if not variable:
        here = rows.filter(pl.col("domain_variable") == "")
    else:
        here = rows.filter(domain_variable=variable, domain_category=category)
    if here.is_empty():
        known = rows.select("domain_variable", "domain_category").unique().sort(pl.all()).rows()
        listed = ", ".join(f"{v}={c}" for v, c in known if v)
        raise ConfigurationError(f"{group}: no group of {indicator} in {member} {wave}. Groups there: {listed or 'none'}.")
    unit = release.units.filter(member=member, wave=wave, population=here["population"][0]).row(0, named=True)
    questionnaire = release.codebook["instruments"][unit["instrument"]]
    parts = (
        _head(indicator, here, questionnaire, unit, group),
        _figures(here),
        _made_of(indicator, questionnaire),
        _weights(unit),
        _formulas(release, here),
        _hidden(release, here),
        _way(release, here["indicator_kind"][0], unit),
    )
    return "\n\n".join("\n".join(part) for part in (list(p) for p in parts) if part)


def _rows(release: Release, indicator: str, member: str, wave: str, population: str) -> pl.DataFrame:
    """Every estimate of the indicator in the unit."""
    estimates = release.estimates.filter(member=member, wave=wave)
    if estimates.is_empty():
        known = release.units.select("member", "wave").unique().sort(pl.all()).rows()
        raise ConfigurationError(f"{member} {wave}: not in this release. It has {', '.join(' '.join(k) for k in known)}.")
    mine = estimates.filter(pl.col("indicator") == indicator, pl.lit(not population) | (pl.col("population") == population))
    asked = mine["population"].unique().sort().to_list()
    if not asked:
        codes = estimates["indicator"].unique().sort().to_list()
        raise ConfigurationError(f"{indicator}: no indicator of {member} {wave} {population}. There are {', '.join(codes)}.")
    if len(asked) > 1:
        raise ConfigurationError(f"{indicator}: of several populations; name one with --population ({', '.join(asked)}).")
    return mine


def _head(indicator: str, here: pl.DataFrame, questionnaire: dict, unit: dict, group: str) -> Iterator[str]:
    yield f"{indicator}: {_title(indicator, questionnaire)}"
    where = " ".join(unit[c] for c in ("member", "wave", "population"))
    yield f"{where}{', ' + group if group else ''} (questionnaire {unit['instrument']}, {here['indicator_kind'][0]})"


def _title(code: str, questionnaire: dict) -> str:
    for part in ("items", "factors", "indices", "indirect"):
        for found in questionnaire[part]:
            if found["code"] == code:
                return label(found.get("text") or found.get("title") or {}, code)
    return code


def _figures(here: pl.DataFrame) -> Iterator[str]:
    yield "Figures"
    order = pl.col("measure").replace_strict({m: k for k, m in enumerate(ORDER)}, default=len(ORDER), return_dtype=pl.Int64)
    for r in here.sort(order, "category").iter_rows(named=True):
        name = f"{r['measure']} {r['category']}".strip()
        if r["status"] == "suppressed":
            yield f"  {name}: suppressed"
        else:
            ends = "" if r["ci_low"] is None else f", 95% interval {r['ci_low']:.4g} to {r['ci_high']:.4g}"
            more = "".join(f", {c} {r[c]:.4g}" for c in ("se", "df", "deff", "n_effective") if r[c] is not None)
            yield f"  {name}: {r['estimate']:.6g}{ends}, n {r['n']}{more} ({r['status']})"


def _made_of(indicator: str, questionnaire: dict) -> Iterator[str]:
    yield "Made of"
    items = {i["code"]: i for i in questionnaire["items"]}
    of = next((x["of"] for x in questionnaire["indices"] if x["code"] == indicator), None)
    if indicator in items:
        yield from _question(items[indicator])
    elif of:
        yield f"  the respondent's mean over the factors {', '.join(of)}; at least {questionnaire['score_needs']:.0%} of them must have a score"
    elif any(f["code"] == indicator for f in questionnaire["factors"]):
        mine = [i for i in items.values() if i["factor"] == indicator]
        yield f"  the respondent's mean over the answered questions below, 0 to 100; at least {questionnaire['score_needs']:.0%} of them must be answered"
        for item in mine:
            yield from _question(item)
    for question in questionnaire["indirect"]:
        if question["code"] == indicator:
            yield f"  an indirect question ({question['kind']}); the answers themselves have no figures"


def _question(item: dict) -> Iterator[str]:
    turned = " (agreeing is unfavourable: scores and sides are turned)" if item["polarity"] == "negative" else ""
    yield f"  {item['code']} {label(item['text'], item['code'])}{turned}"
    if item["categories"]:
        yield "    answers: " + ", ".join(_answer(c) for c in item["categories"])
    if item["missing"]:
        yield "    no valid answer, in no denominator but that of nonresponse: blank, " + ", ".join(m["reason"] for m in item["missing"])


def _answer(category: dict) -> str:
    score = "" if category["score"] is None else f" = {category['score']:g}"
    return f"{label(category['label'], category['code'])}{score} ({category['side']})"


def _weights(unit: dict) -> Iterator[str]:
    yield "Weights"
    if unit["status"] == "suppressed" or unit["weighting"] in (None, "none"):
        yield "  everybody weighs the same" if unit["weighting"] == "none" else "  not told of this unit"
    else:
        yield f"  {unit['weighting']}" + (f", by {unit['margins']}" if unit["margins"] else "")
    if unit["as_of"]:
        yield f"  the figures stand as published in release {unit['as_of']}: too few answers changed since"


def _formulas(release: Release, here: pl.DataFrame) -> Iterator[str]:
    yield "Computed by (more on the page of methods)"
    rate = here["indicator_kind"][0] == "rate"
    names = ["rate intervals"] if rate else list(dict.fromkeys(INTERVALS.get(m, "share interval") for m in here["measure"].unique().sort()))
    for method in _methods(release, ("domain means", "linear variance", *names)):
        yield f"  {method['name']}: {' '.join(method['text'])}"


def _methods(release: Release, names: tuple[str, ...]) -> list[dict]:
    known = {m["name"]: m for section in release.methods for m in section["methods"]}
    return [known[name] for name in names if name in known]


def _hidden(release: Release, here: pl.DataFrame) -> Iterator[str]:
    if "suppressed" in here["status"].to_list():
        rules = release.manifest["rules"]
        yield "Hidden"
        yield (
            f"  for one of these reasons, which is not told, as it would tell of the answers: fewer than {rules['minimum_respondents']} "
            f"respondents (a unit: {rules['minimum_unit']}), nearly all of one answer to a sensitive question, a few with most of the weight, "
            "or because it would give such a figure away (docs/disclosure.md)"
        )


def _way(release: Release, kind: str, unit: dict) -> Iterator[str]:
    yield "Way"
    yield "  " + ", ".join(SCORE_WAY if kind in ("factor", "index") else ITEM_WAY)
    for name in _inputs(release, unit):
        yield f"  file {name}"
    yield f"  release {release.manifest['release']}, table estimates, code {release.manifest['code_version']}"


def _inputs(release: Release, unit: dict) -> list[str]:
    """The files that are in force, by their hash."""
    mine = [i for i in release.manifest["inputs"] if all(i[c] == unit[c] for c in ("member", "wave", "population"))]
    return [f"{i['sha256'][:16]}... ({i['status']})" for i in mine]

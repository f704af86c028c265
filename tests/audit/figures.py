"""Estimates, comparisons and peers of the good release, from its invented answers."""

from __future__ import annotations

import random
from collections.abc import Callable
from statistics import NormalDist

import polars as pl

from tests.audit.microdata import MEMBERS, PROFILE, SCORED

KEYS = [
    "member",
    "wave",
    "population",
    "domain_variable",
    "domain_category",
    "indicator",
    "indicator_kind",
    "measure",
    "category",
    "concept",
]
ESTIMATES = [*KEYS, "estimate", "se", "ci_low", "ci_high", "n", "status"]
POINTS = {str(k): 25.0 * (k - 1) for k in range(1, 6)}
SHARING = [m for m in MEMBERS if m != "OMN"]
HALF = {"mean_score": 10.0, "favourable": 0.15}


def estimate_table(units: dict[tuple[str, str], pl.DataFrame]) -> pl.DataFrame:
    """Everything of everybody, nothing hidden. Peru is weighted: every third respondent counts double."""
    rows = []
    for (member, wave), people in units.items():
        weight = pl.when((pl.int_range(pl.len()) % 3 == 0) & pl.lit(member == "PER")).then(2.0).otherwise(1.0)
        people = people.with_columns(w=weight)
        domains = [("", "", people)] + [(v, c, people.filter(pl.col(v) == c)) for v, cs in PROFILE.items() for c in cs]
        for variable, category, group in domains:
            key = (member, wave, "officials", variable, category)
            rows += [(*key, *figure, "published") for figure in _figures(group, variable)]
    kinds = (
        dict.fromkeys(KEYS, pl.String)
        | dict.fromkeys(ESTIMATES[10:14], pl.Float64)
        | {"n": pl.Int64, "status": pl.String}
    )
    return pl.DataFrame(rows, kinds, orient="row")


def _figures(group: pl.DataFrame, variable: str):
    """(indicator, kind, measure, category, concept, estimate, se, low, high, n) of one domain."""
    for code in [*SCORED, "Q4", *([] if variable else PROFILE)]:
        given = group.filter(pl.col(code).is_not_null())
        silent = group.select((pl.col("w") * pl.col(code).is_null()).sum()).item() / group["w"].sum()
        yield _share(code, "nonresponse", "", silent, group.height)
        answers = PROFILE.get(code) or (list(POINTS) if code in SCORED else ["1", "2"])
        shares = {a: given.filter(pl.col(code) == a)["w"].sum() / given["w"].sum() for a in answers}
        yield from (_share(code, "share", a, s, given.height) for a, s in shares.items())
        if code in SCORED:
            yield _share(code, "favourable", "", shares["4"] + shares["5"], given.height)
            yield _share(code, "unfavourable", "", shares["1"] + shares["2"], given.height)
            yield _score(code, "item", sum(POINTS[a] * s for a, s in shares.items()), given.height)
        if code == "Q4":
            yield _share(code, "favourable", "", shares["2"], given.height)
            yield _share(code, "unfavourable", "", shares["1"], given.height)
    scores = [pl.col(q).replace_strict(POINTS, default=None, return_dtype=pl.Float64) for q in SCORED]
    answered = group.with_columns(score=pl.mean_horizontal(scores)).filter(pl.col("score").is_not_null())
    mean = answered.select((pl.col("score") * pl.col("w")).sum() / pl.col("w").sum()).item()
    yield _score("F01", "factor", mean, answered.height)


def _share(code: str, measure: str, category: str, share: float, n: int) -> tuple:
    se = (share * (1 - share) / n) ** 0.5
    return (code, "item", measure, category, "", share, se, max(0.0, share - 2 * se), min(1.0, share + 2 * se), n)


def _score(code: str, kind: str, mean: float, n: int) -> tuple:
    return (code, kind, "mean_score", "", "", mean, 20 / n**0.5, mean - 40 / n**0.5, mean + 40 / n**0.5, n)


def comparison_table(estimates: pl.DataFrame) -> pl.DataFrame:
    """Differences between groups and waves with q-values of what is shown, and rounded ones to the peers."""
    values = {tuple(r[k] for k in KEYS[:6] + KEYS[7:9]): r for r in estimates.iter_rows(named=True)}
    rows = []
    for member in MEMBERS:
        for code in [*SCORED, "F01"]:
            measure = ("mean_score", "")
            rows.append(
                _difference(values, "wave_change", (member, "2024", "", ""), (member, "2022", "", ""), code, measure)
            )
            for variable, one, other in (("P1", "m", "f"), ("P2", "n", "s"), ("P2", "n", "e")):
                sides = [(member, "2024", variable, c) for c in (one, other)]
                rows.append(_difference(values, "group_difference", *sides, code, measure))
        rows += [_overall(values, member, variable, code) for variable in ("P1", "P2") for code in SCORED]
        rows += [_to_peers(values, member, code) for code in [*SCORED, "F01"]]
    table = pl.DataFrame(rows, infer_schema_length=None)
    return _with_q(table.with_columns(pl.col(c).cast(pl.Float64) for c, t in table.schema.items() if t == pl.Null))


def _row(kind: str, one: tuple, other: tuple, code: str, measure: str, test: str) -> dict:
    member, wave, variable, category = one
    return {
        "kind": kind,
        **dict(zip(KEYS[:5], (member, wave, "officials", variable, category), strict=True)),
        "other_member": other[0],
        "other_wave": other[1],
        "other_population": "officials",
        "other_domain_category": other[3],
        "indicator": code,
        "indicator_kind": "factor" if code == "F01" else "item",
        "measure": measure,
        "category": "",
        "concept": "",
        "adjustment": "none",
        "test": test,
        **dict.fromkeys(
            ("difference", "se", "ci_low", "ci_high", "statistic", "df", "p_value", "q_value", "detectable")
        ),
        "family": "|".join((kind, member, wave, variable, test)),
        "status": "suppressed",
    }


def _difference(values: dict, kind: str, one: tuple, other: tuple, code: str, measure: tuple) -> dict:
    row = _row(kind, one, other, code, measure[0], "t")
    a, b = (values[s[0], s[1], "officials", s[2], s[3], code, *measure] for s in (one, other))
    if "suppressed" in (a["status"], b["status"]):
        return row
    difference, se = a["estimate"] - b["estimate"], (a["se"] ** 2 + b["se"] ** 2) ** 0.5
    p = 2 * NormalDist().cdf(-abs(difference) / se)
    figures = {"difference": difference, "se": se, "ci_low": difference - 2 * se, "ci_high": difference + 2 * se}
    return row | figures | {"statistic": difference / se, "p_value": p, "status": "published"}


def _overall(values: dict, member: str, variable: str, code: str) -> dict:
    row = _row(
        "group_difference", (member, "2024", variable, ""), (member, "2024", variable, ""), code, "share", "rao_scott_f"
    )
    groups = [values[member, "2024", "officials", variable, c, code, "mean_score", ""] for c in PROFILE[variable]]
    if any(g["status"] == "suppressed" for g in groups):
        return row
    return row | {"statistic": 1.4, "df": 3.0, "p_value": 0.2 + 0.1 * SCORED.index(code), "status": "published"}


def _to_peers(values: dict, member: str, code: str) -> dict:
    row = _row("member_vs_peers", (member, "2024", "", ""), ("peers", "", "", ""), code, "mean_score", "t")
    figure = {m: values[m, "2024", "officials", "", "", code, "mean_score", ""]["estimate"] for m in MEMBERS}
    others = [v for m, v in figure.items() if m not in (member, "OMN")]
    difference = float(round(figure[member] - sum(others) / len(others)))
    bounds = {"ci_low": difference - 10, "ci_high": difference + 10}
    return row | {"difference": difference, "q_value": 0.05, "status": "published"} | bounds


def _with_q(table: pl.DataFrame) -> pl.DataFrame:
    """Benjamini and Hochberg's adjustment, the slow way."""
    tested = table.filter(pl.col("p_value").is_not_null()).select("family", "p_value").rows()
    families: dict[str, list[float]] = {}
    for family, p in tested:
        families.setdefault(family, []).append(p)

    def q(family: str, p: float | None, old: float | None) -> float | None:
        if p is None:
            return old
        ps = sorted(families[family])
        return min(1.0, *(x * len(ps) / (k + 1) for k, x in enumerate(ps) if x >= p))

    qs = [q(*r) for r in table.select("family", "p_value", "q_value").iter_rows()]
    return table.with_columns(q_value=pl.Series(qs, dtype=pl.Float64))


def drawn(recipient: str, others: list[str], edition: int = 0) -> list[str]:
    """The others in the order in which they are called Member A, B, C ...: anew for each recipient and edition."""
    order = others.copy()
    random.Random(f"{edition} {recipient}").shuffle(order)
    return order


def peer_table(estimates: pl.DataFrame, order: Callable = drawn) -> pl.DataFrame:
    """What each recipient sees of the others' latest wave."""
    figures = estimates.filter(
        pl.col("wave") == "2024",
        pl.col("domain_variable") == "",
        pl.col("measure").is_in(list(HALF)),
        pl.col("indicator") != "Q4",
    )
    rows = []
    for recipient in ["", *SHARING]:
        others = order(recipient, [m for m in SHARING if m != recipient])
        names = {m: f"Member {'ABCDEFGH'[k]}" for k, m in enumerate(others)} | {recipient: recipient}
        for r in figures.filter(pl.col("member").is_in(SHARING)).iter_rows(named=True):
            rows.append(peer_row(recipient, names[r["member"]], r["member"] == recipient, r))
    return pl.DataFrame(rows)


def peer_row(recipient: str, pseudonym: str, own: bool, r: dict) -> dict:
    score = r["measure"] == "mean_score"
    middle, half, top = round(r["estimate"], 0 if score else 2), HALF[r["measure"]], 100.0 if score else 1.0
    return {
        "recipient": recipient,
        "pseudonym": pseudonym,
        "own": own,
        **{c: r[c] for c in ("population", "indicator", "indicator_kind", "concept", "measure")},
        "estimate": middle,
        "ci_low": max(0.0, middle - half),
        "ci_high": min(top, middle + half),
        "status": "published",
    }

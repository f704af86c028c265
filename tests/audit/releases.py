"""A good release made by hand: tables, documents and pages, which the tests then spoil one leak at a time."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import polars as pl

from tests.audit.figures import comparison_table, estimate_table, peer_table
from tests.audit.microdata import MEMBERS, PROFILE, SCORED, answers
from tests.audit.pages import good_pages

UNIT = ["member", "wave", "population"]
RULES = {
    "minimum_respondents": 10,
    "minimum_unit": 30,
    "minimum_complement": 3,
    "minimum_interval": 10,
    "breakdown_by": None,
    "minimum_peers": 5,
    "share_step": 1.0,
    "score_step": 1.0,
    "interval_step": 5.0,
}
KEYED = {
    "estimates": 10,
    "adequacy": 5,
    "quality": 5,
    "reliability": 6,
    "comparisons": 17,
}


@dataclass
class Release:
    """truth: the estimates before anything was hidden."""

    tables: dict[str, pl.DataFrame]
    documents: dict[str, dict]
    pages: dict[str, str]
    truth: pl.DataFrame
    csv: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, where: pl.Expr, **values) -> None:
        """Overwrite columns of the rows `where`; there must be some."""
        table = self.tables[name]
        assert table.filter(where).height, f"no such row in {name}"
        new = {c: v if isinstance(v, pl.Expr) else pl.lit(v) for c, v in values.items()}
        self.tables[name] = table.with_columns(
            pl.when(where).then(v).otherwise(pl.col(c)).cast(table[c].dtype).alias(c) for c, v in new.items()
        )

    def reveal(self, where: pl.Expr) -> None:
        """Show estimates that were hidden."""
        table = self.tables["estimates"]
        assert table.filter(where, status="suppressed").height, "nothing was hidden there"
        self.tables["estimates"] = pl.concat([table.filter(~where), self.truth.filter(where)])

    def hide(self, where: pl.Expr, name: str = "estimates") -> None:
        self.tables[name] = hidden(self.tables[name], where, KEYED[name])

    def again(self) -> None:
        """Make the comparisons anew from what is shown now."""
        self.tables["comparisons"] = comparison_table(self.tables["estimates"])

    def add(self, name: str, row: dict) -> None:
        """One more row, other columns empty."""
        schema = self.tables[name].schema
        whole = pl.DataFrame({c: [row.get(c)] for c in schema}, schema=schema)
        self.tables[name] = pl.concat([self.tables[name], whole])

    def write(self, folder: Path) -> tuple[Path, Path]:
        """(release, reports) below `folder`."""
        release, reports = folder / "release", folder / "reports"
        release.mkdir(parents=True)
        for name, table in self.tables.items():
            table.write_parquet(release / f"{name}.parquet")
            table.write_csv(release / f"{name}.csv", include_bom=True)
        for name, text in self.csv.items():
            (release / f"{name}.csv").write_text(text, encoding="utf-8")
        for name, document in self.documents.items():
            (release / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        for name, page in self.pages.items():
            (reports / name).parent.mkdir(parents=True, exist_ok=True)
            (reports / name).write_text(page, encoding="utf-8")
        return release, reports


def good_release() -> Release:
    """A fresh copy; nothing can be worked out of it."""
    return copy.deepcopy(_made())


@cache
def _made() -> Release:
    units = {(m, w): answers(m, w) for m in MEMBERS for w in ("2022", "2024")}
    truth = estimate_table(units)
    estimates = hidden(truth, _hidden_figures(), KEYED["estimates"])
    tables = {
        "estimates": estimates,
        "units": _units(units),
        "comparisons": comparison_table(estimates),
        "peers": peer_table(estimates),
        "coded": _coded(),
        **_small_tables(units),
    }
    documents = {"manifest": _manifest(tables["units"]), "codebook": codebook(), "methods": {"methods": []}}
    return Release(tables, documents, good_pages(estimates, tables["peers"]), truth)


def unit(member: str, wave: str) -> pl.Expr:
    return (pl.col("member") == member) & (pl.col("wave") == wave)


def domain(variable: str, *categories: str) -> pl.Expr:
    return (pl.col("domain_variable") == variable) & pl.col("domain_category").is_in(list(categories))


def item(code: str, measure: str | None = None) -> pl.Expr:
    whole = pl.col("indicator") == code
    return whole if measure is None else whole & (pl.col("measure") == measure)


def hidden(table: pl.DataFrame, where: pl.Expr, keys: int) -> pl.DataFrame:
    """Rows emptied but for their first `keys` columns, the family and the status."""
    kept = [*table.columns[:keys], "status", "family"]
    emptied = [pl.when(~where).then(pl.col(c)).alias(c) for c in table.columns if c not in kept]
    return table.with_columns(*emptied, status=pl.when(where).then(pl.lit("suppressed")).otherwise("status"))


def _hidden_figures() -> pl.Expr:
    """Laos 2022 (20 people), Kenya's west (6 people) with its east, what nearly all of Fiji 2022 said, and the sensitive question by gender, which a few did not state."""
    regions = domain("P2", "e", "w") | (item("P2", "share") & pl.col("category").is_in(["e", "w"]))
    unanimous = item("Q4") & (pl.col("measure") != "nonresponse")
    by_gender = domain("P1", "f", "m") & item("Q4")
    return unit("LAO", "2022") | (unit("KEN", "2024") & regions) | (unit("FJI", "2022") & unanimous) | by_gender


def _coded() -> pl.DataFrame:
    keys = ("FJI", "2022", "officials", "Q4", "share")
    names = [*UNIT, "indicator", "measure", "category", "low", "high"]
    return pl.DataFrame([(*keys, "1", 0.0, 0.15), (*keys, "2", 0.85, 1.0)], names, orient="row")


def _units(units: dict) -> pl.DataFrame:
    rows = []
    for (member, wave), people in units.items():
        weighted, shown = member == "PER", people.height >= RULES["minimum_unit"]
        about = (people.height, weighted, "frame" if weighted else "none")
        rows.append(
            (
                member,
                wave,
                "officials",
                "cips",
                *(about if shown else (None, weighted, None)),
                None,
                "published" if shown else "suppressed",
            )
        )
    names = [*UNIT, "instrument", "n", "weighted", "weighting", "as_of", "status"]
    kinds = [pl.String] * 4 + [pl.Int64, pl.Boolean, pl.String, pl.String, pl.String]
    return pl.DataFrame(rows, dict(zip(names, kinds, strict=True)), orient="row")


def _small_tables(units: dict) -> dict[str, pl.DataFrame]:
    adequacy, quality, reliability = [], [], []
    for (member, wave), people in units.items():
        key, n = (member, wave, "officials"), people.height
        if n < RULES["minimum_unit"]:
            continue
        adequacy += [(*key, "responses", "", float(n)), (*key, "r_indicator", "P1", 0.93)]
        quality += [
            (*key, c, "", v, n) for c, v in (("respondents", float(n)), ("speeding", 0.0), ("any_flag", 12 / n))
        ]
        reliability += [(*key, "F01", "", "alpha", 0.71, 0.64, 0.77, n - 15, "ok")]
    dif = [("member", "officials", "F01", "trust", "uniform", 0.004, 7.9, 6.0, 0.25, 0.25, "none", 7)]
    columns = {
        "adequacy": [*UNIT, "statistic", "detail", "value"],
        "quality": [*UNIT, "check", "indicator", "value", "n"],
        "reliability": [*UNIT, "indicator", "item", "statistic", "estimate", "ci_low", "ci_high", "n", "verdict"],
        "dif": [
            "grouping",
            "population",
            "factor",
            "indicator",
            "kind",
            "effect_size",
            "statistic",
            "df",
            "p_value",
            "q_value",
            "flag",
            "groups",
        ],
    }
    rows = {"adequacy": adequacy, "quality": quality, "reliability": reliability, "dif": dif}
    return {
        name: pl.DataFrame(rows[name], names, orient="row").with_columns(status=pl.lit("published"))
        for name, names in columns.items()
    }


def _manifest(units: pl.DataFrame) -> dict:
    mark = "5eed" * 16
    return {
        "release": mark[:12],
        "fingerprint": mark,
        "code_version": "0.1.0",
        "rules": RULES,
        "suppression_off": False,
        "instruments": ["cips"],
        "counts": {
            "submissions": 16,
            "respondents": int(units["n"].sum()),
            "answers": 9000,
            "refused": 0,
            "quarantined": 0,
        },
        "inputs": [
            {"member": "EST", "wave": "2022", "population": "officials", "sha256": "ab" * 32, "status": "accepted"}
        ],
    }


def codebook() -> dict:
    likert = [{"code": str(k), "label": {"en": str(k)}, "side": _side(k)} for k in range(1, 6)]
    seen = [
        {"code": "1", "label": {"en": "Yes"}, "side": "unfavourable"},
        {"code": "2", "label": {"en": "No"}, "side": "favourable"},
    ]
    items = [_item(q, "perception", "F01", "likert", likert) for q in SCORED]
    items.append(_item("Q4", "experience", None, "single", seen, sensitive=True))
    for code, groups in PROFILE.items():
        items.append(
            _item(code, "profile", None, "single", [{"code": g, "label": {"en": g}, "side": "neutral"} for g in groups])
        )
    instrument = {
        "population": "officials",
        "title": {"en": "Officials"},
        "display": {"decimals": 1, "scale_max": 10.0},
        "factors": [{"code": "F01", "title": {"en": "Leadership"}}],
        "indices": [],
        "items": items,
    }
    about = {
        c: {"name": {"en": n, "fr": f"{n} (fr)"}, "sharing": "none" if c == "OMN" else "anonymised"}
        for c, n in MEMBERS.items()
    }
    return {"instruments": {"cips": instrument}, "members": about}


def _item(code: str, role: str, factor: str | None, kind: str, categories: list, sensitive: bool = False) -> dict:
    concept = {"P1": "gender", "P2": "region", "P3": "zone"}.get(code)
    return {
        "code": code,
        "role": role,
        "factor": factor,
        "concept": concept,
        "sensitive": sensitive,
        "polarity": "positive",
        "kind": kind,
        "text": {"en": f"Question {code}"},
        "categories": categories,
        "missing": [],
    }


def _side(k: int) -> str:
    return "unfavourable" if k < 3 else "favourable" if k > 3 else "neutral"

"""What an attack brings home."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.audit.kinds import MEND


@dataclass(frozen=True, order=True)
class Finding:
    """kind: a short word for the leak; where: file or table, and place in it; what: what a reader can work out."""

    kind: str
    where: str
    what: str

    @property
    def mend(self) -> str:
        """How to mend it."""
        return MEND[self.kind]

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.what}. To mend it: {self.mend}."


def listed(values, most: int = 3) -> str:
    """The first few of `values` in words, and how many more there are."""
    values = [str(v) for v in values]
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more


def place(table: str, row: dict) -> str:
    """`estimates: GHA 2024 officials, age=young, Q01 share 1`, of those keys that the row has."""
    unit = " ".join(str(row[k]) for k in ("member", "wave", "population") if row.get(k))
    domain = row.get("domain_variable") or ""
    if domain and row.get("domain_category"):
        domain = f"{domain}={row['domain_category']}"
    rest = (
        "recipient",
        "pseudonym",
        "kind",
        "statistic",
        "detail",
        "check",
        "indicator",
        "item",
        "measure",
        "category",
    )
    figure = " ".join(str(row[k]) for k in rest if isinstance(row.get(k), str) and row[k])
    return f"{table}: " + ", ".join(part for part in (unit, domain, figure) if part)

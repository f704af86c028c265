"""How administrative figures are counted and put into rates (context.yaml)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ContextRules(BaseModel):
    """What the words in context.csv mean; without context.yaml the defaults hold.

    denominator: the indicator that rates are of, where a row names no other.
    per: events, and persons of another indicator, are told per so many of it.
    persons, events: units that count persons, and units that count events; others get no rate.
    totals: breakdowns that mean everybody, or everything.
    parts: indicator -> lists of breakdowns that are known to make up a total (see context/totals.py).
    """

    model_config = ConfigDict(extra="forbid")
    denominator: str = "staff"
    per: float = Field(default=1000, gt=0)
    persons: list[str] = ["persons"]
    events: list[str] = ["cases", "complaints", "reports", "measures", "events"]
    totals: list[str] = ["total", "all"]
    parts: dict[str, list[list[str]]] = {}

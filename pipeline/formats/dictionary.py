"""The data dictionary: what every column of every table means. Everything that describes tables is made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from pipeline.columns import TABLE_KEYS, TABLES

FOLDER = Path(__file__).parent
TYPES = ("text", "integer", "number", "boolean", "date")


@dataclass(frozen=True)
class Column:
    """One column of one table. values: code -> meaning, of a closed list; codes: where an open one is explained."""

    name: str
    type: str
    meaning: str
    key: bool
    unit: str = ""
    codes: str = ""
    values: dict[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> dict:
        """As it is written down: nothing that is empty."""
        told = {"name": self.name, "type": self.type, "meaning": self.meaning, "key": self.key}
        return told | {k: v for k in ("unit", "codes", "values") if (v := getattr(self, k))}


@dataclass(frozen=True)
class Table:
    """One table: what a row is, and its columns in order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def keys(self) -> list[str]:
        return [c.name for c in self.columns if c.key]


@cache
def dictionary() -> dict[str, Table]:
    """Every table of a release, in the order of tables.yaml."""
    columns, tables = (_read(name) for name in ("columns", "tables"))
    return {name: _table(name, said, columns) for name, said in tables.items()}


def document() -> dict:
    """The dictionary as the release holds it."""
    return {
        "tables": {
            name: {"meaning": table.meaning, "columns": [c.plain for c in table.columns]}
            for name, table in dictionary().items()
        }
    }


def described() -> dict[str, dict[str, str]]:
    """Per table what its Parquet file says of it: `description`, and `columns`, their meanings as JSON."""
    return {
        name: {"description": t.meaning, "columns": json.dumps({c.name: c.meaning for c in t.columns}, ensure_ascii=False)}
        for name, t in dictionary().items()
    }


def _read(name: str) -> dict:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is at hand
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), loader)


def _table(name: str, said: dict, columns: dict) -> Table:
    """KeyError where a column or an allowed value has no meaning."""
    own, allowed = said.get("columns", {}), said.get("allowed", {})
    found = tuple(_column(name, c, columns[c] | own.get(c, {}), allowed.get(c)) for c in TABLES[name])
    return Table(name, said["meaning"], found)


def _column(table: str, name: str, said: dict, allowed: list[str] | None) -> Column:
    values = said.get("values", {})
    kept = values if allowed is None else {v: values[v] for v in allowed}
    texts = {k: said.get(k, "") for k in ("unit", "codes")}
    return Column(name, said["type"], said["meaning"], name in TABLE_KEYS[table], **texts, values=kept)

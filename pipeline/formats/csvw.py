"""CSV on the Web: a metadata file beside each CSV that says what its columns are (W3C, Model for Tabular Data, 2015)."""

from __future__ import annotations

import re

from pipeline.formats.dictionary import Column, Table

NULL = ""
BASE = {"text": "string", "integer": "integer", "number": "double", "date": "date"}
# As release.write_release writes them.
DIALECT = {"encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True}


def metadata(table: Table) -> dict:
    """What `NAME.csv-metadata.json` says, by which CSVW readers find it beside `NAME.csv`."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{table.name}.csv",
        "dc:title": table.name,
        "dc:description": table.meaning,
        "dialect": DIALECT,
        "tableSchema": {"columns": [_column(c) for c in table.columns], "primaryKey": table.keys},
    }


def _column(column: Column) -> dict:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": _described(column),
        "datatype": _datatype(column),
        "null": NULL,
    }


def _described(column: Column) -> str:
    parts = [column.meaning, column.unit and f"unit: {column.unit}", column.codes and f"codes: {column.codes}"]
    return "; ".join([*filter(None, parts), *(f"{code}: {said}" for code, said in column.values.items())])


def _datatype(column: Column) -> str | dict:
    """A closed list is a pattern that its codes match."""
    if column.values:
        return {"base": "string", "format": f"^({'|'.join(map(re.escape, column.values))})$"}
    return {"base": "boolean", "format": "true|false"} if column.type == "boolean" else BASE[column.type]

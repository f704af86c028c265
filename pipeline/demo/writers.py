"""Exports as survey tools and people write them. The same answers give the same bytes."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.instrument import Instrument, label

Answers = dict[str, list]


def write_codes_csv(path: Path, instrument: Instrument, answers: Answers) -> None:
    """Comma CSV in UTF-8 with BOM, codes, item codes as headings."""
    _csv(path, list(answers), answers, "utf-8-sig", ",")


def write_french_csv(path: Path, instrument: Instrument, answers: Answers) -> None:
    """Semicolon CSV in cp1252: full French wording, labels, decimal comma."""
    texts = {i.code: label(i.text, i.code, "fr") for i in instrument.items}
    labelled = _labelled(instrument, answers, "fr")
    labelled["duration"] = [str(d).replace(".", ",") for d in answers["duration"]]
    _csv(path, [texts.get(c, c) for c in answers], labelled, "cp1252", ";")


def write_limesurvey_csv(path: Path, instrument: Instrument, answers: Answers) -> None:
    """As LimeSurvey: semicolons, every cell quoted, BOM, CRLF, a blank line at the end."""
    tool = {
        "id": answers["respondent_id"],
        "submitdate": ["1980-01-01 00:00:00"] * len(answers["respondent_id"]),
        "lastpage": [5] * len(answers["respondent_id"]),
    }
    if "language" in answers:
        tool["startlanguage"] = answers["language"]
    rest = {k: v for k, v in answers.items() if k not in ("respondent_id", "language")}
    _csv(path, [*tool, *rest], {**tool, **rest}, "utf-8-sig", ";", quoting=csv.QUOTE_ALL, end="\r\n", tail="\r\n")


def write_xlsx(path: Path, instrument: Instrument, answers: Answers) -> None:
    """A workbook with English labels and short headings."""
    import xlsxwriter

    headings = [next((i.aliases[-1] for i in instrument.items if i.code == c and i.aliases), c) for c in answers]
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet("Responses")
        sheet.write_row(0, 0, headings)
        for j, column in enumerate(_labelled(instrument, answers, "en").values()):
            sheet.write_column(1, j, ["" if v is None else v for v in column])


def write_spss(path: Path, instrument: Instrument, answers: Answers) -> None:
    """SPSS with numeric codes, value labels and user-missing codes; text codes stay text."""
    import pyreadstat

    numeric = {
        i.code for i in instrument.questions if all(c.code.isdigit() for c in instrument.scale_of(i).categories)
    } | {"duration"}
    frame = pl.DataFrame(
        {
            c: np.array([np.nan if v is None else float(v) for v in column])
            if c in numeric
            else [v or "" for v in column]
            for c, column in answers.items()
        }
    )
    labels = {
        i.code: {
            float(a.code): label(a.label, a.code)
            for a in (*instrument.scale_of(i).categories, *instrument.scale_of(i).missing)
        }
        for i in instrument.questions
        if i.code in numeric
    }
    missing = {
        i.code: [float(m.code) for m in instrument.scale_of(i).missing]
        for i in instrument.questions
        if i.code in numeric and instrument.scale_of(i).missing
    }
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels, missing_ranges=missing, row_compress=True)
    _without_clock(path)


def _without_clock(path: Path) -> None:
    """The header's creation date and time (9 and 8 characters from byte 92) would differ from run to run."""
    content = bytearray(path.read_bytes())
    content[92:109] = b"01 Jan 0000:00:00"
    path.write_bytes(bytes(content))


def _labelled(instrument: Instrument, answers: Answers, language: str) -> Answers:
    names = {
        i.code: {
            a.code: label(a.label, a.code, language)
            for a in (*instrument.scale_of(i).categories, *instrument.scale_of(i).missing)
        }
        for i in instrument.questions
    }
    return {
        c: [
            v if v is None or c not in names else ";".join(names[c].get(part, part) for part in str(v).split("|"))
            for v in column
        ]
        for c, column in answers.items()
    }


def _csv(
    path: Path,
    headings: list,
    answers: Answers,
    encoding: str,
    separator: str,
    quoting=csv.QUOTE_MINIMAL,
    end="\n",
    tail="",
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writerow(headings)
    writer.writerows(zip(*answers.values(), strict=True))
    path.write_bytes((text.getvalue() + tail).encode(encoding))

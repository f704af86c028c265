"""Questions drafted from an XLSForm (KoBoToolbox, ODK, SurveyCTO): its sheets survey and choices, in all its languages."""

from __future__ import annotations

import io
import re
from pathlib import Path

import polars as pl

from pipeline.errors import ConfigurationError, SubmissionError, said_by
from pipeline.ingest.readers.workbook import check_packed
from pipeline.limits import Limits
from pipeline.questionnaire.drafted import Question, Texts

KINDS = {"select_one": "single", "select_multiple": "multiple", "integer": "number", "decimal": "number", "range": "number", "text": "text"}
LABEL = re.compile(r"label(?:::?\s*(?P<language>.+))?", re.IGNORECASE)
CODE = re.compile(r"\((?P<code>[A-Za-z]{2})(?:-\w+)?\)")
NAMES = {"english": "en", "french": "fr", "français": "fr", "arabic": "ar", "spanish": "es", "español": "es", "portuguese": "pt", "português": "pt", "russian": "ru", "русский": "ru", "ukrainian": "uk"}


def is_xlsform(file: Path) -> bool:
    """Whether a workbook has a sheet `survey` with the columns type and name."""
    sheets = _sheets(file) if file.suffix.lower() in (".xlsx", ".xls") else {}
    survey = next((sheet for name, sheet in sheets.items() if name.casefold() == "survey"), None)
    return survey is not None and {"type", "name"} <= {c.casefold().strip() for c in survey.columns}


def _sheets(file: Path) -> dict[str, pl.DataFrame]:
    try:
        content = file.read_bytes()
        if content.startswith(b"PK"):
            check_packed(content, Limits())
        return pl.read_excel(io.BytesIO(content), sheet_id=0, infer_schema_length=0, raise_if_empty=False)
    except SubmissionError as error:
        raise ConfigurationError(f"{file}: {error}.") from None
    except Exception as error:  # the reader's errors share no base class
        raise ConfigurationError(f"{file}: can't be read as a workbook ({said_by(error)}).") from None


def questions_of(file: Path, language: str) -> tuple[list[Question], dict[str, Texts]]:
    """The form's questions and its groups, which may be factors; `language`: of labels that name none."""
    sheets = {name.casefold(): [{k.casefold().strip(): (v or "").strip() for k, v in row.items()} for row in sheet.cast(pl.String).iter_rows(named=True)] for name, sheet in _sheets(file).items()}
    lists: dict[str, dict[str, Texts]] = {}
    for row in sheets.get("choices", ()):
        if row.get("name"):
            lists.setdefault(row.get("list_name") or row.get("list name", ""), {})[row["name"]] = _labels(row, language)
    questions, groups, within = [], {}, []
    for row in sheets["survey"]:
        kind, _, rest = row.get("type", "").replace("select one", "select_one").replace("select multiple", "select_multiple").partition(" ")
        if kind in ("begin_group", "begin") and rest in ("", "group"):
            within.append(row.get("name", ""))
            groups[within[-1]] = _labels(row, language)
        elif kind in ("end_group", "end") and within:
            within.pop()
        elif kind in KINDS and row.get("name"):
            answers = lists.get(rest.removesuffix(" or_other").strip(), {}) if KINDS[kind] in ("single", "multiple") else {}
            questions.append(Question(row["name"], KINDS[kind], _labels(row, language), answers, group=within[-1] if within else ""))
    used = {q.group for q in questions if q.kind != "text"}
    return questions, {code: title for code, title in groups.items() if code in used}


def _labels(row: dict[str, str], language: str) -> Texts:
    """label, label::French (fr), label:English -> texts by language."""
    found = {}
    for heading, text in row.items():
        named = LABEL.fullmatch(heading)
        if named and text:
            found[_language(named["language"], language)] = text
    return found


def _language(named: str | None, otherwise: str) -> str:
    if not named:
        return otherwise
    code = CODE.search(named)
    return code["code"].lower() if code else NAMES.get(named.strip().casefold(), named.strip().casefold()[:2])

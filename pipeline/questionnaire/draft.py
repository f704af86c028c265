"""`cips instrument draft`."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.questionnaire import columns, xlsform
from pipeline.questionnaire.drafted import written


def draft(file: Path, population: str = "", language: str = "en") -> str:
    """A questionnaire as YAML, made of an export's or an XLSForm's own names and labels. Raises ConfigurationError."""
    if not file.is_file():
        raise ConfigurationError(f"{file}: no such file.")
    questions, groups = xlsform.questions_of(file, language) if xlsform.is_xlsform(file) else (columns.questions_of(file, language), {})
    if not questions:
        raise ConfigurationError(f"{file}: no question was found in it.")
    return written(questions, file.stem, population, file.name, groups)

"""The quality letter to whoever handed in a file: what was understood, what was not and how to mend it, how the sample
stands to plan and population, what can be compared, what will be hidden. No row, no cell, no count of a few.

Letters are private to the uploader: they lie beside the receipts, and neither release nor reports know them.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.letters.case import Case, cases
from pipeline.letters.compose import compose
from pipeline.letters.language import check_language, letter_language
from pipeline.letters.render import letter_files, letter_name, write_letter
from pipeline.workspace import Workspace

__all__ = ["cases", "check_language", "letter_files", "letter_name", "write_letters"]


def write_letters(workspace: Workspace, found: list[Case], asked: str | None = None) -> list[Path]:
    """A letter per case, as HTML and text; the pages' paths."""

    def write(case: Case) -> Path:
        return write_letter(workspace.receipts, compose(case, *letter_language(case.submission, workspace, asked)))

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # a letter of many respondents is sums over columns, for which threads need not wait
        return list(threads.map(write, found))

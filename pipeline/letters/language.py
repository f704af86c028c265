"""In which language a letter is written."""

from __future__ import annotations

from pipeline.errors import ConfigurationError
from pipeline.ingest.submission import Submission
from pipeline.letters.words import languages
from pipeline.workspace import Workspace

FALLBACK = "en"


def letter_language(s: Submission, workspace: Workspace, asked: str | None = None) -> tuple[str, bool]:
    """(language, whether it is not the reader's own): the one asked for, else the member's (members.yaml), else the
    file's, else English."""
    member = workspace.members.get(s.export.member)
    wanted = asked or (member and member.language) or (s.traits and s.traits.language)
    return (wanted, False) if wanted in languages() else (FALLBACK, wanted != FALLBACK)


def check_language(asked: str | None) -> None:
    """Raises ConfigurationError for a language that there are no letters in."""
    if asked is not None and asked not in languages():
        raise ConfigurationError(f"--language {asked}: there are letters in {', '.join(languages())}.")

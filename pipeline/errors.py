"""What can go wrong, in the user's words.

Every message says what is wrong, where, and how to mend it. `exit_code`
follows the command line's contract: 2 nothing changed, 3 a stage failed.
"""

from __future__ import annotations


def said_by(error: BaseException, most: int = 120) -> str:
    """The first line of what a library says, for a message of ours to hold; its kind where it says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0][:most]


class CipsError(Exception):
    """Base of everything the pipeline raises on purpose."""

    exit_code = 3


class ConfigurationError(CipsError):
    """The workspace or the command is wrong; nothing was changed."""

    exit_code = 2


class SubmissionError(CipsError):
    """One export can't be read or understood; it is refused, the run goes on.

    kind: why, as one of REFUSALS, for what is said in other languages (see pipeline/letters).
    """

    exit_code = 1
    REFUSALS = ("unreadable", "empty", "malformed", "encoding", "not_recognised", "rows")

    def __init__(self, message: str, kind: str = "unreadable"):
        super().__init__(message, kind)  # both, so that it comes whole from another process
        self.kind = kind

    def __str__(self) -> str:
        return self.args[0]


class StageError(CipsError):
    """A stage failed; the last good release stands."""

    exit_code = 3

"""What the user sees while a run works and when it has ended."""

from __future__ import annotations

from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def progress():
    """A status line on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield lambda text: None if text.startswith("Reading ") else console.print(text)
        return
    with console.status("Starting") as status:
        yield status.update


def list_troubles(lines: list[str]) -> int:
    """Print what was refused or quarantined; the exit code that goes with it."""
    for line in lines:
        console.print(line, markup=False)
    return 1 if lines else 0


def finish(workspace, summary) -> int:
    """The last words of a run and its exit code."""
    c = summary.counts
    if summary.unchanged:
        console.print("Nothing changed since the last release.")
    console.print(
        f"{c['submissions']:,} submissions, {c['respondents']:,} respondents, {c['answers']:,} answers went in."
    )
    console.print(
        f"{c['refused']:,} submissions refused, {c['quarantined']:,} rows quarantined; why: {workspace.receipts / 'index.html'}",
        markup=False,
    )
    code = list_troubles(summary.troubles)
    console.print(f"Reports: {workspace.reports / 'index.html'}", markup=False)
    return code

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


def list_findings(findings: list) -> int:
    """Print what the audit worked out; the exit code that goes with it."""
    for finding in findings:
        console.print(str(finding), markup=False)
    console.print(
        f"{len(findings):,} findings: this release must not be handed out."
        if findings
        else "Nothing could be worked out that must not be known."
    )
    return 3 if findings else 0


def list_handed(handed, dry_run: bool) -> int:
    """Print what became of a file that was handed in; the exit code that goes with it."""
    s = handed.submission
    rows = f"{s.rows_accepted:,} of {s.rows_in:,} rows can be used"
    console.print(f"{s.state.replace('_', ' ')}: {rows}" + (f" ({s.instrument.instrument})" if s.instrument else ""))
    for note in s.notes:
        console.print(f"- {note.what} {note.mend}".rstrip(), markup=False)
    if handed.already:
        console.print(f"The same file is there already: {handed.kept}", markup=False)
    elif handed.kept:
        console.print(f"Kept as {handed.kept}", markup=False)
    elif dry_run:
        console.print("Nothing was kept (--dry-run).", markup=False)
    if handed.receipt:
        console.print(f"Receipt: {handed.receipt}\nLetter: {handed.letter}", markup=False)
    return 0 if s.state == "accepted" else 1


def list_exported(exported, file) -> int:
    """Print what a bundle holds and the key that the Secretariat needs; the exit code that goes with it."""
    m = exported.manifest
    waves = len({u.wave for u in m.units})
    console.print(f"{file}: {len(m.units)} units, {waves} waves, {exported.figures:,} figures of {m.member}.", markup=False)
    for line in exported.left_out:
        console.print(line, markup=False)
    console.print(f"For the Secretariat's members.yaml, under {m.member}; send it once, by another way than the bundle:")
    console.print(f"key: {m.key}", markup=False)
    return 0


def list_received(received) -> int:
    """Print what became of a bundle; the exit code that goes with it."""
    m, table = received.bundle.manifest, received.bundle.table
    word = "there already" if received.already else "replaces an earlier one" if received.replaced else "kept"
    waves = len({u.wave for u in m.units})
    held = f"{len(m.units)} units, {waves} waves, {table.height:,} figures"
    console.print(f"{m.member}: {held}; {word}: {received.kept}", markup=False)
    return 0


def finish(workspace, summary) -> int:
    """The last words of a run and its exit code."""
    c = summary.counts
    if summary.unchanged:
        console.print("Nothing changed since the last release.")
    console.print(
        f"{_counted(c['submissions'], 'submission')}, {_counted(c['respondents'], 'respondent')}, "
        f"{_counted(c['answers'], 'answer')} went in."
    )
    if c.get("bundles"):
        console.print(f"{c['bundles']:,} bundles of members that keep their answers at home are among them.")
    console.print(
        f"{_counted(c['refused'], 'submission')} refused, {_counted(c['quarantined'], 'row')} quarantined; "
        f"why: {workspace.receipts / 'index.html'}",
        markup=False,
    )
    code = list_troubles(summary.troubles)
    console.print(f"Reports: {workspace.reports / 'index.html'}", markup=False)
    return code


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

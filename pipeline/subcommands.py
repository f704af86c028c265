"""Commands that have a group of their own (`cips moments`, `cips instrument`), and what all commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

OPTIONS = {"workspace": Path("surveys"), "out": Path("build")}
moments = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Take part while the answers stay at home: bundles of protected sums.",
)
questionnaire = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Questionnaires: a first draft, and what one lacks.")


def workspace():
    """The workspace that the command line names."""
    from pipeline.workspace import load_workspace

    return load_workspace(OPTIONS["workspace"], OPTIONS["out"])


@moments.command("export")
def export_moments(member: str, file: Path) -> None:
    """Write the sums behind a member's published figures, signed, to FILE."""
    from pipeline.bundle.export import export
    from pipeline.console import list_exported

    raise typer.Exit(list_exported(export(workspace(), member, file), file))


@moments.command("import")
def import_moments(file: Path) -> None:
    """Check a member's bundle and put it into the workspace."""
    from pipeline.bundle.receive import receive
    from pipeline.console import list_received

    raise typer.Exit(list_received(receive(workspace(), file)))


@questionnaire.command("draft")
def draft_instrument(
    file: Annotated[Path, typer.Argument(help="An export of any survey tool, or an XLSForm.")],
    population: Annotated[str, typer.Option(help="Who was asked.")] = "",
    language: Annotated[str, typer.Option(help="Of texts that do not say theirs.")] = "en",
) -> None:
    """Print a first questionnaire (YAML), made of the file's own names and labels, for somebody to finish."""
    from pipeline.questionnaire.draft import draft

    print(draft(file, population, language), end="")


@questionnaire.command("check")
def check_instrument(file: Path) -> None:
    """Say what a questionnaire lacks, line by line."""
    from pipeline.questionnaire.check import check

    found = check(file, OPTIONS["workspace"])
    for line, what in found:
        print(f"{file}:{line}: {what}.")
    print(f"{len(found)} to finish." if found else "Nothing is missing.")
    raise typer.Exit(1 if found else 0)

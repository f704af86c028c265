"""The command line: words in, exit codes out, no logic.

Exit codes: 0 done; 1 done, but submissions were refused or rows quarantined;
2 usage or configuration error, nothing changed; 3 a stage failed, the last good release stands.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.subcommands import OPTIONS, moments, questionnaire
from pipeline.subcommands import workspace as _workspace

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Batch analytics for the Customs Integrity Perception Survey.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(moments, name="moments")
app.add_typer(questionnaire, name="instrument")


@app.callback()
def options(
    workspace: Annotated[Path, typer.Option(help="The folder with everything a run reads.")] = Path("surveys"),
    out: Annotated[Path, typer.Option(help="The folder for everything a run writes.")] = Path("build"),
) -> None:
    """Batch analytics for the Customs Integrity Perception Survey."""
    OPTIONS.update(workspace=workspace, out=out)


@app.command()
def run() -> None:
    """Do it all: ingest, validate, estimate, release, report."""
    from pipeline.console import finish, progress
    from pipeline.run import run as run_all

    workspace = _workspace()
    with progress() as say:
        summary = run_all(workspace, say)
    raise typer.Exit(finish(workspace, summary))


@app.command()
def ingest() -> None:
    """Read and check the inbox, load the store, write the receipts."""
    from pipeline.console import list_troubles, progress
    from pipeline.run import ingest as ingest_all
    from pipeline.run import troubles

    workspace = _workspace()
    with progress() as say:
        lines = troubles(ingest_all(workspace, say))
    print(f"Receipts: {workspace.receipts / 'index.html'}")
    raise typer.Exit(list_troubles(lines))


@app.command()
def validate() -> None:
    """Check the inbox and write the receipts and letters; the store stays as it is."""
    from pipeline.check import check
    from pipeline.console import list_troubles, progress
    from pipeline.run import troubles

    workspace = _workspace()
    with progress() as say:
        lines = troubles(check(workspace, say))
    print(f"Receipts: {workspace.receipts / 'index.html'}\nLetters to the uploaders: {workspace.receipts}/*.letter.html")
    raise typer.Exit(list_troubles(lines))


@app.command()
def submit(
    file: Path,
    member: Annotated[str, typer.Option(help="The member's code, e.g. GHA.")],
    wave: Annotated[str, typer.Option(help="The year, with a letter if there were several: 2024, 2024b.")],
    population: Annotated[str, typer.Option(help="Who was asked, as the instruments name it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; keep nothing.")] = False,
    language: Annotated[str | None, typer.Option(help="Of the letter: en, fr, ...; else the member's or the file's.")] = None,
) -> None:
    """Check one export and put it into the inbox."""
    from pipeline.console import list_handed
    from pipeline.submit import submit as hand_in

    raise typer.Exit(list_handed(hand_in(_workspace(), file, member, wave, population, dry_run, language), dry_run))


@app.command()
def release() -> None:
    """Estimate from the store, protect, and write the release."""
    from pipeline.console import progress
    from pipeline.run import release as release_all

    workspace = _workspace()
    _needs_store(workspace)
    with progress() as say:
        release_all(workspace, say)
    print(f"Release: {workspace.release}")


app.command("estimate", help="Estimate and release: estimates leave the pipeline only protected.")(release)


@app.command()
def report(
    single_file: Annotated[
        list[str] | None, typer.Option(metavar="PAGE", help="Only put this page (e.g. national/XAA-2025) into one file, for e-mail.")
    ] = None,
) -> None:
    """Render the reports from the release."""
    from pipeline.run import report as render

    workspace = _workspace()
    if not single_file:
        render(workspace)
        print(f"Reports: {workspace.reports / 'index.html'}")
    for name in single_file or ():
        print(_single(workspace, name))


def _single(workspace, name: str) -> Path:
    from pipeline.printing import find_page
    from pipeline.report.single import in_one_file

    page = find_page(workspace.reports, name)
    path = workspace.out / "single" / page.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(in_one_file(page), encoding="utf-8")
    return path


@app.command()
def handout(
    member: Annotated[str, typer.Argument(help="The member whose own reports are to be handed on.")],
    tier: Annotated[str, typer.Option(help="workshop or public; what each leaves out: build/reports/tiers.html.")] = "workshop",
) -> None:
    """Make a member's own reports in a coarser tier, in a folder that can be handed on."""
    from pipeline.handout import hand_out

    print(hand_out(_workspace(), member, tier))


@app.command()
def pdf(
    pages: Annotated[list[str], typer.Argument(metavar="PAGE...", help="Pages by name (national/XAA-2025, summary/XAA-2025.fr) or path.")],
) -> None:
    """Print pages of the reports as PDF, by the Chromium of this machine."""
    from pipeline.printing import find_page, print_page

    workspace = _workspace()
    for page in [find_page(workspace.reports, name) for name in pages]:
        print(print_page(page, workspace.out / "pdf" / f"{page.parent.name}-{page.stem}.pdf"))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One statement that reads; tables bear the release's names.")],
    form: Annotated[str, typer.Option("--format", help="table, csv, json or markdown.")] = "table",
) -> None:
    """Ask the release in SQL."""
    from pipeline.analyst.opened import Release
    from pipeline.analyst.query import FORMATS, written
    from pipeline.analyst.query import query as ask
    from pipeline.errors import ConfigurationError

    if form not in FORMATS:
        raise ConfigurationError(f"{form}: no format. There are {', '.join(FORMATS)}.")
    print(written(ask(Release(_workspace().out), sql), form))


@app.command()
def explain(
    indicator: Annotated[str, typer.Argument(help="An item's, a factor's or an index's code.")],
    member: Annotated[str, typer.Argument()],
    wave: Annotated[str, typer.Argument()],
    population: Annotated[str, typer.Option(help="Needed where several populations have the indicator.")] = "",
    group: Annotated[str, typer.Option(help="A profile question and an answer, e.g. Q37=female; everybody, if left out.")] = "",
) -> None:
    """Say where a figure comes from: questions, respondents, weights, formula, SQL."""
    from pipeline.analyst.explain import explain as told
    from pipeline.analyst.opened import Release

    print(told(Release(_workspace().out), indicator, member, wave, population, group))


@app.command()
def verify(
    page: Annotated[str, typer.Argument(metavar="REPORT", help="A page (path, or name like national/XAA-2025), or the folder of all.")],
    recompute: Annotated[bool, typer.Option(help="Also make the release anew from the inbox.")] = True,
) -> None:
    """Set a report against its release, and the release against what its files give now."""
    from pipeline.analyst.verify import verify as differences
    from pipeline.analyst.verify import versions
    from pipeline.printing import find_page

    workspace = _workspace()
    target = Path(page) if Path(page).is_dir() else find_page(workspace.reports, page)
    made, here = versions(target)
    if made != here:
        print(f"Made by version {made}; this is {here}, which may round or word otherwise.")
    found = differences(workspace, target, recompute)
    print("\n".join(found) or "No difference.")
    raise typer.Exit(1 if found else 0)


@app.command()
def audit() -> None:
    """Attack the release and the reports that stand, as a reader could who has them all."""
    from pipeline.console import list_findings
    from pipeline.errors import ConfigurationError
    from pipeline.manifest import read_manifest
    from pipeline.run import attack

    workspace = _workspace()
    if read_manifest(workspace.release) is None:
        raise ConfigurationError(f"{workspace.release}: no release there yet; run `cips run` first.")
    pages = workspace.reports if workspace.reports.is_dir() else None
    raise typer.Exit(list_findings(attack(workspace, workspace.release, pages)))


@app.command()
def status() -> None:
    """Say what the last release holds and whether the workspace changed since."""
    from pipeline.fingerprint import fingerprint
    from pipeline.manifest import read_manifest
    from pipeline.paths import Paths

    paths = Paths(OPTIONS["workspace"], OPTIONS["out"])
    paths.check()
    manifest = read_manifest(paths.release)
    if manifest is None:
        print(f"No release in {paths.release} yet. Run `cips run`.")
        return
    counts = ", ".join(f"{value} {name}" for name, value in manifest["counts"].items())
    print(f"Release {manifest['release']}: {counts}.")
    changed = manifest["fingerprint"] != fingerprint(paths)
    print("The workspace changed since; run `cips run`." if changed else "It is up to date.")


@app.command()
def demo(
    folder: Path,
    members: Annotated[int, typer.Option(min=1, help="How many members.")] = 8,
    waves: Annotated[int, typer.Option(min=1, help="How many waves each.")] = 2,
    respondents: Annotated[int, typer.Option(min=1, help="Officials per member and wave.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
) -> None:
    """Write a synthetic workspace to try things on."""
    from pipeline.demo import write_demo
    from pipeline.errors import ConfigurationError

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(f"{folder}: is there already and is not an empty folder. Name a new folder.")
    write_demo(folder, members=members, waves=waves, respondents=respondents, seed=seed)
    print(f"Wrote {folder}. Try: cips --workspace {folder} run")


def _needs_store(workspace) -> None:
    from pipeline.errors import ConfigurationError

    if not workspace.store.is_file():
        raise ConfigurationError(f"{workspace.store}: no store yet; run `cips ingest` first.")


def main() -> None:
    """Run the command line; every expected error is one message and an exit code."""
    from pipeline.errors import CipsError

    try:
        app()
    except CipsError as error:
        print(f"cips: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        print(
            f"cips: {': '.join(str(part) for part in (error.filename, error.strerror or error) if part)}. Check the path and its permissions, or give another with --out DIR.",
            file=sys.stderr,
        )
        sys.exit(3)
    except Exception as error:  # the last resort: an error nobody foresaw is still no traceback
        if "CIPS_DEBUG" in os.environ:
            raise
        if type(error).__name__ == "BrokenProcessPool":  # by its name, as its module takes long to load
            print("cips: a process of this run was ended from outside, most likely as there was no memory left. The last good release stands. Close other programs and run again.", file=sys.stderr)
            sys.exit(3)
        print(
            f"cips: unexpected {type(error).__name__}: {error}\nThe last good release stands. Run again with CIPS_DEBUG=1 and report what it prints.",
            file=sys.stderr,
        )
        sys.exit(3)

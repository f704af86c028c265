"""`python -m tests.bench.page`: docs/benchmarks.md and its chart, from the last run of `make bench` (build/bench.json)."""

from __future__ import annotations

import json
import shutil
from urllib.parse import unquote

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright

from pipeline.printing import BROWSERS
from tests.conftest import PROJECT

PLOTLY = PROJECT / "reports" / "assets" / "plotly-basic.min.js"
STAGES = ("bare", "ingest", "estimate", "figures", "publish", "render", "audit", "everything")
WHAT = """# Benchmarks

What `make bench` measured on {date}, on {cores} cores of {processor}, {memory} GB, {system}, Python {python}.
Seeded worlds of 10 members and 40 submissions, some 33 answers from each respondent, in CSV; pages in English. Each stage
runs in a process of its own after a warm-up; medians of five runs ({few} of the largest world). `cpu`: seconds of all
cores; `MB`: the most memory of any one process in the first run. A run by
itself loads libraries and starts other processes first, which is some seconds more. Written by `python -m tests.bench.page`.

- bare: `CREATE TABLE … FROM read_csv(…)` of the same files by DuckDB, without any understanding
- ingest: read, match, check, write receipts and letters, load
- estimate: from the store to all that is estimated; asked: of this what other packages are asked for too, see below;
  figures: from moments to estimates with intervals
- publish: estimate, protect, write the release in all its formats
- everything: `cips run` from nothing; changed: `cips run` after one submission of 40 changed

![Seconds by respondents](benchmarks.svg)

"""

HEAD_OF_PEERS = """Other packages on the same answers: the same {estimates:,} estimates with standard errors and 95 % intervals (each item,
measure and category, of everybody and of each category of each profile question), and the same {tests:,} tests of
independence (each question against each profile question: Rao and Scott's F, and Kruskal and Wallis's where answers have an
order). `asked` takes {asked[seconds]:.2f} s ({asked[cpu]:.2f} of all cores): it reads the answers out of the store and adds them up, on
both cores, tests them beside the estimates, uses nothing of earlier runs, and gives {given:,} estimates; the whole stage, with
quality of answers, reliability and what regressions read, takes {whole[seconds]:.2f} s. The packages get the
answers as numbers in memory, which is not timed. `survey` is R's in the fastest way found, `svyby` in its manual's; their
intervals are confint's, cheaper than svyciprop's. Intervals are timed, not compared. samplics has no tests that work; svy
counts the degrees of freedom of Rao and Scott's among those who answered, and its p differs by as much.
"""


def page(document: dict) -> str:
    machine = document["machine"]
    parts = [WHAT.format(**machine, few=document["few"])]
    for size in document["sizes"]:
        rows = [f"| {stage} | {t['seconds']:.2f} | {t['cpu']:.2f} | {t['megabytes']:.0f} | {t['seconds'] / size['stages']['bare']['seconds']:.1f} |" for stage, t in size["stages"].items()]
        parts.append(f"## {size['respondents']:,} respondents\n\n| stage | seconds | cpu | MB | ÷ bare load |\n|---|---:|---:|---:|---:|\n" + "\n".join(rows) + "\n")
        parts += [_peers(size["peers"])] if "peers" in size else []
    return "\n".join([*parts, _verdicts(document["verdicts"])])


def _peers(found: dict) -> str:
    head = HEAD_OF_PEERS.format(**found)
    rows = [
        "| package | seconds | cpu | asked ÷ it | by cpu | estimates: largest difference | of standard errors | tests | statistic | p |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    ]
    return head + "\n" + "\n".join(rows + [_peer(name, peer) for name, peer in found["peers"].items()]) + "\n"


def _peer(name: str, peer: dict) -> str:
    if "skipped" in peer:
        return f"| {name} | skipped: {peer['skipped']} | | | | | | | | |"
    tests = "none | | " if peer["tests"] is None else "{compared:,} | {statistic:.0e} | {p_value:.0e}".format(**peer["tests"])
    return (
        f"| {name} {peer['version']} | {peer['seconds']:.2f} | {peer['cpu']:.2f} | {peer['ratio']:.3f} | {peer['cpu_ratio']:.3f} "
        f"| {peer['estimate']:.0e} | {peer['se']:.0e} | {tests} |"
    )


def _verdicts(verdicts: list[dict]) -> str:
    words = {None: "", True: "holds", False: "**does not hold**"}
    rows = [f"| {v['what']} | {v['figure']:.3g} | {'' if v['most'] is None else format(v['most'], 'g')} | {words[v['holds']]} |" for v in verdicts]
    return "## What was meant to hold\n\n| | measured | at most | |\n|---|---:|---:|---|\n" + "\n".join(rows) + "\n"


def chart(sizes: list[dict]) -> str:
    """Seconds of each stage by respondents, both axes logarithmic, as SVG."""
    axes = {f"{axis}axis": {"type": "log", "title": {"text": of}} for axis, of in (("x", "respondents"), ("y", "seconds"))}
    figure = go.Figure(layout={"template": "simple_white", "width": 760, "height": 460} | axes)
    for stage in STAGES:
        figure.add_scatter(name=stage, mode="lines+markers", x=[s["respondents"] for s in sizes], y=[s["stages"][stage]["seconds"] for s in sizes])
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=next(filter(None, map(shutil.which, BROWSERS)), None), args=["--no-sandbox"])
        tab = browser.new_page()
        tab.set_content("<div id=chart></div>")
        tab.add_script_tag(path=PLOTLY)
        drawn = tab.evaluate("figure => Plotly.newPlot('chart', figure).then(made => Plotly.toImage(made, {format: 'svg'}))", json.loads(figure.to_json()))
        browser.close()
    return unquote(drawn.partition(",")[2])


def main() -> None:
    document = json.loads((PROJECT / "build" / "bench.json").read_text(encoding="utf-8"))
    (PROJECT / "docs" / "benchmarks.md").write_text(page(document), encoding="utf-8")
    (PROJECT / "docs" / "benchmarks.svg").write_text(chart(document["sizes"]), encoding="utf-8")


if __name__ == "__main__":
    main()

"""`make utility`: what disclosure control costs, to docs/utility.md: figures and answers hidden, greedy and optimal side by side."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import polars as pl

from pipeline.code import PROJECT
from pipeline.demo import write_demo
from pipeline.protect.blocks import BLOCK, allowed
from pipeline.protect.suppression import decide
from pipeline.protect.tables import protect_estimates
from pipeline.results import Results, estimate_all
from pipeline.run import ingest
from pipeline.workspace import Rules, load_workspace

OUT = PROJECT / "docs" / "utility.md"
SMALL = {"members": 6, "waves": 2, "seed": 7}
HEAD = """# What disclosure control costs

Made by `make utility`. Default rules. *Figures*: rows of `estimates` that are suppressed, of all. *Of groups*: of the rows
on groups of respondents. *Answers*: respondents behind suppressed blocks (an indicator in a group), of all blocks.
*Time*: deciding what to hide, as a share of the time that estimating took in the same run.

| workspace | method | figures | of groups | answers | time |
| --- | --- | --: | --: | --: | --: |"""


def main() -> None:
    lines = [HEAD]
    with tempfile.TemporaryDirectory() as folder:
        for name, root in _workspaces(Path(folder)).items():
            results, seconds = _estimated(root, Path(folder) / f"{name}-out")
            for method in ("greedy", "optimal"):
                lines.append(f"| {name} | {method} | {_cost(results, Rules(method=method), seconds)} |")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(OUT)


def _workspaces(folder: Path) -> dict[str, Path]:
    found = {"sample": PROJECT / "surveys" / "sample"}
    for respondents in (300, 150, 70):
        found[f"{respondents} officials a wave"] = folder / str(respondents)
        write_demo(folder / str(respondents), respondents=respondents, **SMALL)
    return found


def _estimated(root: Path, out: Path) -> tuple[Results, float]:
    workspace = load_workspace(root, out)
    ingest(workspace)
    start = time.perf_counter()
    return estimate_all(workspace), time.perf_counter() - start


def _cost(r: Results, rules: Rules, seconds: float) -> str:
    start = time.perf_counter()
    hidden = decide(r.estimates, r.sizes, r.moments.largest, r.roles, rules)
    share = (time.perf_counter() - start) / seconds
    marked = protect_estimates(allowed(r.estimates, r.roles, rules), hidden, r.sizes)
    gone = marked["status"] == "suppressed"
    groups = marked["domain_variable"] != ""
    blocks = marked.group_by(BLOCK).agg(pl.col("n").max(), gone=(pl.col("status") == "suppressed").all())
    answers = blocks.filter("gone")["n"].sum() / blocks["n"].sum()
    return f"{gone.mean():.1%} | {gone.filter(groups).mean():.1%} | {answers:.1%} | {share:.0%}"


if __name__ == "__main__":
    main()

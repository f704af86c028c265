"""`make simulate`: every section of docs/simulation.md, or those that are named: python -m tests.simulation.simulate ranks.

Seeded: the same command gives the same tables.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.simulation import composition, false_verdicts, findings, grid, rank_coverage, trend_tests

OUT = Path(__file__).resolve().parents[2] / "docs" / "simulation.md"
TITLE = "# What intervals, tests and verdicts hold in repeated samples\n\nMade by `make simulate`; seeded, so that the same command gives the same tables.\n"
SECTIONS = {
    "intervals": grid.section,
    "change": lambda: composition.section(1000, 20240601),
    "trends": trend_tests.section,
    "ranks": rank_coverage.section,
    "verdicts": lambda: false_verdicts.section(1000, 20240601),
    "narrator": lambda: findings.section(range(50)),
}


def main(names: list[str]) -> None:
    """Make the named sections anew (all, if none is named), and leave the others as they stand."""
    kept = _standing()
    for name in names or SECTIONS:
        kept[name] = "\n".join(SECTIONS[name]()).strip("\n")
        print(name)
    text = "\n".join(f"<!-- {name} -->\n{kept[name]}\n" for name in SECTIONS if name in kept)
    OUT.write_text(f"{TITLE}\n{text}", encoding="utf-8")
    print(OUT)


def _standing() -> dict[str, str]:
    parts = re.split(r"<!-- (\w+) -->\n", OUT.read_text(encoding="utf-8"))
    return {name: text.strip("\n") for name, text in zip(parts[1::2], parts[2::2], strict=True)}


if __name__ == "__main__":
    main(sys.argv[1:])

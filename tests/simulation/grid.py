"""Intervals and tests in repeated samples: the whole grid, as sections of docs/simulation.md."""

from __future__ import annotations

from tests.simulation.coverage import false_changes, false_discoveries, false_positives, share_coverage
from tests.simulation.samples import CLUSTER, DESIGNS, ICC

DRAWS, SEED = 2000, 20240601
SIZES, SHARES = (10, 30, 100, 450), (0.01, 0.05, 0.2, 0.5, 0.95)
METHODS = {"beta": "Korn-Graubard", "logit": "logit", "asin": "arcsine", "mean": "plain t"}
SHORT = 0.925  # five Monte Carlo standard errors below 95 %


def section() -> list[str]:
    """Of docs/simulation.md."""
    shares = {cell: share_coverage(*cell, DRAWS, seed) for cell, seed in _cells().items()}
    return [*_head(), *_coverage(shares), *_methods(shares), *_errors(), *_marks(), ""]


def _head() -> list[str]:
    noise = (0.95 * 0.05 / DRAWS) ** 0.5
    return [
        f"Intervals and tests: {DRAWS:,} samples a cell, seed {SEED}. A coverage of 95 % has a Monte Carlo standard error of {noise:.1%}.",
        "Designs: simple random; two strata, sampled 4 : 1 and weighted back, half a logit either side of the mean; "
        f"sampling units of {CLUSTER} with an intraclass correlation of {ICC}.",
        "",
    ]


def _cells() -> dict[tuple[str, int, float], int]:
    """(design, n, true share) -> seed."""
    return {
        (design, n, share): SEED + 1000 * d + 10 * n + k
        for d, design in enumerate(DESIGNS)
        for n in SIZES
        for k, share in enumerate(SHARES)
    }


def _coverage(shares: dict[tuple, dict]) -> list[str]:
    lines = [
        "## 95 % intervals of a share (Korn and Graubard)",
        "",
        "*Covered*: of all samples. *Shown*: samples whose figure is not `unreliable` (NCHS: Parker et al. 2017). *Covered where shown*: "
        "among those; a rule that looks at the figure itself selects, so that it may lie below *covered*.",
        "",
        "| design | n | true share | covered | shown | covered where shown |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for (design, n, share), found in shares.items():
        held = "" if found["covered_shown"] is None else f"{found['covered_shown']:.1%}"
        lines.append(f"| {design} | {n} | {share} | {found['covered']:.1%} | {found['shown']:.0%} | {held} |")
    return [*lines, ""]


def _methods(shares: dict[tuple, dict]) -> list[str]:
    lines = [
        "## Why Korn and Graubard: the same samples with the other intervals of R's `svyciprop`",
        "",
        "Covered, of all samples; where a method gives no interval (logit and arcsine at shares of 0 and 1), that is a miss.",
        "",
        f"| design | n | true share | {' | '.join(METHODS.values())} |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for cell, found in shares.items():
        lines.append("| " + " | ".join([*map(str, cell), *(f"{found[m]:.1%}" for m in METHODS)]) + " |")
    return [*lines, "", _too_rarely(list(shares.values())), ""]


def _too_rarely(cells: list[dict]) -> str:
    """One sentence: in how many cells each method falls clearly short, and where another does better than Korn and Graubard's."""
    short = [f"{name} in {sum(c[method] < SHORT for c in cells)}" for method, name in METHODS.items()]
    beaten = sum(c["beta"] < SHORT and max(c[m] for m in METHODS) > c["beta"] for c in cells)
    return (
        f"Of these {len(cells)} cells, covered in fewer than {SHORT:.1%} of samples: {', '.join(short)}. "
        f"In {beaten} of the cells where Korn and Graubard's falls short another covers more."
    )


def _errors() -> list[str]:
    lines = [
        "## Tests at 5 % where nothing differs",
        "",
        "t and Wilcoxon: two groups; Kruskal-Wallis and Rao-Scott: three groups; change: two waves of n each; five ordered answers. "
        "In brackets: how often the test is used; with fewer than 30 effective answers in the smallest group it is `unreliable` and gets no mark.",
        "",
        "| design | n | t | Wilcoxon | Kruskal-Wallis | Rao-Scott F | change: t | change: Wilcoxon |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for d, design in enumerate(DESIGNS):
        for n in SIZES[1:]:
            seed = SEED + 7000 + 100 * d + n
            groups, changes = false_positives(design, n, DRAWS, seed), false_changes(design, n, DRAWS, seed + 10_000)
            rates = (f"{rate:.1%} ({used:.0%})" for found in (groups, changes) for rate, used in found.values())
            lines.append("| " + " | ".join([design, str(n), *rates]) + " |")
    return [*lines, ""]


def _marks() -> list[str]:
    lines = [
        "## Marks: share of wrong ones in families of ten tests, five of them with an effect of half a standard deviation",
        "",
        "| n | wrong marks (at most 5 %) |",
        "| --: | --: |",
    ]
    return [*lines, *(f"| {n} | {false_discoveries(n, DRAWS, SEED + n):.1%} |" for n in (30, 100, 450))]

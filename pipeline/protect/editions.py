"""Earlier releases: what setting a new one against them would tell of a few, and what must stay as it was published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path

import polars as pl

from pipeline.columns import COLUMNS, KEYS
from pipeline.estimate.design import UNIT
from pipeline.manifest import read_manifest
from pipeline.protect.blocks import ANSWERS, BLOCK, DOMAIN, answer_share
from pipeline.release import BUILDING
from pipeline.workspace import Rules

ROW = KEYS["estimates"][: KEYS["estimates"].index("category") + 1]
SAME = 1e-9
MOST_LOST = 0.2  # of what was shown: a unit that would lose more by being published anew is worth more as it stands


@dataclass(frozen=True)
class Edition:
    """One release as it was published: its tables and what it was made of."""

    folder: Path

    @cached_property
    def manifest(self) -> dict:
        return read_manifest(self.folder) or {}

    def has(self, name: str) -> bool:
        """Whether it was published with this table: an older one may not know it yet."""
        return (self.folder / f"{name}.parquet").is_file()

    def table(self, name: str) -> pl.DataFrame:
        """A table as it was published; without rows where releases did not have it yet."""
        path = self.folder / f"{name}.parquet"
        return pl.read_parquet(path) if path.is_file() else pl.DataFrame(schema=dict.fromkeys(COLUMNS[name], pl.String))

    @cached_property
    def sources(self) -> dict[tuple, str]:
        """UNIT -> hash of the file that it was made from."""
        inputs = self.manifest.get("inputs", [])
        return {
            tuple(i[u] for u in UNIT): i["sha256"] for i in inputs if i["status"].startswith("accepted")
        }


@dataclass(frozen=True)
class Before:
    """What earlier releases make necessary.

    held: unit -> the edition whose figures stand, because too few respondents
    changed since, of all or of too many groups; groups: DOMAIN that gained or lost a few; blocks: BLOCK of
    which a few answers changed; shown: BLOCK that were shown before, on the same answers.
    """

    held: dict[tuple, Edition]
    groups: pl.DataFrame
    blocks: pl.DataFrame
    shown: pl.DataFrame


def editions(folder: Path) -> list[Edition]:
    """The releases kept in `folder`, the oldest first."""
    whole = [path for path in sorted(folder.glob("*/")) if path.name != BUILDING]
    return [Edition(path) for path in whole if (path / "manifest.json").is_file()]


def keep(release: Path, folder: Path) -> None:
    """Keep a published release, so that later ones can be set against it: its tables and documents, numbered by their order."""
    name, kept = (read_manifest(release) or {})["release"], editions(folder)
    building = folder / BUILDING
    shutil.rmtree(building, ignore_errors=True)  # what a run that was killed had begun
    if any(edition.manifest["release"] == name for edition in kept):
        return
    building.mkdir(parents=True)
    for path in (*sorted(release.glob("*.json")), *sorted(release.glob("*.parquet"))):
        shutil.copy2(path, building)
    building.replace(folder / f"{len(kept) + 1:04}-{name}")


def differences(
    estimates: pl.DataFrame, sources: dict[tuple, str], earlier: Sequence[Edition], known: pl.DataFrame, rules: Rules
) -> Before:
    """Set new estimates (before protection) against every earlier edition.

    sources: UNIT -> hash of the file in force; known: see blocks.roles. A
    difference between two editions is a figure on those who came or went: like
    any other it needs `minimum_respondents` of them, and on a sensitive question
    `minimum_complement` who gave another answer.
    """
    held: dict[tuple, Edition] = {}
    empty = estimates.select(BLOCK).clear()
    groups, blocks, shown = [empty.select(DOMAIN)], [empty], [empty]
    for versions in [] if rules.off else _versions(earlier):
        moves = _moves(estimates, pl.concat([figures for _, figures in versions.values()]))
        same = _unchanged(moves, [u for u, (edition, _) in versions.items() if edition.sources.get(u, "") == sources.get(u)])
        shown.append(moves.join(same, on=UNIT, how="semi").select(BLOCK).unique(maintain_order=True))
        moved = moves.join(same, on=UNIT, how="anti").filter(pl.col("move") > 0)
        few = moved.filter(pl.col("domain_variable") == "").group_by(UNIT).agg(pl.col("move").max())
        barely = few.filter(pl.col("move") < rules.minimum_respondents).select(UNIT)
        slight = moved.join(barely, on=UNIT, how="anti")
        people = _few_people(slight, rules)
        alike = _alike(slight.join(known.filter("sensitive"), on=[*UNIT, "indicator"], how="semi"), estimates, rules)
        answers = pl.concat([_few_answers(slight, rules), alike])
        stands = pl.concat([barely, _emptied(moves, people, answers)])
        held |= {unit: versions[unit][0] for unit in stands.iter_rows()}
        groups.append(people.join(stands, on=UNIT, how="anti"))
        blocks.append(answers.join(stands, on=UNIT, how="anti"))
    return Before(held, *(pl.concat(parts).unique(maintain_order=True) for parts in (groups, blocks, shown)))


def _versions(earlier: Sequence[Edition]) -> Iterator[dict[tuple, tuple[Edition, pl.DataFrame]]]:
    """Of each unit one of the sets of figures that it was ever published with: (the last edition with these of the same file,
    ROW with n_then and then of what was shown); the older ones first, until there are no more.

    Editions become many, and most units of one are those of the last: what is the same in several is looked at once.
    """
    of: dict[tuple, list[tuple[Edition, pl.DataFrame]]] = {}
    for edition in earlier:
        shown = edition.table("estimates").filter(pl.col("status") != "suppressed").select(*ROW, n_then="n", then="estimate")
        for unit, figures in shown.partition_by(UNIT, as_dict=True, maintain_order=True).items():
            mine, file = of.setdefault(unit, []), edition.sources.get(unit)
            mine[:] = [(e, f) for e, f in mine if e.sources.get(unit) != file or not f.equals(figures)]
            mine.append((edition, figures))
    for some in zip_longest(*of.values()):
        yield {unit: version for unit, version in zip(of, some, strict=True) if version}


def _moves(estimates: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """ROW, joined: gained (respondents behind it), gained_answer (who gave it), move (how many at least explain the change)."""
    of_answers = pl.col("measure").is_in([*ANSWERS, "nonresponse"])
    count = pl.col("n") * answer_share() - pl.col("n_then") * answer_share("then")
    gained = pl.col("n").cast(pl.Float64) - pl.col("n_then")
    changed = ((pl.col("estimate") - pl.col("then")).abs() > SAME) | (gained != 0)
    move = pl.max_horizontal(gained.abs(), pl.when(of_answers).then(count.abs()).otherwise(0), changed.cast(pl.Float64))
    joined = estimates.select(*ROW, "n", "estimate", "intercept", "slope").join(before, on=ROW, how="inner")
    return joined.with_columns(gained=gained, gained_answer=count, move=move)


def _unchanged(moves: pl.DataFrame, same: list[tuple]) -> pl.DataFrame:
    """UNIT of those of the `same` file, no row of which was since dropped or taken back."""
    units = pl.DataFrame(same, dict.fromkeys(UNIT, pl.String), orient="row")
    changed = moves.filter(pl.col("gained") != 0).select(UNIT).unique()
    return units.join(changed, on=UNIT, how="anti")


def _emptied(moves: pl.DataFrame, groups: pl.DataFrame, blocks: pl.DataFrame) -> pl.DataFrame:
    """UNIT of those that some only joined, or only left, and that would lose more than MOST_LOST with these DOMAIN and BLOCK hidden.

    A dozen came, say: everybody's figures can be published anew, but of hardly any group; they wait until more come. Where
    some came and others went it is another sample, which nothing is worth waiting for. Each profile question counts
    alike, however many groups it makes.
    """
    one_way = (pl.col("gained") >= 0).all() | (pl.col("gained") <= 0).all()
    shown = moves.filter(one_way.over(UNIT)).select(BLOCK).unique()
    gone = pl.concat([shown.join(groups, on=DOMAIN, how="semi"), shown.join(blocks, on=BLOCK, how="semi")]).unique()
    told = shown.join(gone.with_columns(lost=True), on=BLOCK, how="left").with_columns(pl.col("lost").fill_null(False))
    lost = told.group_by([*UNIT, "domain_variable"]).agg(pl.col("lost").mean()).group_by(UNIT).agg(pl.col("lost").mean())
    return lost.filter(pl.col("lost") > MOST_LOST).select(UNIT)


def _few_people(moves: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """DOMAIN of groups that gained or lost a few respondents."""
    asked = moves.filter(pl.col("measure") == "nonresponse", pl.col("category") == "", pl.col("domain_variable") != "")
    size = pl.col("gained").abs()
    return asked.filter((size > 0) & (size < rules.minimum_respondents)).select(DOMAIN)


def _few_answers(moves: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """BLOCK of which a figure gained or lost a few respondents, or few changed their answer on the same base.

    A block has several bases: those who were asked, and those of them who answered.
    """
    bases = moves.group_by([*BLOCK, "gained"], maintain_order=True).agg(pl.col("move").max())
    size = pl.when(pl.col("gained") == 0).then("move").otherwise(pl.col("gained").abs())
    return bases.filter(size < rules.minimum_respondents).select(BLOCK).unique(maintain_order=True)


def _alike(moves: pl.DataFrame, estimates: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """BLOCK of every group of a variable in one of which those who came (or went) gave nearly all one answer."""
    others = (pl.col("gained") - pl.col("gained_answer")).abs()
    told = moves.filter(
        pl.col("measure").is_in(ANSWERS), pl.col("gained") != 0, others < rules.minimum_complement - SAME
    )
    where = [*UNIT, "domain_variable", "indicator"]
    everywhere = told.filter(pl.col("domain_variable") == "").select(*UNIT, "indicator").unique()
    return pl.concat(
        [
            estimates.select(BLOCK).join(told.select(where).unique(), on=where, how="semi"),
            estimates.select(BLOCK).join(everywhere, on=[*UNIT, "indicator"], how="semi"),
        ]
    ).unique(maintain_order=True)

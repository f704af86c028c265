"""Where the time goes: each stage on a synthetic world, as ratios to a bare DuckDB load of the same CSV files.

Medians of five runs after a warm-up. Run it with `make bench`.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

import duckdb

from pipeline import run
from pipeline.demo import write_demo
from pipeline.ingest.readers.delimited import decode
from pipeline.publish import publish
from pipeline.workspace import load_workspace

RUNS = 5


def median_seconds(work) -> float:
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def plain_copies(folder: Path, into: Path) -> list[Path]:
    """The CSV exports in UTF-8, which is all that a bare load reads."""
    into.mkdir()
    copies = []
    for i, path in enumerate(sorted((folder / "inbox").rglob("*.csv"))):
        copies.append(into / f"{i}.csv")
        copies[-1].write_text(decode(path.read_bytes())[0], encoding="utf-8")
    return copies


def bare_load(files: list[Path]) -> None:
    with duckdb.connect() as connection:
        for i, path in enumerate(files):
            connection.execute(
                f"CREATE TABLE t{i} AS SELECT * FROM read_csv(?, all_varchar = true)", [str(path)]
            ).fetchall()


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder, out = Path(temporary) / "world", Path(temporary) / "out"
        units = write_demo(folder, members=10, waves=3, respondents=500, seed=1)
        workspace = load_workspace(folder, out)
        run.run(workspace)
        files = plain_copies(folder, Path(temporary) / "plain")
        stages = {
            "bare load of the CSV files": lambda: bare_load(files),
            "ingest and validate": lambda: run.ingest(workspace),
            "estimate and release": lambda: publish(workspace),
            "report": lambda: run.report(workspace),
        }
        seconds = {name: median_seconds(work) for name, work in stages.items()}
        base = next(iter(seconds.values()))
        print(f"{sum(u.size for u in units):,} respondents, {len(units)} files, medians of {RUNS} runs")
        for name, value in seconds.items():
            print(f"{name:<28} {value:8.2f} s {value / base:8.1f} x bare load")
        shutil.rmtree(out, ignore_errors=True)


if __name__ == "__main__":
    main()

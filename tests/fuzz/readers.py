"""`make fuzz`: files of each format with their bytes changed, read for a stated time each.

`python -m tests.fuzz.readers FORMAT SECONDS` fuzzes one format, in a process of its own: a reader in another language that
breaks takes the process with it, and that is what is to be found. Anything but a table or a refusal in words is a fault; so
is a file that takes longer than LONGEST, or memory beyond MOST_MEGABYTES.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LONGEST, MOST_MEGABYTES, SECONDS = 5, 2048, 60
FORMATS = ("csv", "xlsx", "sav", "zsav", "por", "dta", "xpt", "parquet")


def seeds(ending: str) -> list[bytes]:
    from tests.ingest.exports import everything

    return [content for file, content in everything().values() if file.endswith(f".{ending}")]


def mutated(draw: random.Random, content: bytes, other: bytes) -> bytes:
    """Some bytes changed, taken out, doubled, or taken from another file."""
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 4, 16, 64))):
        at, length = draw.randrange(len(data) or 1), draw.choice((1, 1, 2, 4, 8, 64, 512))
        part = data[at : at + length]
        data[at : at + length] = draw.choice(
            (
                bytes(draw.randrange(256) for _ in part),
                b"",
                bytes(part) * 2,
                draw.choice((b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x80", b"9" * 9)),
                other[at : at + length],
            )
        )
    return bytes(data)


def fuzz(ending: str, seconds: float) -> int:
    from pipeline.errors import SubmissionError
    from pipeline.ingest.match import code_answers, match_instrument, vocabulary
    from pipeline.ingest.readers import read_export
    from tests.ingest.survey import instrument

    resource.setrlimit(resource.RLIMIT_AS, (2 * MOST_MEGABYTES << 20,) * 2)
    survey, draw, files = instrument(), random.Random(f"{ending}{time.time_ns()}"), seeds(ending)
    path = Path(tempfile.mkdtemp()) / f"e.{ending}"
    words, ends, tried, read = vocabulary([survey]), time.monotonic() + seconds, 0, 0
    while time.monotonic() < ends:
        path.write_bytes(mutated(draw, draw.choice(files), draw.choice(files)))
        began = time.monotonic()
        try:
            table = read_export(path, words)
            code_answers(table, match_instrument(table, [survey]))
            read += 1
        except SubmissionError as refused:
            assert str(refused), "refused without a word"
        assert time.monotonic() - began < LONGEST, f"took {time.monotonic() - began:.1f} s"
        tried += 1
        path.unlink()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{ending}: {tried} files in {seconds:g} s, {read} of them read, none broke it; at most {most} MB")
    return 1 if most > MOST_MEGABYTES else 0


def main() -> int:
    if len(sys.argv) == 3:
        return fuzz(sys.argv[1], float(sys.argv[2]))
    failed = [ending for ending in FORMATS if subprocess.run([sys.executable, "-m", "tests.fuzz.readers", ending, str(SECONDS)], check=False).returncode]
    print(f"Broken: {', '.join(failed)}" if failed else "Nothing broke.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

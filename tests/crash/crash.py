"""`make crash`: a run killed before every change that it makes to the disk, and at random moments; then one that ends."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.crash import world

AT_RANDOM = 40


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        root = world.make(Path(folder) / "surveys")
        first = root.with_name("first")
        world.run(root, first)
        world.add_wave(root, "2024")
        quiet, out = root.with_name("quiet"), root.with_name("killed")
        shutil.copytree(first, quiet)
        shutil.copytree(first, out)
        began = time.monotonic()
        changes = int(world.run(root, quiet).stdout)
        seconds, kills, different = time.monotonic() - began, 0, 0
        draw = random.Random(1)
        moments = [(kill, None) for kill in range(1, changes + 1)] + [(0, draw.uniform(0.3, seconds)) for _ in range(AT_RANDOM)]
        draw.shuffle(moments)
        for number, (kill, after) in enumerate(moments, 1):
            kills += world.run(root, out, kill, after).returncode == -9
            if number % 20 == 0:  # now and then one is let through, and what it leaves compared
                world.run(root, out)
                different += world.left(out) != world.left(quiet)
                print(f"{number} of {len(moments)}: {kills} kills, {different} differences", flush=True)
                shutil.rmtree(out)
                shutil.copytree(first, out)
        print(f"{kills} kills of {len(moments)} runs: {changes} changes of the disk, {AT_RANDOM} random moments; {different} differences.")
        return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())

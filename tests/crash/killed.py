"""`python -m tests.crash.killed WORKSPACE OUT KILL`: a run that is killed (SIGKILL) right before its KILL-th change of the disk.

Changes are counted by Python's audit hook: a file opened for writing, a rename, a removal, a folder made. KILL 0 lets it
end, and prints how many there were.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "shutil.copyfile", "os.link"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def count_changes(out: str, kill: int) -> list[int]:
    seen = [0]

    def hook(event: str, arguments: tuple) -> None:
        touched = event in CHANGES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING)
        if touched and str(arguments[0]).startswith(out):
            seen[0] += 1
            if seen[0] == kill:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return seen


if __name__ == "__main__":
    from pipeline.run import run
    from pipeline.workspace import load_workspace

    workspace, out, kill = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    seen = count_changes(str(out), kill)
    run(load_workspace(workspace, out))
    print(seen[0])

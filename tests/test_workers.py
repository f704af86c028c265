"""Other processes are kept between tasks, and replaced once one has died."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from pipeline.demo import write_demo
from pipeline.workers import workers
from tests.conftest import PROJECT

AT_WORK = """
import os, time
from pipeline.workers import workers
if __name__ == "__main__":
    print(workers().submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_they_are_kept():
    assert workers() is workers()
    assert workers().submit(os.getpid).result() != os.getpid()


def test_after_one_died_there_are_others():
    with pytest.raises(BrokenProcessPool):
        workers().submit(os._exit, 1).result()
    assert workers().submit(os.getpid).result() != os.getpid()


def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_one_that_is_killed_at_work_ends_the_run_with_a_message_and_the_next_run_has_others(cips, tmp_path, monkeypatch):
    write_demo(tmp_path / "world", members=1, waves=1, respondents=40)
    run = ["--workspace", tmp_path / "world", "--out", tmp_path / "out", "ingest"]
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.validate.suite.broken_cells", killed)
        done = cips(*run)
    assert (done.returncode, done.stdout) == (3, "Checking answers\n")
    assert done.stderr.startswith("cips: a process of this run was ended from outside")
    assert cips(*run).returncode == 0


def test_they_end_where_the_program_is_killed(tmp_path):
    script = tmp_path / "at_work.py"
    script.write_text(AT_WORK, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(PROJECT)}) as program:
        worker = int(program.stdout.readline())
        program.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while lives(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lives(worker)


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    return state.rpartition(")")[2].split()[0] != "Z"

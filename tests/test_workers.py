"""Other processes are kept between tasks, and replaced once one has died."""

import os
from concurrent.futures.process import BrokenProcessPool

import pytest

from pipeline.workers import workers


def test_they_are_kept():
    assert workers() is workers()
    assert workers().submit(os.getpid).result() != os.getpid()


def test_after_one_died_there_are_others():
    with pytest.raises(BrokenProcessPool):
        workers().submit(os._exit, 1).result()
    assert workers().submit(os.getpid).result() != os.getpid()

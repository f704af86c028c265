"""What is made ahead by another thread is the same, in order; what goes wrong there is raised here."""

import threading

import pytest

from pipeline.formats.ahead import ahead


def _made(things, makers):
    for thing in things:
        makers.add(threading.current_thread())
        if isinstance(thing, Exception):
            raise thing
        yield thing


def test_things_come_in_order_from_another_thread():
    makers = set()
    assert list(ahead(_made(["", "a", 0, "b"], makers))) == ["", "a", 0, "b"]
    assert len(makers) == 1 and threading.current_thread() not in makers


def test_nothing_is_made_of_nothing():
    assert list(ahead(iter([]))) == []


def test_a_fault_of_the_maker_is_raised_after_what_was_made_before():
    coming = ahead(_made(["a", ValueError("no more")], set()))
    assert next(coming) == "a"
    with pytest.raises(ValueError, match="no more"):
        next(coming)


def test_the_maker_may_be_left_alone_before_it_is_done():
    coming = ahead(iter(range(10)))
    assert next(coming) == 0
    coming.close()

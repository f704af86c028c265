"""Whatever comes, goes and is left open from release to release: each of them is made, and its audit finds nothing."""

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest

from tests.protect.test_editions import people, publish

LEFT_OPEN = ("Q1", "Q2", "Q3", "S", "AGE", "OFFICE")


def history(seed: int) -> Iterator[pl.DataFrame]:
    """A file, and three that take its place: with some respondents more, without the last ones, or with others for the first ones."""
    draw = np.random.default_rng(seed)

    def some(n: int, women: int, drawn: int) -> pl.DataFrame:
        rows, rate = people(n, women, drawn, said_yes=draw.random()), draw.choice([0, 0.1, 0.4])
        return rows.with_columns(pl.when(pl.Series(draw.random(n) < rate)).then(None).otherwise(c).alias(c) for c in LEFT_OPEN)

    n = int(draw.integers(60, 400))
    now = some(n, int(n * draw.random() * 0.8) + 5, seed)
    yield now
    for step in range(3):
        change, n = draw.integers(4), int(draw.integers(1, 120))
        more = some(n, int(n * draw.random()), seed * 10 + step)
        stay = now if change < 2 else now.head(max(40, now.height - n)) if change == 2 else now.tail(max(40, now.height - n // 2))
        now = stay if change == 2 else pl.concat([stay, more])
        yield now


@pytest.mark.parametrize("seed", [1, 103, 106, 108])
def test_the_release_is_made(place, seed):
    for number, rows in enumerate(history(seed)):
        assert not publish(place, rows, name=f"p-{number}").is_empty()

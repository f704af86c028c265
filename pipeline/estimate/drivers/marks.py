"""What a regression is made of, by a hash."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import replace

import numpy as np

from pipeline.estimate.covariance import UnitDesign
from pipeline.estimate.drivers.outcomes import Outcome
from pipeline.estimate.drivers.sample import Sample
from pipeline.estimate.kept import mark_of


def mark_of_model(sample: Sample, outcome: Outcome, designs: dict[tuple, UnitDesign], key: tuple[str, ...], importance: bool) -> str:
    """The arguments of models.estimate_model. Places count from each unit's first: how many lie before it is of no account."""
    first = np.array([designs[unit].first for unit in sample.units])
    here = replace(sample, place=sample.place - first[sample.unit])
    theirs = [replace(designs[unit], first=0) for unit in sample.units]
    return mark_of(hashlib.sha256(pickle.dumps((here, outcome, theirs, key, importance))).hexdigest())

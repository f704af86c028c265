"""`cips instrument check`: what a questionnaire lacks, with its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import ConfigurationError
from pipeline.instrument import Instrument, load_instruments
from pipeline.questionnaire.lines import Lines
from pipeline.yamlfile import fault, read_yaml

Lack = tuple[int, str]  # line, what is missing and how to mend it


def check(path: Path, workspace: Path) -> list[Lack]:
    """What the questionnaire at `path` lacks, in the order of its lines; its concepts are held against the workspace's others.

    Raises ConfigurationError for a file that is no YAML.
    """
    if not path.is_file():
        raise ConfigurationError(f"{path}: no such file.")
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path}: an instrument is a mapping with instrument, population and items.")
    lines = Lines(path)
    try:
        instrument = Instrument.model_validate(document)
    except ValidationError as error:
        return sorted((lines.of(*e["loc"]), fault(e, Instrument)) for e in error.errors())
    others = [i for i in _others(workspace, path) if i.population == instrument.population]
    found = [*_scales(instrument, lines), *_items(instrument, document, lines), *_languages(instrument, lines), *_concepts(instrument, others, lines)]
    found += [(lines.of("population"), "population: FINISH stands there; say who was asked, e.g. officials")] if instrument.population == "FINISH" else []
    return sorted(found)


def _others(workspace: Path, path: Path) -> list[Instrument]:
    folder = workspace / "instruments"
    if not folder.is_dir():
        return []
    mine = read_yaml(path).get("instrument")
    return [i for i in load_instruments(folder) if i.instrument != mine]


def _scales(instrument: Instrument, lines: Lines) -> Iterator[Lack]:
    for name, scale in instrument.scales.items():
        if scale.kind == "likert":
            for k, category in enumerate(scale.categories):
                if category.score is None:
                    yield lines.of("scales", name, "categories", k), f"scale {name}: answer {category.code} has no score (0 to 100); without it there are no scores of questions and factors"
            if not scale.favourable:
                yield lines.of("scales", name), f"scale {name}: no favourable answers; without them there are no favourable shares"
            if not scale.unfavourable:
                yield lines.of("scales", name), f"scale {name}: no unfavourable answers"
        if scale.kind in ("likert", "single") and not scale.missing:
            yield lines.of("scales", name), f"scale {name}: no answer is declared missing; if there are such (don't know, prefer not to answer), move them to `missing`"


def _items(instrument: Instrument, document: dict, lines: Lines) -> Iterator[Lack]:
    if not any("polarity" in item for item in document["items"]):
        yield lines.of("items"), "items: no question says its polarity; all are taken as positive (agreeing is favourable)"
    for k, item in enumerate(instrument.items):
        likert = item.scale and instrument.scale_of(item).kind == "likert"
        if likert and item.role == "perception" and not item.factor:
            yield lines.of("items", k), f"{item.code}: no factor"
        if item.role in ("experience", "behaviour") and "sensitive" not in document["items"][k]:
            yield lines.of("items", k), f"{item.code}: not said whether the answer is sensitive; it is taken as not"
        if item.scale and item.role != "design" and not item.text:
            yield lines.of("items", k), f"{item.code}: no wording"


def _languages(instrument: Instrument, lines: Lines) -> Iterator[Lack]:
    every = set(instrument.languages)
    for k, item in enumerate(instrument.items):
        if item.text and (lacking := sorted(every - set(item.text))):
            yield lines.of("items", k, "text"), f"{item.code}: no wording in {', '.join(lacking)}"
    for name, scale in instrument.scales.items():
        for part in ("categories", "missing"):
            for k, answer in enumerate(getattr(scale, part)):
                if answer.label and (lacking := sorted(every - set(answer.label))):
                    yield lines.of("scales", name, part, k), f"scale {name}: answer {answer.code} has no label in {', '.join(lacking)}"


def _concepts(instrument: Instrument, others: list[Instrument], lines: Lines) -> Iterator[Lack]:
    """Concepts that lead to no other version of the same population's questionnaire, and questions that others have under one."""
    theirs = {item.concept for other in others for item in other.items if item.concept}
    codes = {item.code: item.concept for other in others for item in other.items if item.concept}
    for k, item in enumerate(instrument.items) if others else ():
        if item.concept and item.concept not in theirs:
            yield lines.of("items", k, "concept"), f"{item.code}: concept {item.concept!r} is in no other version; check its spelling, or leave it if the question is new"
        if not item.concept and item.code in codes:
            yield lines.of("items", k), f"{item.code}: no concept; another version has {codes[item.code]!r} under this code. Without it the two are not compared"

"""YAML files of a workspace: read as they stand, checked against a model, faults said in plain words."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError
from rapidfuzz import process

from pipeline.errors import ConfigurationError


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Leaves yes, no, on, off, true, false and dates text: `code: no` is an answer. Models turn text into booleans."""


_TEXT_AFTER_ALL = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_Loader.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] not in _TEXT_AFTER_ALL]
    for letter, pairs in _Loader.yaml_implicit_resolvers.items()
}
PLAIN = {
    "missing": "is missing",
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
    "tuple_type": "must be a list (- one, - two)",
    "list_type": "must be a list (- one, - two)",
    "string_type": "must be a text",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
}


def read_yaml(path: Path):
    """Parse a YAML file. Raises ConfigurationError with file and line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise ConfigurationError(f"{path}, line {line}: {error.problem}. Mend the YAML there and run again.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not readable as YAML in UTF-8 ({error}). Save it as UTF-8 text.") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read ({error.strerror}).") from None


def checked(model: type[BaseModel], value, where: str):
    """`value` as a `model`. Raises ConfigurationError that names up to eight faults, each with its place."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = [fault(e, model) for e in error.errors()[:8]]
        listed = f" {faults[0]}" if len(faults) == 1 else "".join(f"\n  {fault}" for fault in faults)
        raise ConfigurationError(f"{where}:{listed}") from None


def fault(error: dict, model: type[BaseModel]) -> str:
    """One of pydantic's faults in plain words, with its place."""
    place = " › ".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        near = process.extractOne(str(error["loc"][-1]), _keys(model), score_cutoff=60)
        return f"{place}: is no key that is known here" + (f"; did you mean {near[0]!r}?" if near else ".")
    if kind == "literal_error":
        return f"{place}: {error['input']!r} must be one of {context['expected']}"
    if kind == "string_pattern_mismatch":
        return f"{place}: {error['input']!r} must be one of {context['pattern'].strip('^$()').replace('|', ', ')}"
    said = PLAIN.get(kind, error["msg"].removeprefix("Value error, ").replace("Input should", "it should"))
    return f"{place}: {said}" if place else said


def _keys(model: type[BaseModel], seen: frozenset = frozenset()) -> list[str]:
    """Every key of a model and of the models in it."""
    if model in seen:
        return []
    names = list(model.model_fields)
    for field in model.model_fields.values():
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                names += _keys(part, seen | {model})
    return names

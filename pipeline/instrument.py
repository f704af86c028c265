"""The questionnaire as data: scales, items, factors and their checks.

The only place that knows how an instrument's YAML is shaped. Nothing here (or
after it) knows a survey, a factor or a population by name.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.bridge_checks import bridge_faults
from pipeline.errors import ConfigurationError
from pipeline.indirect import Indirect, check_indirect
from pipeline.yamlfile import checked, read_yaml

Text = dict[str, str]
DESIGN_ROLES = ("weight", "stratum", "psu", "duration", "respondent", "interviewer", "device", "mode", "language")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, ignored_types=(cached_property,))


class _Coded(_Part):
    @field_validator("code", mode="before", check_fields=False)
    @classmethod
    def _code_is_text(cls, code):
        return "" if code is None else str(code)


class Category(_Coded):
    """One valid answer; `score` is on 0 to 100 by convention; an `exclusive` one stands alone among several."""

    code: str
    score: float | None = None
    exclusive: bool = False
    label: Text = Field(default_factory=dict)


class MissingCode(_Coded):
    """An answer that is never in a denominator, with the reason."""

    code: str
    reason: str = "missing"
    label: Text = Field(default_factory=dict)


class Scale(_Part):
    """A set of answer categories in their order."""

    kind: Literal["likert", "single", "multiple", "number", "text"]
    categories: tuple[Category, ...] = ()
    missing: tuple[MissingCode, ...] = ()
    favourable: tuple[str, ...] = ()
    unfavourable: tuple[str, ...] = ()

    @field_validator("favourable", "unfavourable", mode="before")
    @classmethod
    def _codes_are_text(cls, codes):
        return tuple(str(code) for code in codes or ())

    @model_validator(mode="after")
    def _codes_are_known_once(self):
        codes = [c.code for c in (*self.categories, *self.missing)]
        doubles = sorted({c for c in codes if codes.count(c) > 1})
        if doubles:
            raise ValueError(f"code {doubles[0]!r} stands twice; give each category its own code")
        unknown = [c for c in (*self.favourable, *self.unfavourable) if c not in codes]
        if unknown:
            raise ValueError(f"favourable/unfavourable names {unknown[0]!r}, which is no category")
        if self.kind in ("likert", "single", "multiple") and not self.categories:
            raise ValueError(f"a scale of kind {self.kind} needs categories")
        return self

    @property
    def scored(self) -> bool:
        return bool(self.categories) and all(c.score is not None for c in self.categories)


class Factor(_Coded):
    code: str
    title: Text = Field(default_factory=dict)


class Index(_Coded):
    code: str
    title: Text = Field(default_factory=dict)
    of: tuple[str, ...]


class Bridge(_Part):
    """How a question continues a changed one of another version; see bridging.py.

    source (`from` in YAML): the other version; item: its question, if not the one with the same concept; recode: its
    codes -> the codes here that they correspond to; wording: `equivalent` where the words changed and the meaning
    did not; scores: `comparable` where the scores of recoded answers may be compared too.
    """

    source: str = Field(alias="from")
    item: str | None = None
    recode: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    wording: Literal["equivalent"] | None = None
    scores: Literal["comparable"] | None = None
    note: str = ""

    @field_validator("recode", mode="before")
    @classmethod
    def _codes_are_text(cls, recode):
        listed = {old: new if isinstance(new, list | tuple) else [new] for old, new in dict(recode or {}).items()}
        return {str(old): tuple(str(code) for code in new) for old, new in listed.items()}

    @model_validator(mode="after")
    def _says_how(self):
        if not self.recode and not self.wording:
            raise ValueError(f"bridge from {self.source}: say how: `wording: equivalent`, or `recode: {{old: new}}`")
        empty = [old for old, new in self.recode.items() if not new]
        if empty:
            raise ValueError(f"recode: {empty[0]!r} leads to no code; leave it out, and the answer counts as missing")
        return self


class Item(_Coded):
    """One question. `carries` says what a design item holds."""

    code: str
    role: Literal["perception", "behaviour", "experience", "profile", "design", "free_text"] = "perception"
    factor: str | None = None
    scale: str | None = None
    polarity: Literal["positive", "negative"] = "positive"
    concept: str | None = None
    sensitive: bool = False
    required: bool = False
    carries: str | None = None
    text: Text = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    bridge: tuple[Bridge, ...] = ()

    @field_validator("bridge", mode="before")
    @classmethod
    def _bridges_are_listed(cls, bridges):
        return (bridges,) if isinstance(bridges, dict) else bridges or ()

    @field_validator("aliases", mode="before")
    @classmethod
    def _aliases_are_text(cls, aliases):
        return tuple(str(alias) for alias in aliases or ())

    @property
    def design(self) -> str | None:
        """One of DESIGN_ROLES, for a design item."""
        if self.role != "design":
            return None
        named = (self.carries, self.concept, self.code.lower())
        return next((name for name in named if name in DESIGN_ROLES), None)


class Impossible(_Part):
    """Answers that cannot stand together: all of `answers` (item -> codes) at once; such a row is quarantined."""

    answers: dict[str, tuple[str, ...]] = Field(min_length=2)
    reason: Text = Field(default_factory=dict)

    @field_validator("answers", mode="before")
    @classmethod
    def _codes_are_text(cls, answers):
        return {str(item): tuple(str(code) for code in codes) for item, codes in dict(answers).items()}


class Display(_Part):
    """How scores are shown: computed on 0 to 100, shown on 0 to `scale_max`."""

    scale_max: float = 100
    decimals: int = 0


class Instrument(_Part):
    """A questionnaire version for one population.

    score_needs: the share of a factor's items (an index's factors) that must be answered for a score.
    """

    instrument: str
    population: str
    title: Text = Field(default_factory=dict)
    display: Display = Display()
    standardise_by: tuple[str, ...] = ()
    score_needs: float = Field(default=0.5, ge=0, le=1)
    scales: dict[str, Scale] = Field(default_factory=dict)
    factors: tuple[Factor, ...] = ()
    items: tuple[Item, ...]
    indices: tuple[Index, ...] = ()
    impossible: tuple[Impossible, ...] = ()
    indirect: tuple[Indirect, ...] = ()

    @model_validator(mode="after")
    def _references_exist(self):
        factors = {f.code for f in self.factors}
        seen: set[str] = set()
        for item in self.items:
            if item.code.casefold() in seen:
                raise ValueError(f"item {item.code} stands twice")
            seen.add(item.code.casefold())
            if item.role == "design":
                if item.design is None:
                    raise ValueError(f"design item {item.code}: say what it carries ({', '.join(DESIGN_ROLES)})")
            elif item.role != "free_text" and item.scale not in self.scales:
                raise ValueError(
                    f"item {item.code}: scale {item.scale!r} is not among the scales ({', '.join(self.scales)})"
                )
            if item.factor and item.factor not in factors:
                raise ValueError(f"item {item.code}: factor {item.factor!r} is not among the factors")
        self._concepts_stand_once()
        self._scores_stand_once()
        for rule in self.impossible:
            self._rule_is_about_answers(rule)
        known = {name for i in self.profile for name in (i.code, i.concept)}
        for name in self.standardise_by:
            if name not in known:
                raise ValueError(f"standardise_by: {name!r} is neither the code nor the concept of a profile item")
        for index in self.indices:
            unknown = [f for f in index.of if f not in factors]
            if unknown:
                raise ValueError(f"index {index.code}: factor {unknown[0]!r} is not among the factors")
        check_indirect(self)
        return self

    def _concepts_stand_once(self) -> None:
        first: dict[str, str] = {}
        for item in self.questions:
            if item.concept and first.setdefault(item.concept, item.code) != item.code:
                raise ValueError(
                    f"items {first[item.concept]} and {item.code} have the same concept {item.concept!r}; "
                    "it says what is compared, so one questionnaire has it once"
                )

    def _scores_stand_once(self) -> None:
        seen: set[str] = set()
        for code in (score.code for score in (*self.factors, *self.indices)):
            if code in seen:
                raise ValueError(f"{code} is the code of two factors or indices; give each one of its own")
            seen.add(code)

    def _rule_is_about_answers(self, rule: Impossible) -> None:
        coded = {i.code: {c.code for c in self.scale_of(i).categories} for i in self.coded_items()}
        for item, codes in rule.answers.items():
            unknown = [code for code in codes if code not in coded.get(item, ())]
            if unknown or item not in coded:
                what = (
                    f"{item} is no question with one answer"
                    if item not in coded
                    else f"{item} has no code {unknown[0]!r}"
                )
                raise ValueError(f"impossible: {what}")

    def scale_of(self, item: Item) -> Scale:
        return self.scales[item.scale]

    def score(self, item: Item, category: Category) -> float | None:
        """The category's score with the item's polarity: negative items are mirrored."""
        scale = self.scale_of(item)
        if not scale.scored or item.polarity == "positive":
            return category.score
        scores = [c.score for c in scale.categories]
        return min(scores) + max(scores) - category.score

    def sides(self, item: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(favourable, unfavourable) codes with the item's polarity."""
        scale = self.scale_of(item)
        pair = (scale.favourable, scale.unfavourable)
        return pair if item.polarity == "positive" else pair[::-1]

    def coded_items(self, *kinds: str) -> list[Item]:
        """Items whose scale is one of `kinds` (default: one category per answer)."""
        kinds = kinds or ("likert", "single")
        return [i for i in self.items if i.scale and self.scale_of(i).kind in kinds]

    @property
    def profile(self) -> list[Item]:
        return [i for i in self.coded_items() if i.role == "profile"]

    @property
    def held_fixed(self) -> list[Item]:
        """The profile items that adjusted trends hold fixed, the most important first: all, where none is named."""
        named = [next(i for i in self.profile if name in (i.code, i.concept)) for name in self.standardise_by]
        return list({i.code: i for i in named}.values()) or self.profile

    @property
    def questions(self) -> list[Item]:
        """Items with answers to count or to average."""
        return [
            i
            for i in self.items
            if i.scale and i.role not in ("design", "free_text") and self.scale_of(i).kind != "text"
        ]

    @property
    def estimated(self) -> list[Item]:
        """Questions with figures of their own: not those that are the raw material of an indirect question."""
        raw = {code for question in self.indirect for code in question.arms.values()}
        return [i for i in self.questions if i.code not in raw]

    def design_item(self, role: str) -> Item | None:
        return next((i for i in self.items if i.design == role), None)

    @property
    def languages(self) -> tuple[str, ...]:
        found = {lang for i in self.items for lang in i.text}
        return tuple(sorted(found | {lang for s in self.scales.values() for c in s.categories for lang in c.label}))


def label(text: Text, fallback: str, language: str = "en") -> str:
    """The text in `language`, else in English, else in any language, else the code."""
    return text.get(language) or text.get("en") or next(iter(text.values()), None) or fallback


def load_instrument(path: Path) -> Instrument:
    """Read and check one instrument.

    Raises ConfigurationError with the file, the place and what to mend.
    """
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path}: an instrument is a mapping with instrument, population and items.")
    return checked(Instrument, document, str(path))


def load_instruments(folder: Path) -> list[Instrument]:
    """All instruments of a workspace, in the order of their file names."""
    paths = sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))
    if not paths:
        raise ConfigurationError(
            f"{folder}: no instrument (*.yaml) there. Put at least one questionnaire in it; the sample's are in surveys/instruments/."
        )
    instruments = [load_instrument(path) for path in paths]
    names = [i.instrument for i in instruments]
    doubles = {n for n in names if names.count(n) > 1}
    if doubles:
        raise ConfigurationError(f"{folder}: instrument {doubles.pop()!r} stands in two files; rename one.")
    if faults := list(bridge_faults(instruments)):
        raise ConfigurationError(f"{folder}: " + "\n  ".join(faults))
    return instruments

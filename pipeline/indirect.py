"""Questions that ask of a behaviour without anybody having to admit it, as an instrument declares them.

The answers stand in ordinary items (the raw material); what is estimated of them is a rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Text = dict[str, str]
LISTS = ("single", "number")  # the kinds of scale that a count can be answered on


class _Indirect(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    code: str
    sensitive: bool = True
    concept: str | None = None
    text: Text = Field(default_factory=dict)

    @field_validator("code", mode="before")
    @classmethod
    def _code_is_text(cls, code):
        return "" if code is None else str(code)


class ItemCount(_Indirect):
    """A list experiment: of how many statements are true, the sensitive one stands in the treatment list alone.

    control, treatment: the items with the counts, each respondent answers one of them;
    innocuous: J, the statements that both lists have. Source: Miller (1984).
    """

    kind: Literal["item_count"]
    control: str
    treatment: str
    innocuous: int = Field(ge=1)

    @property
    def arms(self) -> dict[str, str]:
        """arm -> the item that holds its answers."""
        return {"control": self.control, "treatment": self.treatment}

    @property
    def terms(self) -> tuple:
        """What must be the same for two rates to be set side by side."""
        return self.kind, self.innocuous

    def most(self, arm: str) -> int:
        """The largest count that can be true."""
        return self.innocuous + (arm == "treatment")

    def faults(self, scale_of) -> Iterator[str]:
        if self.control == self.treatment:
            yield f"control and treatment are both {self.control}; each list needs an item of its own"
        for arm, item in self.arms.items():
            scale = scale_of(item)
            if scale.kind not in LISTS:
                yield f"{arm} {item} must be answered on a scale of kind {' or '.join(LISTS)}, not {scale.kind}"
            wrong = [c.code for c in scale.categories if c.code not in map(str, range(self.most(arm) + 1))]
            if wrong:
                yield f"{arm} {item} has the answer {wrong[0]!r}; its list allows the counts 0 to {self.most(arm)}"


class RandomisedResponse(_Indirect):
    """A question that chance, unseen by the interviewer, turns into another or answers.

    warner: with probability p the sensitive statement is asked, else its opposite (Warner 1965);
    forced: with probability p the truth is asked for, with probability forced_yes "yes" (Boruch 1971);
    unrelated: with probability p the sensitive question is asked, else one that a known share
    (unrelated_share) would answer with yes (Greenberg and others 1969). yes: the codes that mean yes.
    """

    kind: Literal["randomised_response"]
    item: str
    design: Literal["warner", "forced", "unrelated"]
    p: float = Field(gt=0, le=1)
    forced_yes: float | None = Field(default=None, ge=0, le=1)
    unrelated_share: float | None = Field(default=None, ge=0, le=1)
    yes: tuple[str, ...] = Field(min_length=1)

    @field_validator("yes", mode="before")
    @classmethod
    def _codes_are_text(cls, codes):
        return tuple(str(code) for code in ([codes] if isinstance(codes, str | int) else codes or ()))

    @model_validator(mode="after")
    def _chances_fit_the_design(self):
        needed = {"forced": "forced_yes", "unrelated": "unrelated_share"}.get(self.design)
        for name in ("forced_yes", "unrelated_share"):
            if (getattr(self, name) is None) == (name == needed):
                raise ValueError(f"{self.code}: design {self.design} {'needs' if name == needed else 'has no'} {name}")
        if self.design == "warner" and self.p == 0.5:
            raise ValueError(f"{self.code}: with p 0.5 the answers say nothing; a Warner design needs another p")
        if self.design == "forced" and self.p + self.forced_yes > 1 + 1e-9:
            raise ValueError(f"{self.code}: p and forced_yes are {self.p + self.forced_yes:g} together, more than 1")
        return self

    @property
    def arms(self) -> dict[str, str]:
        return {"answers": self.item}

    @property
    def terms(self) -> tuple:
        """What must be the same for two rates to be set side by side."""
        return self.kind, self.design, self.p, self.forced_yes, self.unrelated_share, self.yes

    @property
    def mix(self) -> tuple[float, float]:
        """(a, b): the share of "yes" is a + b x the share of those whom the statement is true of."""
        if self.design == "warner":
            return 1 - self.p, 2 * self.p - 1
        return (self.forced_yes if self.design == "forced" else (1 - self.p) * self.unrelated_share), self.p

    def faults(self, scale_of) -> Iterator[str]:
        scale = scale_of(self.item)
        if scale.kind not in ("single", "likert"):
            yield f"item {self.item} must be a question with one answer"
        codes = [c.code for c in scale.categories]
        unknown = [code for code in self.yes if code not in codes]
        if unknown:
            yield f"yes names {unknown[0]!r}, which is no answer to {self.item}"
        if codes and set(codes) <= set(self.yes):
            yield f"every answer to {self.item} is a yes"


Indirect = Annotated[ItemCount | RandomisedResponse, Field(discriminator="kind")]


def check_indirect(instrument) -> None:
    """Raises ValueError that says what is wrong with the first faulty question, and where."""
    items = {i.code: i for i in instrument.items}
    taken = set(items) | {f.code for f in instrument.factors} | {x.code for x in instrument.indices}
    used: set[str] = set()
    for question in instrument.indirect:
        for fault in _faults(question, items, instrument.scales, taken, used):
            raise ValueError(f"indirect {question.code}: {fault}")
        taken.add(question.code)
        used |= set(question.arms.values())


def _faults(question, items: dict, scales: dict, taken: set[str], used: set[str]) -> Iterator[str]:
    if question.code in taken:
        yield "its code is taken already; give it one of its own"
    for code in question.arms.values():
        item = items.get(code)
        if item is None or item.scale not in scales or item.role in ("profile", "design", "free_text"):
            yield f"{code!r} is no question of this instrument"
        if code in used:
            yield f"{code} belongs to another indirect question"
        if item.factor:
            yield f"{code} is part of factor {item.factor}; such answers are no one's own and can't be scored"
    yield from question.faults(lambda code: scales[items[code].scale])

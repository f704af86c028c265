"""A questionnaire that nobody has finished yet, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

Texts = dict[str, str]
HEAD = """# A first draft{of}, made of what the file itself says. To be finished by somebody who knows the survey:
# - population: who was asked; title; the factors, and the factor of each question
# - kind: likert, and the score of each answer (0 to 100), where the answers have an order; favourable and unfavourable answers
# - missing: which answers are none (don't know, prefer not to answer); move them there from the categories
# - polarity: negative, where agreeing is unfavourable; sensitive: true, where the answer could harm who gave it
# - role: perception, behaviour, experience, profile or design; concept: what links a question to other versions
# `cips instrument check FILE` says what is missing.
"""


@dataclass(frozen=True)
class Question:
    """One drafted item; answers: code -> texts, empty for numbers and words; missing: those that are none; group: what it stood under."""

    code: str
    kind: str  # single, multiple, number, text
    texts: Texts
    answers: dict[str, Texts] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    group: str = ""
    missing: dict[str, Texts] = field(default_factory=dict)


def written(questions: list[Question], name: str, population: str, source: str, groups: dict[str, Texts] | None = None) -> str:
    """The YAML; questions with the same answers share a scale, groups of a form become factors."""
    scales: dict[str, dict] = {}
    names: dict[tuple, str] = {}
    items = [_item(q, _scale(q, scales, names)) for q in questions]
    document = {"instrument": name, "population": population or "FINISH", "title": {"en": name}, "scales": scales}
    if groups:
        document["factors"] = [{"code": code, "title": title or {"en": code}} for code, title in groups.items()]
    text = yaml.safe_dump(document | {"items": items}, allow_unicode=True, sort_keys=False, width=1000)
    return HEAD.format(of=f" of {source}") + text


def _scale(question: Question, scales: dict[str, dict], names: dict[tuple, str]) -> str | None:
    if question.kind == "text":
        return None
    key = (question.kind, *(tuple((code, tuple(sorted(t.items()))) for code, t in part.items()) for part in (question.answers, question.missing)))
    if key not in names:
        names[key] = "number" if question.kind == "number" else f"{question.kind}{sum(n.startswith(question.kind) for n in scales) + 1}"
        listed = {"categories": _codes(question.answers), "missing": _codes(question.missing)}
        scales[names[key]] = {"kind": question.kind} | {part: codes for part, codes in listed.items() if codes}
    return names[key]


def _codes(answers: dict[str, Texts]) -> list[dict]:
    return [{"code": code, "label": texts} if texts else {"code": code} for code, texts in answers.items()]


def _item(question: Question, scale: str | None) -> dict:
    item = {"code": question.code, "role": "free_text" if question.kind == "text" else "perception"}
    item |= {"factor": question.group} if question.group and scale else {}
    item |= {"scale": scale} if scale else {}
    item |= {"text": question.texts} if question.texts else {}
    return item | ({"aliases": list(question.aliases)} if question.aliases else {})

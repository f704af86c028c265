"""A small survey in two versions, and files handed in for it."""

import csv
import random
from pathlib import Path

from pipeline.ingest.submission import Submission, read_submission, supersede
from pipeline.instrument import Instrument
from pipeline.letters.case import Case, cases
from pipeline.letters.compose import compose
from pipeline.letters.render import as_html, as_text
from pipeline.validate.quarantine import validate
from pipeline.workspace import Export, Member, Rules, Workspace

LABELS = {"1": ("No", "Non", "لا"), "2": ("Rather", "Plutôt", "نوعاً ما"), "3": ("Yes", "Oui", "نعم")}
QUESTIONS = [f"Q{number:02}" for number in range(1, 11)]


def scale(codes="123"):
    named = [{"code": c, "score": 50 * i, "label": dict(zip(("en", "fr", "ar"), LABELS[c], strict=True))} for i, c in enumerate(codes)]
    return {"kind": "likert", "categories": named, "missing": [{"code": "9"}]}


def instrument(name: str, changed: dict | None = None, dropped: tuple = (), added: tuple = ()) -> Instrument:
    """Ten questions in one factor, a grade and a respondent number; `changed`: code -> keys of its item."""
    items = [
        {"code": c, "factor": "F", "scale": "three", "concept": c.lower(), "text": {"en": f"Wording {c}", "fr": f"Libellé {c}"}}
        | (changed or {}).get(c, {})
        for c in (*QUESTIONS, *added)
        if c not in dropped
    ]
    grade = {"kind": "single", "categories": [{"code": c, "label": {"en": f"Grade {c}"}} for c in "abc"]}
    profile = {"code": "G", "role": "profile", "scale": "grade", "concept": "grade", "text": {"en": "Grade"}}
    design = [{"code": c, "role": "design", "carries": c} for c in ("respondent", "duration")]
    return Instrument.model_validate(
        {
            "instrument": name,
            "population": "staff",
            "scales": {"three": scale(), "two": scale("13"), "grade": grade},
            "factors": [{"code": "F"}],
            "items": [*items, profile, *design],
        }
    )


def answers(rows: int, grades: str = "ab", **fixed) -> list[dict]:
    """Rows drawn anew with the same seed, so that hardly any are alike; `fixed`: column -> value in each row, or values by row."""
    made, draw = [], random.Random(1)
    for i in range(rows):
        row = {"respondent": str(1000 + i)} | {q: draw.choice("123") for q in QUESTIONS}
        made.append(row | {"G": grades[i % len(grades)]} | {k: v if isinstance(v, str) else v.get(i, row.get(k, "")) for k, v in fixed.items()})
    return made


def export(folder: Path, rows: list[dict], wave: str = "2024", name: str = "staff.csv") -> Export:
    path = folder / wave / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return Export(path, f"AAA/{wave}/{name}", "AAA", wave, "staff")


def workspace(folder: Path, instruments: list[Instrument], frames: list[dict] = (), rules: Rules | None = None, **member) -> Workspace:
    rules = rules or Rules(minimum_respondents=10, minimum_unit=12)
    return Workspace(folder, folder / "out", instruments, {"AAA": Member(**member)}, rules, list(frames))


def frame(*rows: tuple, wave: str = "2024") -> list[dict]:
    place = {"member": "AAA", "wave": wave, "population": "staff"}
    return [{**place, "margin": m, "category": c, "count": str(n)} for m, c, n in rows]


def checked(space: Workspace, *exports: Export) -> tuple[list[Submission], list[Case]]:
    submissions = [read_submission(e, space.instruments) for e in exports]
    findings = validate(submissions)
    supersede(submissions)
    return submissions, cases(submissions, findings, space)


def letter(space: Workspace, *exports: Export, language: str = "en") -> str:
    """The last export's letter as text."""
    return as_text(compose(checked(space, *exports)[1][-1], language)).replace("\n  ", " ")


def pages(space: Workspace, *exports: Export, language: str = "en") -> str:
    """All letters, both ways."""
    made = [compose(case, language) for case in checked(space, *exports)[1]]
    return "\n".join(as_html(m) + as_text(m) for m in made)

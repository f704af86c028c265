"""A small questionnaire in six languages and answers to it, and what each tool would export of them."""

from __future__ import annotations

import random

from pipeline.instrument import Instrument

LANGUAGES = ("en", "fr", "ar", "es", "pt", "ru")
AGREE = {
    "1": ("Strongly disagree", "Pas du tout d’accord", "لا أوافق بشدة", "Muy en desacuerdo", "Discordo totalmente", "Совершенно не согласен"),
    "2": ("Disagree", "Pas d’accord", "لا أوافق", "En desacuerdo", "Discordo", "Не согласен"),
    "4": ("Agree", "D’accord", "أوافق", "De acuerdo", "Concordo", "Согласен"),
    "5": ("Strongly agree", "Tout à fait d’accord", "أوافق بشدة", "Muy de acuerdo", "Concordo totalmente", "Полностью согласен"),
    "9": ("Don't know", "Ne sait pas", "لا أعرف", "No sabe", "Não sabe", "Не знаю"),
}
OBSTACLES = {
    "delay": ("Delays", "Retards", "تأخير", "Retrasos", "Atrasos", "Задержки"),
    "fees": ("Fees, taxes and charges", "Frais, taxes et redevances", "رسوم، ضرائب", "Tasas, impuestos y cargos", "Taxas, impostos e encargos", "Сборы, налоги и платежи"),
    "rules": ("Unclear rules", "Règles peu claires", "قواعد غير واضحة", "Normas poco claras", "Regras pouco claras", "Неясные правила"),
}
GENDER = {"female": ("Woman", "Femme", "امرأة", "Mujer", "Mulher", "Женщина"), "male": ("Man", "Homme", "رجل", "Hombre", "Homem", "Мужчина")}
TEXTS = {
    "Q01": ("Integrity is a priority.", "L’intégrité est une priorité.", "النزاهة أولوية.", "La integridad es una prioridad.", "A integridade é uma prioridade.", "Добросовестность - приоритет."),
    "Q02": ("Rules are clear, and known", "Les règles sont claires, et connues", "القواعد واضحة ومعروفة", "Las normas son claras, y conocidas", "As regras são claras, e conhecidas", "Правила ясны и известны"),
    "Q03": ("Décisions expliquées?", "Les décisions sont expliquées", "تُشرح القرارات", "Se explican las decisiones", "As decisões são explicadas", "Решения объясняются"),
    "OBST": ("What holds you up?", "Qu’est-ce qui vous freine ?", "ما الذي يعيقك؟", "¿Qué le frena?", "O que o atrasa?", "Что вам мешает?"),
    "GEN": ("Gender", "Sexe", "الجنس", "Sexo", "Sexo", "Пол"),
}


def _said(words: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(LANGUAGES, words, strict=True))


def instrument() -> Instrument:
    def scale(kind: str, answers: dict, missing: tuple[str, ...] = (), **more) -> dict:
        named = [{"code": code, "label": _said(words)} for code, words in answers.items()]
        if kind == "likert":
            named = [a | ({"score": 25 * (int(a["code"]) - 1)} if a["code"] not in missing else {"reason": "dont_know"}) for a in named]
        return {"kind": kind, "categories": [a for a in named if a["code"] not in missing], "missing": [a for a in named if a["code"] in missing], **more}

    items = [{"code": code, "scale": "agree", "factor": "F01", "text": _said(TEXTS[code])} for code in ("Q01", "Q02", "Q03")]
    items.append({"code": "OBST", "role": "experience", "scale": "obstacles", "text": _said(TEXTS["OBST"])})
    items.append({"code": "GEN", "role": "profile", "scale": "gender", "text": _said(TEXTS["GEN"])})
    return Instrument(
        instrument="trade-2024",
        population="private_sector",
        title=_said(("Trade",) * 6),
        scales={
            "agree": scale("likert", AGREE, ("9",), favourable=["4", "5"], unfavourable=["1", "2"]),
            "obstacles": scale("multiple", OBSTACLES),
            "gender": scale("single", GENDER),
        },
        factors=[{"code": "F01", "title": _said(("Clarity",) * 6)}],
        items=items,
    )


def respondents(n: int = 40, seed: int = 1) -> list[dict[str, str | None]]:
    """Item -> code, several joined by "|", None where nothing was answered; each answered something."""
    draw = random.Random(seed)
    rows = []
    for _ in range(n):
        row = {code: draw.choice([*AGREE, None]) for code in ("Q01", "Q02", "Q03")}
        ticked = [code for code in OBSTACLES if draw.random() < 0.5]
        rows.append(row | {"OBST": "|".join(sorted(ticked)) or None, "GEN": draw.choice([*GENDER, None])})
    rows[0] |= {"Q01": "5", "OBST": "delay|fees|rules", "GEN": "female"}
    return [row if any(row.values()) else row | {"Q01": "4"} for row in rows]


def word(code: str | None, language: str = "en") -> str | None:
    """An answer's label."""
    if code is None:
        return None
    return next(answers[code] for answers in (AGREE, OBSTACLES, GENDER) if code in answers)[LANGUAGES.index(language)]


def words(codes: str | None, language: str = "en") -> list[str]:
    return [word(code, language) for code in (codes or "").split("|") if code]


def text(item: str, language: str = "en") -> str:
    return TEXTS[item][LANGUAGES.index(language)]

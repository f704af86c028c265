"""Planned against achieved, and who answered against the population; groups only where the rules allow."""

from __future__ import annotations

from pipeline.errors import ConfigurationError
from pipeline.estimate.adequacy import share_precision
from pipeline.estimate.design import Frame
from pipeline.frames import make_frame
from pipeline.ingest.match import answer_codes
from pipeline.ingest.text import key
from pipeline.instrument import Item, label
from pipeline.letters.answers import group_sizes
from pipeline.letters.case import Case
from pipeline.letters.hidden import breakdowns
from pipeline.letters.letter import Section, Table
from pipeline.letters.words import FEW, Words

UNTOLD = "–"


def sample(case: Case, t: Words) -> Section:
    """With a frame: plan, response rate, coverage, groups; without one, what could be sent."""
    n = case.submission.rows_accepted
    frame, problem = _frame(case)
    facts = [(t("planned"), t.number(frame.planned))] if frame.planned else []
    facts.append((t("achieved"), t("all_but_few", n=FEW) if _reveals(case) else t.people(n)))
    if frame.planned and n >= FEW:
        facts.append((t("response_rate"), t.percent(n / frame.planned)))
    facts += [(t("population"), t.number(frame.total))] if frame.total else []
    facts += [(t("coverage"), t.percent(n / frame.total))] if frame.total and n >= FEW else []
    lines = [t(problem)] if problem else []
    if n >= FEW:
        margin, change = share_precision(n)
        facts += [(t("margin"), t.figure(f"± {t.number(margin)}")), (t("change"), t.number(change))]
        lines.append(t("precision_note"))
    tables = [table for table in (_by_group(case, t), *_against(case, frame, t)) if table]
    if tables:
        lines.append(t("weights_note"))
    if any(UNTOLD in row for table in tables for row in table.rows):
        lines.append(t("small_groups", n=case.rules.minimum_respondents))
    return Section(t("sample"), tuple(facts), tuple(tables), tuple(lines))


def _reveals(case: Case) -> bool:
    """Whether rows in the file less those that can be used are a few."""
    return 0 < case.submission.rows_quarantined < FEW


def _frame(case: Case) -> tuple[Frame, str]:
    """The frame, and the key of what is to be said where there is none. A run says what is wrong with one, and where."""
    if case.margins is None:
        return Frame(), "no_frame"
    e, stratum = case.submission.export, case.instrument.design_item("stratum")
    strata = set(case.submission.answers[stratum.code].drop_nulls()) if stratum else set()
    try:
        unit = (e.member, e.wave, e.population)
        return make_frame(unit, case.margins, case.instrument, strata, case.weighting), ""
    except ConfigurationError:
        return Frame(), "frame_faulty"


def _against(case: Case, frame: Frame, t: Words) -> list[Table]:
    items = {i.code: i for i in breakdowns(case)}
    return [_against_margin(case, items[c], margin, t) for c, margin in frame.margins.items() if c in items]


def _against_margin(case: Case, item: Item, margin: dict[str, float], t: Words) -> Table | None:
    sizes = group_sizes(case.submission, item)
    if not sum(sizes.values()):
        return None
    told = tellable(sizes, list(margin), case)
    rows = []
    for code, count in margin.items():
        ours, theirs = sizes.get(code, 0) / sum(sizes.values()), count / sum(margin.values())
        shares = (t.percent(ours), t.percent(theirs), t.signed(round(100 * ours) - round(100 * theirs)))
        rows.append((_name(case, item, code, t), *(shares if code in told else (UNTOLD, shares[1], UNTOLD))))
    question = label(item.text, item.code, t.language)
    heads = ("th_group", "th_respondents", "th_population", "th_difference")
    return Table(t("against", question=question), tuple(map(t, heads)), tuple(rows))


def tellable(sizes: dict[str, int], codes: list[str], case: Case) -> set[str]:
    """The groups whose size may be told: those that are large enough, less the smallest of them as long as the others
    could be worked out (one alone, or together fewer than the minimum). Respondents in no group of `codes` are others."""
    least = case.rules.minimum_respondents
    told = sorted((c for c in codes if sizes.get(c, 0) >= least or case.rules.off), key=lambda c: sizes.get(c, 0))
    rest = [c for c in {*codes, *sizes} if c not in told]
    while rest and told and (len(rest) == 1 or sum(sizes.get(c, 0) for c in rest) < least):
        rest.append(told.pop(0))
    return set(told)


def _by_group(case: Case, t: Words) -> Table | None:
    """Where the plan is by the groups of a question."""
    plan = next((counts for name, counts in (case.margins or {}).items() if key(name) == "planned"), {})
    for item in breakdowns(case) if len(plan) > 1 else []:
        known = answer_codes(case.instrument.scale_of(item))
        codes = {known.get(key(group)): count for group, count in plan.items()}
        if None not in codes:
            return _planned_table(case, item, codes, t)
    return None


def _planned_table(case: Case, item: Item, plan: dict[str, float], t: Words) -> Table:
    sizes = group_sizes(case.submission, item)
    told = tellable(sizes, list(plan), case)
    rows = tuple(
        (_name(case, item, code, t), t.number(count), *_achieved(sizes.get(code, 0), count, code in told, t))
        for code, count in plan.items()
    )
    heads = ("th_group", "th_planned", "th_achieved", "response_rate")
    return Table(t("by_group"), tuple(map(t, heads)), rows)


def _achieved(count: int, planned: float, told: bool, t: Words) -> tuple[str, str]:
    return (t.people(count), t.percent(count / planned) if planned else UNTOLD) if told else (UNTOLD, UNTOLD)


def _name(case: Case, item: Item, code: str, t: Words) -> str:
    category = next(c for c in case.instrument.scale_of(item).categories if c.code == code)
    return label(category.label, code, t.language)

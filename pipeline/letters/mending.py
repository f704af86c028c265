"""What was not understood, and how to mend it: columns, answers, rows. Counts alone, never what a cell holds."""

from __future__ import annotations

from collections import defaultdict

from pipeline.ingest.match import nearest_item
from pipeline.ingest.submission import TOOL_COLUMNS
from pipeline.instrument import label
from pipeline.letters.case import Case, spans
from pipeline.letters.letter import Section, Table
from pipeline.letters.understood import MOST, shortened
from pipeline.letters.words import FEW, Words

MEND = {
    "blank": "mend_blank",
    "unknown": "mend_unknown",
    "repeated": "mend_repeated",
    "weight": "mend_design",
    "design": "mend_design",
}  # the others: look at the cells


def mending(case: Case, t: Words) -> Section:
    """Columns left out, answers that are none, rows set aside by reason, rows that are worth a look."""
    s = case.submission
    if s.match is None:
        return Section(t("refusal"), lines=(t(f"refused_{s.refused_for}"),))
    tables = [table for table in (_columns(case, t), _unknown(case, t), _reasons(case, t)) if table.rows]
    lines = [t(f"refused_{s.refused_for}")] if s.state == "refused" else []
    if s.match.lacking:
        order = [i.code for i in case.instrument.items]
        lines.append(t("lacking", codes=t.listed(spans(s.match.lacking, order))))
    lines += [t.about_people(note.kind, note.rows) for note in s.notes if note.kind]
    return Section(t("mending"), (), tuple(tables), tuple(lines) if tables or lines else (t("all_understood"),))


def _columns(case: Case, t: Words) -> Table:
    """The columns that may be questions first; those that survey tools add are of no interest to anybody."""
    s = case.submission
    near, none = [], []
    for heading in s.match.unknown:
        if heading.casefold() in TOOL_COLUMNS or heading in s.personal:
            continue
        code = nearest_item(heading, case.instrument)
        shown = t.apart(shortened(heading))
        near += [(shown, t("mend_near", code=code))] if code else []
        none += [] if code else [(shown, t("mend_none"))]
    doubled = [(t.apart(shortened(heading)), t("mend_doubled")) for heading in s.match.doubled]
    personal = [(t.apart(shortened(heading)), t("mend_personal")) for heading in s.personal]
    rows = [*personal, *near, *doubled, *none]
    rest = [("…", "")] if len(rows) > MOST else []
    return Table(t("columns_left_out"), (t("th_column"), t("th_mend")), (*rows[:MOST], *rest))


def _unknown(case: Case, t: Words) -> Table:
    """Per question the rows with an answer that is none of its own."""
    rows = defaultdict(set)
    for f in case.findings:
        if f.kind == "unknown":
            rows[f.column].add(f.row)
    counts = {code: len(found) for code, found in sorted(rows.items(), key=lambda pair: -len(pair[1]))}
    told = masked(counts, t)
    listed = [(code, told[code]) for code in list(counts)[:MOST]]
    rest = [("…", "")] if len(counts) > MOST else []
    return Table(t("unknown_answers"), (t("th_question"), t("th_rows")), (*listed, *rest))


def _reasons(case: Case, t: Words) -> Table:
    rows = defaultdict(set)
    for f in case.findings:
        rows[f.kind, _why(case, f, t)].add(f.row)
    counts = {reason: len(found) for reason, found in sorted(rows.items(), key=lambda pair: -len(pair[1]))}
    told = masked(counts, t)
    listed = tuple((why, told[kind, why], t(MEND.get(kind, "mend_cells"))) for kind, why in counts)
    return Table(t("set_aside"), (t("th_reason"), t("th_rows"), t("th_mend")), listed)


def _why(case: Case, finding, t: Words) -> str:
    """The reason in words; of answers that cannot stand together the questionnaire's own."""
    why = t(f"reason_{finding.kind}")
    if finding.kind != "impossible":
        return why
    rules = [r for r in case.instrument.impossible if " + ".join(r.answers) == finding.column]
    said = label(rules[0].reason, "", t.language) if len(rules) == 1 else ""
    return f"{why} ({finding.column}{': ' if said else ''}{said})"


def masked(counts: dict, t: Words) -> dict:
    """Counts as they are told: a few as "fewer than", and then the smallest of the others not at all,
    lest the few be the total less the rest."""
    told = {name: t.people(count) for name, count in counts.items()}
    open_ = [name for name, count in counts.items() if count >= FEW]
    if len(open_) > 0 and len(open_) < len(counts):
        told[min(open_, key=counts.get)] = t("untold")
    return told

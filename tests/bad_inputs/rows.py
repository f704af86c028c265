"""Exports that can be read, with something wrong in their columns or rows."""

from __future__ import annotations

import polars as pl

from tests.bad_inputs.case import File
from tests.bad_inputs.files import HEAD, parquet, table
from tests.ingest import exports

GOOD = [["5", "4", "1", "delay", "male"], ["4", "4", "2", "fees", "female"], ["1", "2", "4", "", "male"], ["2", "5", "5", "rules", "female"]]


def answers(**cells: str) -> bytes:
    """Four good rows, with one cell of the first replaced."""
    return table(*[[cells.get(h, c) if k == 0 else c for h, c in zip(HEAD, row, strict=True)] for k, row in enumerate(GOOD)])


def with_column(heading: str, *cells: str) -> bytes:
    """Four good rows and one column more."""
    return table(*[[*row, cells[k % len(cells)]] for k, row in enumerate(GOOD)], head=[*HEAD, heading])


def renamed(old: str, new: str) -> bytes:
    return table(*GOOD, head=[new if h == old else h for h in HEAD])


UNKNOWN = "none of the question's codes or labels"
ROWS = [
    File("an answer that is none", answers(Q01="perhaps"), UNKNOWN, "quarantined"),
    File("a code that the scale lacks", answers(Q01="7"), UNKNOWN, "quarantined"),
    File("a number between two codes", answers(Q01="4.5"), UNKNOWN, "quarantined"),
    File("a negative code", answers(Q01="-1"), UNKNOWN, "quarantined"),
    File("a spreadsheet's error", answers(Q01="#N/A"), UNKNOWN, "quarantined"),
    File("a code with another answer's label", answers(Q01="4 - Strongly agree"), UNKNOWN, "quarantined"),
    File("two answers to a question that takes one", answers(Q01="4;5"), UNKNOWN, "quarantined"),
    File("a choice that is none", answers(OBST="delay;weather"), UNKNOWN, "quarantined"),
    File("an answer to the question about oneself that is none", answers(GEN="M/F"), UNKNOWN, "quarantined"),
    File("a formula", answers(Q01='=HYPERLINK("http://x.test","4")'), UNKNOWN, "quarantined"),
    File("a formula that begins with an at", answers(Q01="@SUM(1+1)*cmd|' /C calc'!A0"), UNKNOWN, "quarantined"),
    File("a script", answers(Q01="<script>alert(1)</script>"), UNKNOWN, "quarantined"),
    File("a picture that calls home", answers(Q01='<img src=x onerror="fetch(1)">'), UNKNOWN, "quarantined"),
    File("SQL", answers(Q01="'; DROP TABLE submission; --"), UNKNOWN, "quarantined"),
    File("a template's marks", answers(Q01="{{ config }}{% raw %}"), UNKNOWN, "quarantined"),
    File("a path", answers(Q01="../../etc/passwd"), UNKNOWN, "quarantined"),
    File("letters that turn the line round", answers(Q01="\u202e5 ylgnorts"), UNKNOWN, "quarantined"),
    File("letters of no language", answers(Q01="Z̸̢͓̗̑a̴͖̔l̷g̵o̶"), UNKNOWN, "quarantined"),
    File("a pile of poo", answers(Q01="💩"), UNKNOWN, "quarantined"),
    File("most rows with answers that are none", table(*[["7", "7", "7", "", ""]] * 5, *GOOD), "rows could not be used"),
    File("scores in place of codes", table(*[["100", "75", "0", "", ""]] * 5), "rows could not be used"),
    File("a case without any answer, in a data file", lambda: parquet(**{h: pl.Series([None, "4", "5", "1", "2"] if h == "Q01" else [None] * 5, dtype=pl.String) for h in HEAD}), "no question was answered", "quarantined", "e.parquet"),
    File("a respondent who answered about himself alone", table(*GOOD, ["", "", "", "", "male"]), "answered nothing but the questions about themselves", "accepted"),
    File("a row that the tool's preview made", lambda: exports.delimited(_preview()), "preview", "quarantined"),
]


def _preview() -> list[list]:
    rows = exports.qualtrics(True)
    rows[5][2] = "Survey Preview"
    return rows


LEFT_OUT = "was not recognised and left out"
COLUMNS = [
    File("a question in two columns", table(*[[*row, row[0]] for row in GOOD], head=[*HEAD, "Q01"]), "repeats a question", "accepted"),
    File("a question by its code and by its text", table(*[[*row, row[0]] for row in GOOD], head=[*HEAD, "Integrity is a priority."]), "repeats a question", "accepted"),
    File("a question that is missing", table(*[row[:4] for row in GOOD], head=HEAD[:4]), "GEN has no column", "accepted"),
    File("a misspelled question", table(*GOOD, head=["Integrity is a prioritty.", *HEAD[1:]]), LEFT_OUT, "accepted"),
    File("a column without a heading", with_column("", "x"), "has no heading", "accepted"),
    File("a formula as a heading", with_column("=cmd|'/C calc'!A0", "x"), LEFT_OUT, "accepted"),
    File("a script as a heading", with_column("<script>alert(1)</script>", "x"), LEFT_OUT, "accepted"),
    File("SQL as a heading", with_column('x"; DROP TABLE submission; --', "x"), LEFT_OUT, "accepted"),
    File("a path as a heading", with_column("../../etc/passwd", "x"), LEFT_OUT, "accepted"),
    File("the store's own column as a heading", with_column("_member", "XAB"), LEFT_OUT, "accepted"),
    File("a heading of 2,000 letters", with_column("long " * 400, "x"), LEFT_OUT, "accepted"),
    File("a heading over three lines", with_column("What\nelse\n?", "x"), LEFT_OUT, "accepted"),
    File("a heading of direction marks", with_column("\u200f\u200e", "x"), LEFT_OUT, "accepted"),
]
KEPT_NOWHERE = "kept nowhere"
PERSONAL = [
    File("addresses for e-mail, by name", with_column("E-mail", ""), "e-mail addresses", "accepted"),
    File("addresses for e-mail, by content", with_column("Remarks", "a.b@customs.example"), "e-mail addresses", "accepted"),
    File("names, in French", with_column("Nom", "Ama"), "names of people", "accepted"),
    File("names, in Russian", with_column("Фамилия", "Иванова"), "names of people", "accepted"),
    File("names, in Arabic", with_column("الاسم", "ليلى"), "names of people", "accepted"),
    File("telephone numbers, by name", with_column("Phone number", "1"), "telephone numbers", "accepted"),
    File("telephone numbers, by content", with_column("Contact", "+233 20 123 4567"), "telephone numbers", "accepted"),
    File("network addresses", with_column("ipaddr", "10.1.2.3"), "network addresses", "accepted"),
    File("network addresses of the new kind, by content", with_column("Source", "2001:db8:0:0:0:0:2:1"), "network addresses", "accepted"),
    File("places, by name", with_column("Location Latitude", ""), "places", "accepted"),
    File("places, by content", with_column("Where", "47.115097 7.231529"), "places", "accepted"),
    File("devices, by name", with_column("deviceid", "x"), "devices", "accepted"),
    File("devices, by content", with_column("Tablet", "865068051234567"), "devices", "accepted"),
    File("exact times, by name", with_column("submitdate", ""), "exact times", "accepted"),
    File("exact times, by content", with_column("When", "2024-03-01 10:11:12"), "exact times", "accepted"),
    File("identity numbers", with_column("Matricule", "4711"), "identity numbers", "accepted"),
    File("codes of small offices", with_column("Office code", "B17"), "small offices", "accepted"),
    File("the devices' numbers within a group of a form", with_column("meta/deviceid", "collect:1"), "devices", "accepted"),
]
ROW_FILES = ROWS + COLUMNS + PERSONAL

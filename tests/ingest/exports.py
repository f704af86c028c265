"""The same answers as each tool exports them: name -> (file name, bytes)."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import polars as pl

from tests.ingest.survey import AGREE, GENDER, OBSTACLES, respondents, text, word, words

SCALED = ("Q01", "Q02", "Q03")
ASKED = (*SCALED, "GEN")


def delimited(rows: list[list], separator=",", quoting=csv.QUOTE_MINIMAL, end="\r\n", encoding="utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=end).writerows([["" if c is None else c for c in row] for row in rows])
    return out.getvalue().encode(encoding)


def workbook(sheets: dict[str, list[list]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if cell not in (None, ""):
                        sheet.write(i, j, cell)
    return out.getvalue()


def plain(language: str | None, separator: str, encoding: str, end="\r\n") -> bytes:
    """A bare table: codes, or words of a language."""
    head = ["Q01", "Q02", "Q03", "OBST", "GEN"] if language is None else [text(i, language) for i in (*SCALED, "OBST", "GEN")]
    body = [
        [*(r[i] if language is None else word(r[i], language) for i in SCALED), (r["OBST"] or "") if language is None else "|".join(words(r["OBST"], language)), r["GEN"] if language is None else word(r["GEN"], language)]
        for r in respondents()
    ]
    return delimited([head, *body], separator, encoding=encoding, end=end)


def limesurvey(answers: str, heads: str) -> list[list]:
    """answers: short or long; heads: code, full or codetext."""
    title = {"code": lambda i: i, "full": text, "codetext": lambda i: f"{i}. {text(i)}"}[heads]
    part = {"code": lambda c: f"OBST[{c}]", "full": lambda c: f"{text('OBST')} [{word(c)}]", "codetext": lambda c: f"OBST[{c}]. {text('OBST')} [{word(c)}]"}[heads]
    meta = {"code": ["id", "submitdate", "lastpage", "startlanguage", "seed", "ipaddr"], "full": ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "IP address"]}
    meta["codetext"] = [f"{a}. {b}" for a, b in zip(meta["code"], meta["full"], strict=True)]
    rows = [[*meta[heads], *map(title, SCALED), *map(part, OBSTACLES), title("GEN")]]
    for k, r in enumerate(respondents(), 1):
        chosen = (r["OBST"] or "").split("|")
        yes, no = ("Y", "") if answers == "short" else ("Yes", "No" if r["OBST"] else "N/A")
        said = (lambda c: c) if answers == "short" else word
        rows.append([k, "1980-01-01 00:00:00", 5, "en", 123456, "10.1.2.3", *(said(r[i]) for i in SCALED), *(yes if c in chosen else no for c in OBSTACLES), said(r["GEN"])])
    return rows


def qualtrics(labels: bool, ids: bool = True, spread: bool = True) -> list[list]:
    meta = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Finished", "RecordedDate", "ResponseId", "RecipientEmail", "DistributionChannel"]
    said = ["Anfangsdatum", "Enddatum", "Antworttyp", "IP-Adresse", "Aktueller Stand", "Beendet", "Erfassungsdatum", "Antwort-ID", "E-Mail", "Verteilungskanal"]
    several = [f"OBST_{k}" for k in range(1, 4)] if spread else ["OBST"]
    asked = [f"{text('OBST')} - {word(c)}" for c in OBSTACLES] if spread else [text("OBST")]
    tags = [*meta, *SCALED, *several, "GEN"]
    rows = [tags, [*said, *map(text, SCALED), *asked, text("GEN")]]
    rows += [[json.dumps({"ImportId": f"QID{k}"}) for k in range(len(tags))]] if ids else []
    for k, r in enumerate(respondents()):
        chosen = (r["OBST"] or "").split("|")
        cells = [word(c) if c in chosen else None for c in OBSTACLES] if spread else [",".join(words(r["OBST"]))]
        rows.append(["2024-03-01 08:28:09", "2024-03-01 08:28:48", "IP Address", "130.92.34.66", 100, "True", "2024-03-01 08:28:48", f"R_{k}", None, "anonymous", *(word(r[i]) if labels else r[i] for i in SCALED), *cells, word(r["GEN"]) if labels else r["GEN"]])
    return rows


def surveymonkey() -> list[list]:
    meta = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name", "Last Name"]
    questions = [*meta, "How far do you agree?", None, None, text("OBST"), None, None, text("GEN")]
    parts = [*[None] * len(meta), *map(text, SCALED), *map(word, OBSTACLES), "Response"]
    rows = [questions, parts]
    for k, r in enumerate(respondents()):
        chosen = (r["OBST"] or "").split("|")
        rows.append([11_800_000_000 + k, 42, "03/01/2024 08:28:09 AM", "03/01/2024 08:29:00 AM", "10.0.0.1", None, None, None, *(word(r[i]) for i in SCALED), *(word(c) if c in chosen else None for c in OBSTACLES), word(r["GEN"])])
    return rows


def kobotoolbox(choices: str, tagged: bool = False) -> list[list]:
    """choices: words, columns or both."""
    head = ["start", "end", "deviceid", *(f"integrity/{i}" for i in SCALED)]
    head += ["trade/OBST"] if choices != "columns" else []
    head += [f"trade/OBST/{c}" for c in OBSTACLES] if choices != "words" else []
    rows = [[*head, "GEN", "_id", "_uuid", "_submission_time", "_validation_status"]]
    rows += [["#meta", "#meta+end", "#meta+device", *["#indicator"] * (len(rows[0]) - 3)]] if tagged else []
    for k, r in enumerate(respondents()):
        chosen = (r["OBST"] or "").split("|")
        cells = [" ".join(chosen)] if choices != "columns" else []
        cells += [("1" if c in chosen else "0") if r["OBST"] else "" for c in OBSTACLES] if choices != "words" else []
        rows.append(["2024-03-01T08:28:09.678+01:00", "2024-03-01T08:39:09.678+01:00", "collect:hJ2k", *(r[i] for i in SCALED), *cells, r["GEN"], k, f"uuid-{k}", "2024-03-01T08:39:10", "validation_status_approved"])
    return rows


def odk_central() -> list[list]:
    head = ["SubmissionDate", "meta-instanceID", *(f"integrity-{i}" for i in SCALED), "trade-OBST", *(f"trade-OBST/{c}" for c in OBSTACLES), "GEN"]
    rows = [[*head, "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "FormVersion"]]
    for k, r in enumerate(respondents()):
        chosen = (r["OBST"] or "").split("|")
        rows.append(["2024-03-01T03:04:05.678Z", f"uuid:{k}", *(r[i] for i in SCALED), " ".join(chosen), *(("1" if c in chosen else "0") if r["OBST"] else "" for c in OBSTACLES), r["GEN"], f"uuid:{k}", 5, "Field worker", 0, 0, None, None, None, 0, 2])
    return rows


def surveycto() -> list[list]:
    rows = [["SubmissionDate", "starttime", "endtime", "deviceid", *SCALED, "OBST", *(f"OBST_{c}" for c in OBSTACLES), "GEN", "instanceID", "formdef_version", "review_status", "KEY"]]
    for k, r in enumerate(respondents()):
        chosen = (r["OBST"] or "").split("|")
        rows.append(["Mar 1, 2024 3:04:05 PM", "Mar 1, 2024 3:00:05 PM", "Mar 1, 2024 3:03:05 PM", "865068051234567", *(r[i] for i in SCALED), " ".join(chosen), *(("1" if c in chosen else "0") if r["OBST"] else "" for c in OBSTACLES), r["GEN"], f"uuid:{k}", "2403010000", "APPROVED", f"uuid:{k}"])
    return rows


def eusurvey(short_names: bool) -> list[list]:
    def title(item):
        return f"{text(item)} ({item})" if short_names else text(item)

    rows = [["Alias", "trade-2024"], ["Export Date", "2024-03-02"], []]
    rows.append([*map(title, (*SCALED, "OBST", "GEN")), "Invitation number", "Contribution Id", "User name", "Languages", "Creation Date", "Last update"])
    for k, r in enumerate(respondents()):
        rows.append([*(word(r[i]) for i in SCALED), "; ".join(words(r["OBST"])), word(r["GEN"]), None, f"c-{k}", None, "EN", "2024-03-01 10:00:00", "2024-03-01 10:10:00"])
    return rows


def microsoft_forms(language: str = "en") -> list[list]:
    meta = {"en": ["ID", "Start time", "Completion time", "Email", "Name"], "fr": ["ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom"]}[language]
    rows = [[*meta, *(text(i, language) for i in (*SCALED, "OBST", "GEN"))]]
    for k, r in enumerate(respondents(), 1):
        rows.append([k, "7/2/24 11:00:22", "7/2/24 11:09:22", "anonymous", None, *(word(r[i], language) for i in SCALED), "".join(f"{w};" for w in words(r["OBST"], language)), word(r["GEN"], language)])
    return rows


def google_forms() -> list[list]:
    rows = [["Timestamp", *(f"How far do you agree? [{text(i)}]" for i in SCALED), text("OBST"), text("GEN")]]
    for r in respondents():
        rows.append(["2024/03/01 7:10:31 PM GMT+1", *(word(r[i]) for i in SCALED), ", ".join(words(r["OBST"])), word(r["GEN"])])
    return rows


def two_headings() -> list[list]:
    """Titles above, merged; then a row of texts and one of codes; and a date that Excel holds as a number."""
    rows = [["Survey of traders", None, None, 2024], [], ["Integrity", None, None, "Trade", "Profile"]]
    rows += [[*map(text, (*SCALED, "OBST", "GEN"))], [*SCALED, "OBST", "GEN"]]
    return rows + [[*(int(r[i]) if r[i] else None for i in SCALED), r["OBST"], r["GEN"]] for r in respondents()]


def eusurvey_over_sheets() -> dict[str, list[list]]:
    """As where a form has more columns than an old sheet: the next sheet goes on row for row."""
    rows = eusurvey(True)[3:]
    return {"Content": [row[:2] for row in rows], "Content1": [row[2:] for row in rows]}


def statistical(writer: str, ending: str, recoded: bool = False, **options) -> bytes:
    """Numbers with labels, as a statistician's file has them; recoded: in another order than the questionnaire's."""
    import pyreadstat

    order = {"agree": list(AGREE)[::-1] if recoded else list(AGREE), "gender": list(GENDER)}
    number = {name: {c: float(k if recoded or name == "gender" else int(c)) for k, c in enumerate(codes, 1)} for name, codes in order.items()}
    rows = respondents()
    frame = pl.DataFrame(
        {i: [None if r[i] is None else number["agree"][r[i]] for r in rows] for i in SCALED}
        | {f"OBST_{c}": [None if r["OBST"] is None else float(c in r["OBST"].split("|")) for r in rows] for c in OBSTACLES}
        | {"GEN": [None if r["GEN"] is None else number["gender"][r["GEN"]] for r in rows]}
    )
    labels = {i: {number["agree"][c]: word(c) for c in AGREE} for i in SCALED} | {"GEN": {number["gender"][c]: word(c) for c in GENDER}}
    if writer == "write_dta":
        labels = {name: {int(k): v for k, v in found.items()} for name, found in labels.items()}
    if writer in ("write_sav", "write_dta"):
        options = {"variable_value_labels": labels, "column_labels": [text(i) if i in ASKED else "" for i in frame.columns]} | options
    else:
        frame = frame.with_columns(GEN=pl.Series([r["GEN"] or "" for r in rows]))
    if writer == "write_por":  # names of eight letters
        frame = frame.select(*SCALED, "GEN").with_columns(OBST=pl.Series([r["OBST"] or "" for r in rows]))
    if writer == "write_sav":
        options["missing_ranges"] = {i: [number["agree"]["9"]] for i in SCALED}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{ending}"
        getattr(pyreadstat, writer)(frame, str(path), **options)
        return path.read_bytes()


def parquet() -> bytes:
    out = io.BytesIO()
    rows = respondents()
    columns = {i: [None if r[i] is None else float(r[i]) for r in rows] for i in SCALED} | {i: [r[i] for r in rows] for i in ("OBST", "GEN")}
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


def everything() -> dict[str, tuple[str, bytes]]:
    """Each export by what it is."""
    semicolon = {"separator": ";", "quoting": csv.QUOTE_ALL}
    lime = {f"LimeSurvey, {a} answers, headings as {h}": limesurvey(a, h) for a in ("short", "long") for h in ("code", "full", "codetext")}
    found = {name: ("e.csv", b"\xef\xbb\xbf" + delimited(rows, **semicolon) + b"\r\n") for name, rows in lime.items()}
    found["LimeSurvey, workbook"] = ("e.xlsx", workbook({"Responses": limesurvey("long", "full")}))
    for name, rows in {
        "Qualtrics, codes": qualtrics(False),
        "Qualtrics, choice texts": qualtrics(True),
        "Qualtrics, choices in one cell": qualtrics(True, spread=False),
        "Qualtrics, without import ids": qualtrics(True, ids=False),
        "SurveyMonkey": surveymonkey(),
        "ODK Central": odk_central(),
        "SurveyCTO": surveycto(),
        "Google Forms": google_forms(),
        "Microsoft Forms, saved as CSV": microsoft_forms(),
    }.items():
        found[name] = ("e.csv", delimited(rows))
    for choices in ("words", "columns", "both"):
        found[f"KoBoToolbox, choices as {choices}"] = ("e.csv", delimited(kobotoolbox(choices), **semicolon, end="\n"))
    found["KoBoToolbox, with a row of tags"] = ("e.xlsx", workbook({"form": kobotoolbox("both", tagged=True)}))
    for name, sheets in {
        "EUSurvey, short names": {"Content": eusurvey(True)},
        "EUSurvey, titles": {"Content": eusurvey(False)},
        "EUSurvey, over two sheets": eusurvey_over_sheets(),
        "Microsoft Forms": {"Form1": microsoft_forms()},
        "Microsoft Forms, in French": {"Formulaire1": microsoft_forms("fr")},
        "SurveyMonkey, workbook": {"Sheet": surveymonkey()},
        "a workbook with titles above and two rows of headings": {"Notes": [["Read me"]] * 90, "Data": two_headings()},
    }.items():
        found[name] = ("e.xlsx", workbook(sheets))
    for name, (writer, ending, options) in {
        "SPSS": ("write_sav", ".sav", {}),
        "SPSS, compressed": ("write_sav", ".zsav", {"compress": True}),
        "SPSS, numbered otherwise": ("write_sav", ".sav", {"recoded": True}),
        "SPSS, portable": ("write_por", ".por", {}),
        "Stata": ("write_dta", ".dta", {}),
        "Stata of old": ("write_dta", ".dta", {"version": 10}),
        "SAS": ("write_xport", ".xpt", {"file_format_version": 8}),
    }.items():
        found[name] = (f"e{ending}", statistical(writer, ending, **options))
    found["Parquet"] = ("e.parquet", parquet())
    pages = {"en": "utf-8", "fr": "cp1252", "es": "cp1252", "pt": "utf-16", "ru": "cp1251", "ar": "cp1256"}
    for language, encoding in pages.items():
        for separator, name in ((",", "comma"), (";", "semicolon"), ("\t", "tab")):
            found[f"words in {language}, {encoding}, {name}"] = ("e.csv", plain(language, separator, encoding))
    found["codes, lone carriage returns"] = ("e.csv", plain(None, ",", "utf-8-sig", end="\r"))
    found["ODK Central, saved anew with pipes"] = ("e.txt", delimited([[c.replace("|", ";") if isinstance(c, str) else c for c in row] for row in odk_central()], "|"))
    return found

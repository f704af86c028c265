"""Every reader gives text, untouched, and says what it can't read."""

import polars as pl
import pytest

from pipeline.errors import SubmissionError
from pipeline.ingest.readers import read_export
from pipeline.ingest.text import key


def write(tmp_path, content: bytes, name="export.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_encodings_and_separators(tmp_path, encoding, separator):
    text = f"Q1{separator}Q2\r\n1{separator}très élevé\r\n007{separator}N/A\r\n\r\n"
    table = read_export(write(tmp_path, text.encode(encoding)))
    assert table.headings == ["Q1", "Q2"]
    assert table.rows.rows() == [(2, "1", "très élevé"), (3, "007", "N/A")]


def test_lone_carriage_returns_end_lines(tmp_path):
    assert read_export(write(tmp_path, b"Q1,Q2\r1,2\r3,4\r")).rows.height == 2


def test_xlsx_codes_stay_text(tmp_path):
    path = tmp_path / "x.xlsx"
    pl.DataFrame({"Q1": ["1", "N/A"], "Q2": ["007", "4"]}).write_excel(path)
    assert read_export(path).rows.rows() == [(2, "1", "007"), (3, "N/A", "4")]


def test_spss_user_missing_codes_are_kept(tmp_path):
    import pyreadstat

    path = tmp_path / "x.sav"
    frame = pl.DataFrame({"Q1": [1.0, 9.0, None]})
    pyreadstat.write_sav(
        frame, str(path), missing_ranges={"Q1": [9]}, variable_value_labels={"Q1": {1: "yes", 9: "refused"}}
    )
    assert read_export(path).rows["c0"].to_list() == ["1", "9", None]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "e.csv", "empty"),
        (b"\xef\xbb\xbf\r\n", "e.csv", "empty"),
        (b"Q1,Q2\r\n", "e.csv", "no row of answers"),
        (b"Q1,Q2\r\n1,2,3\r\n", "e.csv", "more cells than the heading"),
        (b'Q1,Q2\r\n"1,2\r\n', "e.csv", "quote"),
        (b"not a workbook", "e.xlsx", "extension"),
        (b"PK\x03\x04broken", "e.xlsx", "Excel"),
        (b"$FL2broken", "e.sav", "SPSS"),
        (b"Q1,Q2\n1,\0\0\n", "e.csv", "NUL"),
    ],
)
def test_unusable_files_say_why(tmp_path, content, name, message):
    with pytest.raises(SubmissionError, match=message):
        read_export(write(tmp_path, content, name))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("D’accord", "d'accord "),
        ("4.0", "4"),
        ("٤", "4"),
        ("موافـق", "موافق"),
        ("ﬁn", "FIN"),
        ("\u200fنعم", "نعم"),
        ("a\u00a0b", "A b"),
    ],
)
def test_spellings_that_readers_take_for_one(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(("language", "encoding"), [("ru", "cp1251"), ("ar", "cp1256"), ("fr", "cp1252")])
def test_the_code_page_is_the_one_that_makes_the_instrument_s_words(tmp_path, language, encoding):
    """cp1252 takes almost any byte, so that only the words tell."""
    from pipeline.code import PROJECT
    from pipeline.ingest.match import vocabulary
    from pipeline.instrument import load_instruments

    instruments = load_instruments(PROJECT / "surveys" / "instruments")
    scale = instruments[0].scales[instruments[0].items[0].scale]
    labels = [c.label[language] for c in scale.categories]
    content = "\r\n".join(["Q01;Q02", *(f"{one};{labels[0]}" for one in labels)]).encode(encoding)
    table = read_export(write(tmp_path, content), vocabulary(instruments))
    assert table.rows["c0"].to_list() == labels and encoding in table.described

"""The estimates as SDMX: every row, official statuses, codes that the structure explains."""

import json
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.sdmx import _word
from pipeline.formats.sdmx import DIMENSIONS, code_id, observations

IDENTIFIER = re.compile(r"[A-Za-z0-9_@$-]+")  # SDMX's IDType


@pytest.fixture(scope="module")
def data(sample_run) -> pl.DataFrame:
    return pl.read_csv(sample_run / "release" / "estimates.sdmx.csv", schema_overrides=dict.fromkeys(DIMENSIONS, pl.String))


@pytest.fixture(scope="module")
def estimates(sample_run) -> pl.DataFrame:
    return pl.read_parquet(sample_run / "release" / "estimates.parquet")


@pytest.fixture(scope="module")
def structure(sample_run) -> dict:
    return json.loads((sample_run / "release" / "estimates.sdmx.json").read_text(encoding="utf-8"))["data"]


def codes(structure: dict, name: str) -> dict[str, dict]:
    return {c["id"]: c for found in structure["codelists"] if found["id"] == name for c in found["codes"]}


@given(st.text(min_size=1))
def test_a_code_becomes_an_identifier_and_back(code):
    assert IDENTIFIER.fullmatch(code_id(code)) and _word(code_id(code)) == code


def test_it_names_its_dataflow_as_sdmx_csv_does(data, structure):
    assert data.columns[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert data.select(pl.col("STRUCTURE", "STRUCTURE_ID", "ACTION").unique()).rows() == [("dataflow", "CIPS:DF_ESTIMATES(1.0.0)", "I")]
    flow = structure["dataflows"][0]
    assert f"{flow['agencyID']}:{flow['id']}({flow['version']})" == "CIPS:DF_ESTIMATES(1.0.0)"


def test_its_values_are_the_estimates_in_their_order(data, estimates):
    assert data["OBS_VALUE"].equals(estimates["estimate"]) and data["BASE"].equals(estimates["n"])
    assert data["CI_LOW"].equals(estimates["ci_low"])


def test_a_suppressed_figure_is_missing_and_says_so(data, estimates):
    hidden = data.filter(pl.col("OBS_STATUS") == "Q")
    assert hidden.height == estimates.filter(status="suppressed").height > 1000
    assert hidden.select("OBS_VALUE", "STD_ERR", "CI_LOW", "CI_HIGH", "DF", "BASE", "DEFF").null_count().row(0) == (hidden.height,) * 7
    assert set(data["OBS_STATUS"]) == {"A", "Q", "U"}


def test_its_dimensions_tell_every_observation_from_every_other(data):
    assert not data.select(*DIMENSIONS, "TIME_PERIOD").is_duplicated().any()
    assert data.select(*DIMENSIONS, "TIME_PERIOD").null_count().sum_horizontal().item() == 0


def test_every_code_is_in_its_list_and_every_listed_code_is_used(data, structure):
    for name in (*DIMENSIONS, "UNIT_MEASURE"):
        used, listed = set(data[name]), set(codes(structure, f"CL_{name}"))
        assert used <= listed and (used == listed or name == "UNIT_MEASURE"), name


def test_codes_bear_the_questionnaire_s_words_in_its_languages(structure):
    item = codes(structure, "CL_INDICATOR")["Q35"]
    assert {"en", "fr", "ar"} <= set(item["names"]) and item["name"] == item["names"]["en"] != "Q35"


def test_a_code_with_several_meanings_has_them_all(structure):
    said = codes(structure, "CL_CATEGORY")["1"]["annotations"]
    assert {"Strongly disagree", "Yes"} <= {a["text"] for a in said}
    assert all(re.match(r"\S+ [QP]\d+$", a["type"]) for a in said)


def test_the_structure_has_every_column_of_the_data_once(data, structure):
    parts = structure["dataStructures"][0]["dataStructureComponents"]
    named = [d["id"] for d in parts["dimensionList"]["dimensions"]] + [parts["dimensionList"]["timeDimension"]["id"]]
    named += [m["id"] for m in parts["measureList"]["measures"]] + [a["id"] for a in parts["attributeList"]["attributes"]]
    assert named == data.columns[3:]
    concepts = {c["id"] for c in structure["conceptSchemes"][0]["concepts"]}
    assert concepts == set(named)


def test_every_reference_leads_somewhere(structure):
    lists = {f"{c['agencyID']}:{c['id']}({c['version']})" for c in structure["codelists"]}
    told = re.findall(r"codelist\.Codelist=([^\"]+)", json.dumps(structure))
    assert set(told) == lists


def test_a_second_wave_of_a_year_is_told_by_its_dimension(estimates):
    found = observations(estimates.head(1).with_columns(wave=pl.lit("2024b")))
    assert found.select("WAVE", "TIME_PERIOD").row(0) == ("2024b", "2024")

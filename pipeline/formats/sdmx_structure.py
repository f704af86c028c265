"""What the codes of the SDMX file mean: dataflow, data structure, concepts and code lists, made from the codebook."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.formats.dictionary import dictionary
from pipeline.formats.sdmx import (
    AGENCY,
    ALL,
    ATTRIBUTES,
    DIMENSIONS,
    FLOW,
    NOT_APPLICABLE,
    SHARE,
    STATUS,
    TIME,
    UNIT,
    VERSION,
    code_id,
)

STRUCTURE, CONCEPTS = "DSD_ESTIMATES", "CS_ESTIMATES"
OFFICIAL = {"OBS_STATUS": ("SDMX", "CL_OBS_STATUS", "2.2.0")}  # code lists that are not ours
LISTS = {name: f"CL_{name}" for name in (*DIMENSIONS, "UNIT_MEASURE")}
SPECIAL = {ALL: {"en": "All"}, NOT_APPLICABLE: {"en": "Not applicable"}}
STATUS_NAMES = {"A": "Normal value", "U": "Low reliability", "Q": "Missing value; suppressed"}
UNIT_NAMES = {SHARE: "Share of 0 to 1", UNIT["mean_score"]: "Score of 0 to 100", UNIT["mean"]: "Number as asked"}
Texts = dict[str, str]  # language -> text
Named = dict[str, list[tuple[str, Texts]]]  # code -> (where it is said, wording), the one to show last


def structure(estimates: pl.DataFrame, codebook: dict) -> dict:
    """An SDMX-JSON 2.0 structure message. Where questionnaires word a code differently its name is the last one's, and all stand in annotations."""
    lists = [_codelist(name, _names(name, estimates, codebook)) for name in DIMENSIONS]
    units = {code: [("", {"en": said})] for code, said in UNIT_NAMES.items()}
    return {
        "data": {
            "dataflows": [_item(FLOW, "Estimates", structure=_urn("datastructure.DataStructure", STRUCTURE))],
            "dataStructures": [_data_structure()],
            "conceptSchemes": [_item(CONCEPTS, "Concepts of the estimates", concepts=_concepts())],
            "codelists": [*lists, _codelist("UNIT_MEASURE", units), _official_status()],
        }
    }


def _urn(kind: str, name: str, agency: str = AGENCY, version: str = VERSION, part: str = "") -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={agency}:{name}({version}){part}"


def _item(name: str, title: str, agency: str = AGENCY, version: str = VERSION, **more) -> dict:
    return {"id": name, "agencyID": agency, "version": version, "name": title, "names": {"en": title}, **more}


def _concept(name: str) -> str:
    return _urn("conceptscheme.Concept", CONCEPTS, part=f".{name}")


def _data_structure() -> dict:
    dimensions = [
        {"id": name, "position": place, "conceptIdentity": _concept(name), "localRepresentation": _codes(name)}
        for place, name in enumerate(DIMENSIONS)
    ]
    time = {"id": TIME, "conceptIdentity": _concept(TIME), "localRepresentation": {"format": {"dataType": "GregorianYear"}}}
    parts = {
        "dimensionList": {"id": "DimensionDescriptor", "dimensions": dimensions, "timeDimension": time},
        "measureList": {"id": "MeasureDescriptor", "measures": [{"id": "OBS_VALUE", "conceptIdentity": _concept("OBS_VALUE")}]},
        "attributeList": {"id": "AttributeDescriptor", "attributes": [*_attributes()]},
    }
    return _item(STRUCTURE, "Structure of the estimates", dataStructureComponents=parts)


def _codes(name: str) -> dict:
    agency, codes, version = OFFICIAL.get(name) or (AGENCY, LISTS[name], VERSION)
    return {"enumeration": _urn("codelist.Codelist", codes, agency, version)}


def _attributes() -> Iterator[dict]:
    for name in ("OBS_STATUS", "UNIT_MEASURE", *ATTRIBUTES):
        shown = {"format": {"dataType": "Double"}} if name in ATTRIBUTES else _codes(name)
        usage = "optional" if name in ATTRIBUTES else "mandatory"
        common = {"id": name, "conceptIdentity": _concept(name), "usage": usage, "localRepresentation": shown}
        yield common | {"attributeRelationship": {"observation": {}}}


def _concepts() -> list[dict]:
    columns = {c.name: c.meaning for c in dictionary()["estimates"].columns}
    said = {name: columns[column] for name, (column, _) in DIMENSIONS.items()}
    said |= {TIME: "Year of the wave", "OBS_VALUE": columns["estimate"], "OBS_STATUS": columns["status"], "UNIT_MEASURE": "Unit of the value"}
    said |= {name: columns[column] for name, column in ATTRIBUTES.items()}
    return [{"id": name, "name": text, "names": {"en": text}} for name, text in said.items()]


def _official_status() -> dict:
    """The part of SDMX's list that is used here."""
    agency, name, version = OFFICIAL["OBS_STATUS"]
    codes = [{"id": code, "name": STATUS_NAMES[code], "names": {"en": STATUS_NAMES[code]}} for code in STATUS.values()]
    return _item(name, "Observation status", agency, version, isPartial=True, codes=codes)


def _codelist(name: str, said: Named) -> dict:
    return _item(LISTS[name], name.replace("_", " ").capitalize(), codes=[_code(c, texts) for c, texts in sorted(said.items())])


def _code(code: str, said: list[tuple[str, Texts]]) -> dict:
    names = said[-1][1]
    found = {"id": code, "name": _shown(names) or code, "names": names or {"en": code}}
    different = len({_shown(texts) for _, texts in said}) > 1
    return found | ({"annotations": [_annotation(where, texts) for where, texts in said]} if different else {})


def _annotation(where: str, texts: Texts) -> dict:
    return {"type": where, "text": _shown(texts), "texts": texts}


def _shown(texts: Texts) -> str:
    return texts.get("en") or next(iter(texts.values()), "")


def _names(dimension: str, estimates: pl.DataFrame, codebook: dict) -> Named:
    """Every code of a dimension that the estimates hold, with what the codebook says of it."""
    column, empty = DIMENSIONS[dimension]
    known = dict(_wording(dimension, codebook))
    codes = sorted(estimates[column].fill_null("").unique())
    return {code_id(c) if c else empty: known.get(c, [("", {"en": c} if c else SPECIAL[empty])]) for c in codes}


def _wording(dimension: str, codebook: dict) -> Iterator[tuple[str, list[tuple[str, Texts]]]]:
    found: Named = {}
    for code, where, texts in _said(dimension, codebook):
        if texts and (where, texts) not in found.setdefault(code, []):
            found[code].append((where, texts))
    yield from ((code, said) for code, said in found.items() if said)


def _said(dimension: str, codebook: dict) -> Iterator[tuple[str, str, Texts]]:
    """(code, where it is said, wording)."""
    if dimension == "REF_AREA":
        yield from ((code, "", member["name"]) for code, member in codebook["members"].items())
    if dimension == "MEASURE":
        measure = next(c for c in dictionary()["estimates"].columns if c.name == "measure")
        yield from ((code, "", {"en": said}) for code, said in measure.values.items())
    for name, instrument in codebook["instruments"].items():
        if dimension in ("INDICATOR", "DOMAIN_VARIABLE"):
            yield from ((part["code"], name, part["title"]) for part in (*instrument["factors"], *instrument["indices"]))
            yield from ((item["code"], name, item["text"]) for item in instrument["items"])
        if dimension == "POPULATION":
            yield instrument["population"], name, instrument["title"]
        if dimension in ("CATEGORY", "DOMAIN_CATEGORY"):
            for item in instrument["items"]:
                answers = (*item["categories"], *item["missing"])
                yield from ((a.get("reason") or a["code"], f"{name} {item['code']}", a["label"]) for a in answers)

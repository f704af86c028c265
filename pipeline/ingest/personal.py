"""Personal data that should not be in an export: found by what its columns are called and by what they hold.

Only columns that an instrument knows enter the store. What is found here is named to whoever handed the file in, so that
the next export leaves it out; where an instrument's own column holds it, its values are replaced by running numbers.
"""

from __future__ import annotations

import re

import polars as pl

from pipeline.ingest.text import key

BY_NAME = {  # kind -> words of a heading, in the languages of the survey
    "e-mail addresses": r"e-?mails?|courriel|correo|электронн\w+ почт\w+|البريد|recipientemail",
    "names of people": r"(recipient|submitter|respondent)?[ _]?(first|last|full|family|given|user)?[ _]?names?|nom|prénom|nombres?|apellidos?|nome|имя|фамилия|الاسم",
    "telephone numbers": r"(tele)?phones?( ?numbers?)?|mobile|téléphone|teléfono|telefone|телефон|الهاتف|phonenumber|simserial|subscriberid",
    "network addresses": r"ip[ _]?addr(ess)?|ipaddr|adresse ip|refurl|referrer( url)?",
    "places": r"(location[ _]?)?(latitude|longitude|gps)|geopoint|geolocation|coordinates|locationlatitude|locationlongitude|altitude|accuracy",
    "devices": r"device[ _]?id|imei|serial( ?number)?|browser|user[ _]?agent|deviceid",
    "identity numbers": r"(national|staff|employee|badge|passport|personnel)[ _]?(id|no|number)|matricule|token|external ?(data)? ?reference",
    "small offices": r"(office|post|station|unit|bureau|customs house)[ _]?(code|name|id)?|lieu de travail|пост",
    "exact times": r"start[ _]?(date|time)|end[ _]?(date|time)|completion time|submit ?date|submission[ _]?(date|time)|recorded ?date|timestamp|datestamp|creation date|last update|start|end|_submission_time",
}
NAMED = {kind: re.compile(pattern) for kind, pattern in BY_NAME.items()}
BY_CONTENT = {  # kind -> what a whole cell, or the beginning of it, looks like
    "e-mail addresses": r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$",
    "network addresses": r"(\d{1,3}\.){3}\d{1,3}$|([0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}$",
    "places": r"-?\d{1,3}\.\d{4,}[ ,;]+-?\d{1,3}\.\d{4,}",
    "telephone numbers": r"\+\d[\d ()./-]{7,}$|0\d{2,3}[ /-]\d[\d /-]{5,}$",
    "exact times": r"(\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4})[ T]\d{1,2}:\d\d",
    "devices": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$|\d{15}$|([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$",
}
SHARE = 0.2  # of a column's cells that must look so


def kind_of(heading: str, cells: pl.Series) -> str:
    """What personal data a column holds, '' for none that is known of."""
    name = key(heading.rsplit("/", 1)[-1]).strip(" _:")
    named = next((kind for kind, words in NAMED.items() if words.fullmatch(name)), "")
    return by_content(cells) or named


def by_content(cells: pl.Series) -> str:
    """By the cells alone; some of them are enough, for people answer otherwise too."""
    filled = cells.drop_nulls().str.strip_chars()
    filled = filled.filter(filled != "")
    if filled.is_empty():
        return ""
    return next((kind for kind, looks in BY_CONTENT.items() if filled.str.contains(f"^(?:{looks})").mean() >= SHARE), "")


def numbered(cells: pl.Series) -> pl.Series:
    """Running numbers in place of the values, the same for the same: what a design needs of a sampling unit."""
    order = {value: f"{k:06d}" for k, value in enumerate(sorted(cells.drop_nulls().unique()), 1)}
    return cells.replace_strict(order, default=None, return_dtype=pl.String).alias(cells.name)

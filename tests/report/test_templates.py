"""What the templates call does as jinja and markupsafe do, only sooner."""

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup, escape

from pipeline.report.templates import _environment
from pipeline.report.wording import Wording, cell_number


def printed(text: str, **values) -> str:
    return _environment().from_string(text).render(t=Wording("en"), decimals=1, **values)


@pytest.mark.parametrize("value", ["a & <b> 'c' \"d\"", Markup("<b>"), cell_number("<1>", "x"), Wording("en").number(1.25, 1), 1, 1.0, True, None])
def test_values_are_escaped_as_markupsafe_does(value):
    assert printed("<{{ x }}>", x=value) == f"<{escape(value)}>"


def test_what_a_macro_gives_is_not_escaped_again():
    assert printed("{% macro cell(x) %}<td>{{ x }}</td>{% endmacro %}{{ cell('<') }}") == "<td>&lt;</td>"


def test_a_key_comes_before_a_method():
    assert printed("{{ r.items }} {{ r.get('items') }}", r={"items": 3}) == "3 3"


def test_a_key_that_is_not_there_is_an_error():
    with pytest.raises(UndefinedError):
        printed("{{ r.other }}", r={"items": 3})


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("interval(1, 2)", "<bdi>1.0 to 2.0</bdi>"),
        ("interval(1, 2, true)", "<bdi>1 to 2</bdi>"),
        ("interval(none, 2)", ""),
        ("interval(1, none)", ""),
        ("interval(1, 2.5, id='a')", '<bdi><span id="a-low" data-raw="1">1.0</span> to <span id="a-high" data-raw="2.5">2.5</span></bdi>'),
    ],
)
def test_intervals(call, shown):
    assert printed(f"{{{{ {call} }}}}") == shown

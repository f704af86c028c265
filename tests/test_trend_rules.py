"""trends.yaml: its defaults, and what is wrong with it in plain words."""

import pytest

from pipeline.errors import ConfigurationError
from pipeline.fingerprint import fingerprint
from pipeline.workspace import load_workspace

FORM = "instrument: form\npopulation: p\nscales: {s: {kind: single, categories: [{code: a}]}}\nitems: [{code: Q, scale: s}]\n"


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "form.yaml").write_text(FORM, encoding="utf-8")
    (tmp_path / "members.yaml").write_text("AAA: {}\n", encoding="utf-8")

    def load(text: str | None = None):
        if text is not None:
            (tmp_path / "trends.yaml").write_text(text, encoding="utf-8")
        return load_workspace(tmp_path, tmp_path / "out")

    return load


def test_without_the_file_three_points_are_no_change_and_no_step_is_looked_for(workspace):
    assert workspace().trends.model_dump() == {"equivalence_points": 3.0, "change_point": False}


def test_it_may_say_otherwise_and_then_the_release_is_another(workspace):
    before = fingerprint(workspace())
    rules = workspace("equivalence_points: 5\nchange_point: true\n")
    assert rules.trends.model_dump() == {"equivalence_points": 5.0, "change_point": True}
    assert fingerprint(rules) != before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("equivalence_points: none\n", "equivalence_points: must be a number"),
        ("equivalence_points: 0\n", "equivalence_points: it should be greater than 0"),
        ("equivalence_points: 70\n", "equivalence_points: it should be less than or equal to 50"),
        ("change_point: perhaps\n", "change_point: must be true or false"),
        ("changepoint: true\n", "changepoint: is no key that is known here; did you mean 'change_point'?"),
        ("- 3\n", "must be a mapping"),
        ("equivalence_points: [\n", "line 2"),
    ],
)
def test_faults_are_said_with_the_file_and_the_place(workspace, text, said):
    with pytest.raises(ConfigurationError) as caught:
        workspace(text)
    assert "trends.yaml" in str(caught.value) and said in str(caught.value)

"""One world, handed in by each member from another tool: every member has the same figures."""

import json

import polars as pl
import pytest
import yaml

from tests.crash.world import command_line
from tests.ingest.exports import everything
from tests.ingest.survey import instrument


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The members' tools, and the release."""
    root = tmp_path_factory.mktemp("tools") / "surveys"
    (root / "instruments").mkdir(parents=True)
    survey = json.loads(instrument().model_dump_json(exclude_defaults=True, by_alias=True))
    (root / "instruments" / "trade.yaml").write_text(yaml.safe_dump(survey, allow_unicode=True), encoding="utf-8")
    tools = {f"M{k:02}": export for k, export in enumerate(everything().items())}
    (root / "members.yaml").write_text("".join(f"{m}: {{name: {{en: {m}}}}}\n" for m in tools), encoding="utf-8")
    for member, (_, (file, content)) in tools.items():
        path = root / "inbox" / member / "2024" / f"private_sector{file[1:]}"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    out = root.with_name("out")
    for command in ("ingest", "release"):
        done = command_line(root, out, command)
        assert done.returncode == 0, done.stderr + done.stdout
    return {m: name for m, (name, _) in tools.items()}, out / "release"


def test_every_tool_s_member_has_the_same_figures(released):
    tools, release = released
    figures = pl.read_parquet(release / "estimates.parquet").with_columns(pl.selectors.float().round(9))  # sums in another order
    assert figures["member"].n_unique() == len(tools) > 40
    own = {m: rows.drop("member").rows() for (m,), rows in figures.sort(figures.columns).group_by("member", maintain_order=True)}
    assert len(own["M00"]) > 30
    assert [tools[m] for m in tools if own[m] != own["M00"]] == []

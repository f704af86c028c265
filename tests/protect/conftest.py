"""A workspace for one member, to be handed files and to make releases of."""

from pathlib import Path

import pytest
import yaml

from tests.protect.worlds import INSTRUMENT


@pytest.fixture
def place(tmp_path) -> Path:
    (tmp_path / "w" / "instruments").mkdir(parents=True)
    document = INSTRUMENT.model_dump(mode="json", exclude_defaults=True)
    (tmp_path / "w" / "instruments" / "world.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    (tmp_path / "w" / "members.yaml").write_text("AAA: {}\n", encoding="utf-8")
    return tmp_path

"""`python -m tests.bench.peers [RESPONDENTS]`: the peers alone, on a seeded world of that size; `make bench` has them too."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pipeline.run import ingest
from pipeline.workspace import load_workspace
from tests.bench import stage
from tests.bench.bench import RUNS
from tests.bench.peers.versus import against_peers
from tests.bench.world import world


def main() -> int:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with tempfile.TemporaryDirectory() as temporary:
        root, out = world(Path(temporary), size), Path(temporary) / "out"
        workspace = load_workspace(root, out)
        ingest(workspace)
        whole, asked = (stage.took(name, workspace, RUNS) for name in ("estimate", "asked"))
        return 0 if against_peers(root, out, asked, whole)["same"] else 1


if __name__ == "__main__":
    sys.exit(main())

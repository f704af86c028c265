"""Where everything lies: what a run reads below the workspace, what it writes below `out`.

By nothing but the standard library, for commands that need no more than a path.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigurationError

READ = ("*.yaml", "*.csv", "instruments/*.yaml", "instruments/*.yml", "frames/*.csv", "bundles/*.cips", "inbox/**/*")


@dataclass(frozen=True)
class Paths:
    """root: the workspace, which is read only; out: the store, receipts and outputs."""

    root: Path
    out: Path

    def check(self) -> None:
        """Raises ConfigurationError where there is no workspace."""
        if not self.root.is_dir():
            raise ConfigurationError(
                f"{self.root}: no such workspace folder. Give one with --workspace DIR, or make one with `cips demo DIR`."
            )

    @property
    def read(self) -> list[Path]:
        """All files that a run reads of the workspace, but for its key; links in the inbox among them (see inbox.py)."""
        found = {path for pattern in READ for path in self.root.glob(pattern) if not path.name.startswith(".")}
        return sorted(path for path in found if path.is_symlink() or not path.is_dir())

    @property
    def settings(self) -> list[Path]:
        """What a run reads beside what was handed in."""
        return [path for path in self.read if not {self.inbox, self.bundles} & set(path.parents)]

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def store(self) -> Path:
        return self.out / "store.duckdb"

    @property
    def kept(self) -> Path:
        """What the next run need not work out again; as confidential as the store, and of no use but speed."""
        return self.out / "kept"

    @property
    def kept_counts(self) -> Path:
        """What units' answers add up to."""
        return self.kept / "counts"

    @property
    def kept_regressions(self) -> Path:
        return self.kept / "regressions"

    @property
    def receipts(self) -> Path:
        return self.out / "receipts"

    @property
    def release(self) -> Path:
        return self.out / "release"

    @property
    def reports(self) -> Path:
        return self.out / "reports"

    @property
    def published(self) -> Path:
        """Earlier releases: what a new one is set against, so that the difference tells of nobody."""
        return self.out / "published"

    @property
    def public_figures(self) -> Path | None:
        """What is publicly known of members' samples and results, for the audit to match against; None where nothing is."""
        path = self.root / "public_figures.csv"
        return path if path.is_file() else None

    @property
    def kept_key(self) -> Path:
        """Where the workspace's owner may keep the key of the pseudonyms."""
        return self.root / "pseudonyms.key"

    @property
    def key(self) -> Path:
        """The key of the pseudonyms: the workspace's own, else one that a run makes beside the store."""
        return self.kept_key if self.kept_key.exists() else self.out / "pseudonyms.key"

    @property
    def signing_key(self) -> Path:
        """What a member signs its bundles with; it never leaves the member."""
        return self.out / "moments.key"

    @property
    def bundles(self) -> Path:
        """Where bundles lie that were imported: one file a member."""
        return self.root / "bundles"

    @property
    def bundle_files(self) -> list[Path]:
        return sorted(self.bundles.glob("*.cips"))

    @property
    def summary(self) -> Path:
        """What the last run that ended said; none while one is at work."""
        return self.out / "summary.json"

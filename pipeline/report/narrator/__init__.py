"""Findings in words: what a release's tables say of one member and wave, the weightiest first."""

from pipeline.report.narrator.narrate import MOST, narrate

__all__ = ["MOST", "narrate"]

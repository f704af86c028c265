"""Findings in words: what a release's tables say of one member and wave, the weightiest first."""

from pipeline.report.narrator.headlines import headlines
from pipeline.report.narrator.narrate import MOST, narrate, offered, weightiest

__all__ = ["MOST", "headlines", "narrate", "offered", "weightiest"]

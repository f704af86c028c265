"""Batch analytics for the Customs Integrity Perception Survey (CIPS).

Exports in an inbox become rows in a store, moments, estimates, a protected
release, and reports that read the release and nothing else.
"""

__version__ = "0.1.0"

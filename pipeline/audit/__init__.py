"""An attacker of our own: it knows what a reader sees, the release and the pages, and nothing of how they were made.

`audit` returns what it could work out; an empty list is what a release should give.
"""

from pipeline.audit.attacks import MECHANICAL, audit
from pipeline.audit.finding import Finding

__all__ = ["MECHANICAL", "Finding", "audit"]

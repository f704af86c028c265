"""Did the measures work: factors with initiatives beside factors without, and targets."""

from pipeline.estimate.outcomes.factors import factor_results
from pipeline.estimate.outcomes.members import member_results
from pipeline.estimate.outcomes.targets import target_results

__all__ = ["factor_results", "member_results", "target_results"]

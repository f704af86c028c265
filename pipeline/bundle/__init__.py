"""Moment bundles: a member that keeps its answers at home takes part with the sums behind its protected figures.

`export` writes them at home, `receive` checks and keeps them at the Secretariat, `merge` makes estimates of them in a run.
"""

"""The estimation stage beside other people's survey packages: the same estimates from the same answers, compared and timed.

shared.py writes what all are given; svy_peer.py, samplics_peer.py (with task.py), survey.R and svyby.R (with task.R)
estimate, each in a process of its own without the pipeline; compare.py sets their figures against ours; versus.py runs
them and reports.
"""

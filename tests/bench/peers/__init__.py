"""The estimation stage beside other people's survey packages: the same estimates and tests from the same answers, compared and timed.

ours.py does what is asked for, shared.py writes what all are given; svy_peer.py, samplics_peer.py (with task.py), survey.R
and svyby.R (with task.R and tests.R) do it too, each in a process of its own without the pipeline; compare.py and
compare_tests.py set their figures against ours; versus.py runs them and reports.
"""

"""Figures that administrations keep themselves: read, put into rates, and their totals checked. They never touch an answer."""

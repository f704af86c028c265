"""Estimates and comparisons with design-based errors, computed from moments."""

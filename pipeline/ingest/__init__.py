"""Exports become submissions: read as text, matched to an instrument."""

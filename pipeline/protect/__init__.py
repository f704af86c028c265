"""Disclosure control: the only door between estimates and the world."""

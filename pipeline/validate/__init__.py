"""Rules decide which rows count; every row that does not is quarantined with its reason."""

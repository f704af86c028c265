"""For the analyst: a release opened for reading, asked in SQL, explained, verified."""

"""From an export or a form to a questionnaire: a first draft, and what it still lacks."""

"""What goes with behaviour and experience: regressions on factor scores and profile, never a statement of cause."""

"""`python -m pipeline` is the same as `cips`."""

from pipeline.cli import main

main()

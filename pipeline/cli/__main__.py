"""`python -m pipeline.cli`, where the script `study-index` is not installed."""

from pipeline.cli import main

main()

"""The command line: `study-index`."""

from pipeline.cli.app import main

__all__ = ["main"]

"""Imports the command line and reads a record, so that processes that are forked from here have done so."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pipeline.cli.app
import pipeline.cli.report_tables
import pipeline.run.runner  # noqa: F401
from pipeline.catalogue.corrections import NONE
from pipeline.operations.read_files import FileReader, catalogue_of_format
from tests.support import ddi

with TemporaryDirectory() as folder:
    file = Path(folder) / "study.xml"
    file.write_text(ddi(1), encoding="utf-8")
    list(FileReader(str(file), catalogue_of_format("ddi-codebook"), NONE))

"""Loads the vocabularies of enrichment when it is imported, so that processes that are forked later have them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.catalogue.corrections import NONE
from pipeline.operations.read_files import FileReader, catalogue_of_format
from tests.support import ddi

with TemporaryDirectory() as folder:
    file = Path(folder) / "study.xml"
    file.write_text(ddi(1), encoding="utf-8")
    list(FileReader(str(file), catalogue_of_format("ddi-codebook"), NONE))

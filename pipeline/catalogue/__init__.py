"""Catalogue files: their keys, where they are found, and how they are read."""

from pipeline.catalogue.broken import BrokenFile, broken_file
from pipeline.catalogue.files import every, find, load, paths
from pipeline.catalogue.model import Catalogue
from pipeline.catalogue.protocols import (
    DataverseProtocol,
    FilesProtocol,
    JsonProtocol,
    OaiPmhProtocol,
    SitemapProtocol,
)
from pipeline.catalogue.variables import expand, holds_variable, unset

__all__ = [
    "BrokenFile",
    "Catalogue",
    "DataverseProtocol",
    "FilesProtocol",
    "JsonProtocol",
    "OaiPmhProtocol",
    "SitemapProtocol",
    "broken_file",
    "every",
    "expand",
    "find",
    "holds_variable",
    "load",
    "paths",
    "unset",
]

"""Catalogue files: their keys, where they are found, and how they are read."""

from pipeline.catalogue.files import every, find, load, paths
from pipeline.catalogue.model import Catalogue
from pipeline.catalogue.protocols import (
    DataverseProtocol,
    FilesProtocol,
    JsonProtocol,
    OaiPmhProtocol,
    SitemapProtocol,
)
from pipeline.catalogue.variables import expand, holds_variable

__all__ = [
    "Catalogue",
    "DataverseProtocol",
    "FilesProtocol",
    "JsonProtocol",
    "OaiPmhProtocol",
    "SitemapProtocol",
    "every",
    "expand",
    "find",
    "holds_variable",
    "load",
    "paths",
]

"""Catalogue files: what they may say, and where they are found."""

from pipeline.catalogue.model import Catalogue, every, expand, find, is_variable, load, paths
from pipeline.catalogue.protocols import (
    DataverseProtocol,
    FilesProtocol,
    JsonProtocol,
    OaiPmhProtocol,
    SitemapProtocol,
)

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
    "is_variable",
    "load",
    "paths",
]

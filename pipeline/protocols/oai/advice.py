"""What to do about the errors of OAI-PMH 2.0 (section 3.6)."""

from __future__ import annotations

from oaipmh_scythe import exceptions
from oaipmh_scythe.models import MetadataFormat

from pipeline.errors import StudyIndexError
from pipeline.protocols.oai.client import Provider

BASE_URL_ADVICE = "Check the url in the catalogue file: it has to be the server's OAI-PMH base URL."

_ADVICE: dict[type[exceptions.OAIPMHException], str] = {
    exceptions.BadArgument: "Check metadata_prefix and set in the catalogue file, and the date of --since.",
    exceptions.BadResumptionToken: (
        "The list broke off there twice. Ask whoever runs the server how long its resumption tokens live, then run the "
        "catalogue again."
    ),
    exceptions.BadVerb: BASE_URL_ADVICE,
    exceptions.NoRecordsMatch: "The list broke off there: run the catalogue again.",
    exceptions.NoSetHierarchy: "The server has no sets: remove set from the catalogue file.",
}


def code_of(error: exceptions.OAIPMHException) -> str:
    """The error's code as the specification writes it: `badArgument`."""
    name = type(error).__name__
    return name[0].lower() + name[1:]


def advice(provider: Provider, error: exceptions.OAIPMHException) -> str:
    """What to do; may ask the server which metadata prefixes it offers."""
    if isinstance(error, exceptions.CannotDisseminateFormat):
        known = _prefixes(provider)
        return "Change metadata_prefix in the catalogue file" + (f" to one of {known}." if known else ".")
    return _ADVICE.get(type(error), "Tell whoever runs the server.")


def _prefixes(provider: Provider) -> str:
    """The metadata prefixes that the server offers; empty where it does not say."""
    try:
        formats = [item for item in provider.list_metadata_formats() if isinstance(item, MetadataFormat)]
    except (exceptions.OAIPMHException, StudyIndexError):
        return ""  # the error that this is advice for is about to be raised
    return ", ".join(sorted(item.metadataPrefix for item in formats if item.metadataPrefix))

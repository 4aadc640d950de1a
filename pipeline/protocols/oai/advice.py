"""What to do about the errors of OAI-PMH 2.0 (section 3.6)."""

from __future__ import annotations

from pipeline.errors import StudyIndexError
from pipeline.protocols.oai.client import BASE_URL_ADVICE, OaiError, Provider

_ADVICE = {
    "badArgument": "Check metadata_prefix and set in the catalogue file, and the date of --since.",
    "badResumptionToken": (
        "The server refused a resumption token of its own twice, so the list could not be read to its end. Ask the "
        "operator of the server how long its resumption tokens live, then run the catalogue again."
    ),
    "badVerb": BASE_URL_ADVICE,
    "noRecordsMatch": "The server ended the list before its last page: run the catalogue again.",
    "noSetHierarchy": "The server has no sets: remove set from the catalogue file.",
}


def advice(provider: Provider, error: OaiError) -> str:
    """What to do about an error; may ask the server which metadata prefixes it offers."""
    if error.code == "cannotDisseminateFormat":
        known = _prefixes(provider)
        return "Change metadata_prefix in the catalogue file" + (f" to one of {known}." if known else ".")
    return _ADVICE.get(error.code, "Report it to the operator of the server.")


def _prefixes(provider: Provider) -> str:
    """The metadata prefixes that the server offers; empty where it does not state them."""
    try:
        return ", ".join(sorted(provider.metadata_formats()))
    except (OaiError, StudyIndexError):
        return ""  # the caller raises the error that this advice is for

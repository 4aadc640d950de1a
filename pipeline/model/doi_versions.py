"""Versions in DOIs: which end of a DOI is the number of a version, by the prefix of who registers it.

The end of a DOI means something only where its registrant documents it: `10.5255/ukda-sn-6684-1` is the first version
of study 6684 of the UK Data Archive, and `10.5255/ukda-sn-855557` is a study of its self-deposit service, which has no
versions.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_BY_PREFIX = {
    "10.3886": r"(?P<base>e\d+)v(?P<version>\d+)",  # openICPSR
    "10.4232": r"(?P<base>pairfam\.5678)\.(?P<version>\d+\.\d+\.\d+)",  # the family panel pairfam
    "10.5157": r"(?P<base>neps:[a-z0-9]+):(?P<version>\d+\.\d+\.\d+)",  # National Educational Panel Study
    "10.5255": r"(?P<base>ukda-sn-\d{1,6})-(?P<version>\d{1,3})",  # UK Data Archive
    "10.6103": r"(?P<base>share\.w[0-9a-z]+)\.(?P<version>\d{3})",  # Survey of Health, Ageing and Retirement in Europe
    "10.17632": r"(?P<base>[a-z0-9]{10})\.(?P<version>\d{1,3})",  # Mendeley Data
    "10.20366": r"(?P<base>unimib/unidata/sn\d+)-(?P<version>\d+\.\d+)",  # UniData, Milan
    "10.21249": r"(?P<base>dzhw:[a-z0-9]+):(?P<version>\d+\.\d+\.\d+)",  # DZHW, Hannover
    "10.21338": r"(?P<base>ess\d+[a-z]*)e(?P<version>\d{2}_\d)",  # European Social Survey
    "10.23662": r"(?P<base>fors-ds-\d+)-(?P<version>\d{1,3})",  # FORS, Lausanne
    "10.71760": r"(?P<base>ukllc-dataset-\d+)-(?P<version>\d{2})",  # UK Longitudinal Linkage Collaboration
}
"""By prefix: what follows the slash."""

_PATTERNS = {prefix: re.compile(pattern) for prefix, pattern in _BY_PREFIX.items()}

_MARKED = re.compile(r"(?<=[a-z0-9])[-._]v(?P<version>\d{1,3}(?:\.\d{1,3}){0,2})\Z")
"""A version that is marked as one (`….v2`, `…-v1`): figshare, ICPSR, Sikt, ADP and others of any prefix."""


class Versioned(NamedTuple):
    """A DOI without its version, and that version; None where it has none."""

    base: str
    version: tuple[int, ...] | None


def without_version(doi: str) -> Versioned:
    """A bare DOI in lower case, without the version that it states.

    >>> without_version("10.5255/ukda-sn-6684-12")
    Versioned(base='10.5255/ukda-sn-6684', version=(12,))
    >>> without_version("10.5255/ukda-sn-855557")
    Versioned(base='10.5255/ukda-sn-855557', version=None)
    """
    prefix, _, suffix = doi.partition("/")
    pattern = _PATTERNS.get(prefix)
    if pattern and (match := pattern.fullmatch(suffix)):
        base = match["base"]
    elif match := _MARKED.search(suffix):
        base = suffix[: match.start()]
    else:
        return Versioned(doi, None)
    return Versioned(f"{prefix}/{base}", tuple(map(int, re.findall(r"\d+", match["version"]))))

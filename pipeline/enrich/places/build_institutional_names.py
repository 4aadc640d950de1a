"""Makes `data/institutional_names.txt` and `data/country_ids.txt`: how institutions name and number countries.

    python -m pipeline.enrich.places.build_institutional_names country-codes.csv

The file is `data/country-codes.csv` of https://github.com/datasets/country-codes (Public Domain Dedication and
License): names of the United Nations (M49 and UNTERM, which FAO uses too), and ids of GeoNames and Wikidata. Names of
ISO 3166-1 and ISO 3166-3 are added from pycountry. Of each name, the forms are made that catalogues of statistics use:
turned round ("Korea, Republic of"), abbreviated ("Korea, Rep."), in brackets ("Korea (Rep.)"). Names that follow from
none of these (the World Bank's, Eurostat's) stand in `data/places.yaml`, which wins.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pycountry

from pipeline.enrich.text.tokens import fold_phrase

DATA = Path(__file__).parents[1] / "data"
SOURCE = "https://github.com/datasets/country-codes (PDDL) and ISO 3166-1 by pycountry"
NAMES = (
    "official_name_en",
    "UNTERM English Short",
    "UNTERM English Formal",
    "official_name_fr",
    "UNTERM French Short",
    "UNTERM French Formal",
    "official_name_es",
    "UNTERM Spanish Short",
    "UNTERM Spanish Formal",
)
"""Columns of names in languages whose prose is searched. Those in Arabic, Chinese and Russian are as in CLDR."""

_NOTE = re.compile(r"\s*(?:\*|\((?:the|la|le|les|l['’]|el|los|las)\))\s*\Z", re.IGNORECASE)
_ARTICLE = re.compile(r"\A(?:(?:the|la|le|les|el|los|las)\s|l['’])", re.IGNORECASE)
_KIND_OF_STATE = (
    "Republic|United Republic|Plurinational State|Islamic Republic|Bolivarian Republic|Federated States|State"
    "|Kingdom|Democratic Republic|Democratic People[’']s Republic|People[’']s Democratic Republic|People[’']s Republic"
    "|Arab Republic|Federal Republic|Independent State|Commonwealth|Principality|Union|Co-operative Republic|Emirate"
)
_STATE_OF = re.compile(rf"(?P<kind>{_KIND_OF_STATE}) of (?P<the>the )?(?P<name>.+)")
_STATE_AFTER = re.compile(rf"(?P<name>[^(]+?) \((?P<kind>{_KIND_OF_STATE}) of\)")
_SHORTER = (
    (("Federated States",), ("Fed. Sts.", "Fed. States")),
    (("Democratic",), ("Dem.",)),
    (("Republic",), ("Rep.",)),
    (("Saint ",), ("St. ",)),
    (("Islands",), ("Is.",)),
    (("United States",), ("US", "U.S.")),
    ((" and ",), (" & ",)),
    ((" and the ",), (" & the ", " & ", " and ")),
)
"""Words of names, and what they are shortened to."""


def names_of(row: Mapping[str, str]) -> Iterator[str]:
    """The names of a row of the source, without articles and marks of notes, each as it is and in all its forms."""
    for column in NAMES:
        name = row[column]
        while (shorter := _NOTE.sub("", name)) != name:
            name = shorter
        name = _ARTICLE.sub("", name)
        if name:
            yield from forms(name)


def forms(name: str) -> Iterator[str]:
    """A name, and the forms of it that catalogues of statistics use.

    >>> sorted(forms("Republic of Malta"))[:3]
    ['Malta (Rep. of)', 'Malta (Rep.)', 'Malta (Republic of)']
    """
    seen = dict.fromkeys([name, *_turned(name)])
    for words, shorts in _SHORTER:
        seen |= {
            form.replace(word, short): None for form in list(seen) for word in words for short in shorts if word in form
        }
    yield from seen


def _turned(name: str) -> Iterator[str]:
    """ "Republic of Korea" as "Korea, Republic of", "Korea, Republic", "Korea (Republic of)", "Korea (Republic)"."""
    found = _STATE_OF.fullmatch(name) or _STATE_AFTER.fullmatch(name)
    if found is None:
        return
    kind, of = found["kind"], found["name"]
    yield f"{kind} of {of}"
    short = [kind] if "Rep" in kind or "States" in kind else []
    for end in (
        f"{kind} of",
        f"the {kind} of",
        *short,
        *([f"{kind} of the", f"the {kind} of the"] if " the " in name else []),
    ):
        yield f"{of}, {end}"
        yield f"{of} ({end})"


def institutional_names(rows: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """Folded name → the name, and the ISO 3166-1 alpha-2 code of its country; names of two countries are left out."""
    found: dict[str, tuple[str, str]] = {}
    contested: set[str] = set()
    for name, code in _named(rows):
        key = fold_phrase(name)
        if len(key) <= 3:
            continue
        if found.setdefault(key, (name, code))[1] != code:
            contested.add(key)
    return {key: pair for key, pair in found.items() if key not in contested}


def _named(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for name in names_of(row):
            yield name, row["ISO3166-1-Alpha-2"]
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            if official := getattr(country, attribute, None):
                for form in forms(official):
                    yield form, country.alpha_2


def ids(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Ids of countries: that of GeoNames (`geonames:2750405`), and that of Wikidata (`wikidata:Q55`)."""
    for row in rows:
        code = row["ISO3166-1-Alpha-2"]
        if geonames := row["Geoname ID"].strip():
            yield f"geonames:{geonames}", code
        if wikidata := row["wikidata_id"].rpartition("/")[2]:
            yield f"wikidata:{wikidata}", code


def main() -> int:
    """Writes both files."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    _write("institutional_names.txt", "Names of countries: name, code", sorted(institutional_names(rows).values()))
    _write(
        "country_ids.txt", "Ids of countries in GeoNames (CC BY 4.0) and Wikidata (CC0): id, code", sorted(ids(rows))
    )
    return 0


def _write(name: str, content: str, rows: Iterable[tuple[str, str]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# {content}. From {SOURCE}. Made by pipeline/enrich/places/build_institutional_names.py.\n")
        file.writelines("\t".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    sys.exit(main())

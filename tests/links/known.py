"""200 invented records, with the works that they are and the parents that they have: what a person would say."""

from __future__ import annotations

from collections.abc import Iterator

from tests.links.shelves import Record

TOWNS = ("Alderney", "Brightsea", "Corran", "Dunmore", "Elverum", "Farsund", "Grimsta", "Holmen", "Ivalo", "Jessheim")

Work = tuple[Record, ...]


def known_works() -> list[Work]:
    """The works: of most there is one record, of others several."""
    return [*_copies(), *_versions(), *_families_that_look_alike(), *_stated(), *_sequels_and_waves(), *_namesakes()]


def known_parents() -> dict[str, str]:
    """By harmony_id of a part: that of its whole."""
    return dict(_parents())


def records() -> list[Record]:
    """All records."""
    return [record for work in known_works() for record in work]


def _copies() -> Iterator[Work]:
    """Studies of two archives, whose records an aggregator has as well: by DOI, by study number, or by URN."""
    for number, town in enumerate(TOWNS):
        name, doi = f"Living in {town}", f"10.5072/quay.{number}"
        yield (
            Record(f"quay/Q{number}", name=name, dois=(doi,)),
            Record(f"all/h{number:02}", name=name, dois=(doi,), numbers=(f"QUAY/Q{number}",)),
        )
        yield (
            Record(f"dock/D{number}", name=f"Work in {town}", numbers=(f"DOCK/D{number}",)),
            Record(f"all/k{number:02}", name=f"Work in {town}, English title", numbers=(f"Dock/D{number}",)),
        )
    for number, town in enumerate(TOWNS[:5]):
        urn = f"urn:nbn:fi:harbour:T-{number}"
        yield (
            Record(f"dock/U{number}", name=f"Schools of {town}", same_as=(urn,)),
            Record(f"all/u{number}", name=f"Schools of {town}", urls=(f"https://urn.fi/{urn}",)),
        )


def _versions() -> Iterator[Work]:
    """Versions of one study in its archive, by their DOIs; an aggregator has an old one."""
    for number, town in enumerate(TOWNS[:8]):
        base = f"10.5255/ukda-sn-{7000 + number}"
        yield (
            *(
                Record(f"vault/{base}-{version}", name=f"{town} Panel", dois=(f"{base}-{version}",))
                for version in (1, 2, 10)
            ),
            Record(f"all/v{number}", name=f"{town} Panel", dois=(f"{base}-2",)),
        )
    for number, town in enumerate(TOWNS[:4]):
        yield tuple(
            Record(
                f"lab/{number}.{version}",
                name=f"Reefs off {town}",
                dois=(f"10.6084/m9.figshare.90{number}.v{version}",),
            )
            for version in (1, 2)
        )


def _families_that_look_alike() -> Iterator[Work]:
    """DOIs that differ at their end, and are those of different studies."""
    yield (Record("quay/17", name="Harbour census"),)
    yield (Record("dock/17", name="Harbour census"),)
    for number in range(6):
        yield (Record(f"vault/self-{number}", name="Interviews with pilots", dois=(f"10.5255/ukda-sn-85550{number}",)),)
        yield (Record(f"lab/alike-{number}", name="Tidal data", dois=(f"10.5072/harbour-{number}",)),)
        yield (Record(f"quay/alike-{number}", name="Port statistics", numbers=(f"QUAY/17-{number}",)),)
        yield (Record(f"dock/alike-{number}", name="Port statistics", numbers=(f"DOCK/17-{number}",)),)


def _stated() -> Iterator[Work]:
    """What records state of others: the same, a version, a successor; by DOI, page or id."""
    for number, town in enumerate(TOWNS[:5]):
        page = f"https://www.quay.example/study/{number}/"
        yield (
            Record(f"quay/P{number}", name=f"{town} Births", kind="study", urls=(page,)),
            Record(
                f"guide/{number}",
                name=f"The Births of {town}",
                kind="study",
                same_as=(f"http://quay.example/study/{number}",),
            ),
        )
        yield (
            Record(f"lab/S{number}", name=f"{town} Soundings", dois=(f"10.5072/lab.s{number}",)),
            Record(
                f"lab/T{number}",
                name=f"{town} Soundings, revised",
                dois=(f"10.5072/lab.t{number}",),
                relations=(("IsNewVersionOf", f"10.5072/lab.s{number}"),),
            ),
        )
    yield (
        *(
            Record(
                f"lab/Z{number}",
                name="Gulls",
                dois=(f"10.5281/zenodo.{number}",),
                relations=(("IsVersionOf", "10.5281/zenodo.1"),),
            )
            for number in (2, 3, 4)
        ),
    )


def _sequels_and_waves() -> Iterator[Work]:
    """Studies that continue others, and waves of one cohort: each is a work of its own."""
    for number, town in enumerate(TOWNS[:5]):
        study = Record(
            f"guide/C{number}",
            name=f"The {town} Birth Cohort (TBC{number})",
            kind="study",
            urls=(f"https://{town.lower()}.example",),
        )
        yield (study,)
        for wave in (1, 2, 3):
            yield (
                Record(
                    f"dock/C{number}-{wave}",
                    name=f"{town} Birth Cohort: wave {wave}",
                    series=f"{town} Birth Cohort",
                    urls=(f"https://{town.lower()}.example",),
                    dois=(f"10.5072/cohort{number}.{wave}",),
                ),
            )
        yield (
            Record(
                f"quay/C{number}",
                name=f"{town} Youth",
                dois=(f"10.5072/youth{number}",),
                relations=(("Continues", f"10.5072/cohort{number}.1"), ("isPartOf", f"guide/C{number}")),
            ),
        )


def _namesakes() -> Iterator[Work]:
    """Different studies of one title, years of one survey among them, and a collection with its parts."""
    for number in range(10):
        yield (Record(f"quay/N{number}", name="Household Survey", dois=(f"10.5072/n{number}",)),)
        yield (Record(f"dock/N{number}", name="Household Survey", dois=(f"10.5072/m{number}",)),)
    for number in range(4):
        parts = [f"10.5072/part{number}.{part}" for part in range(3)]
        yield (
            Record(
                f"lab/W{number}",
                name=f"Collection {number}",
                dois=(f"10.5072/whole{number}",),
                relations=tuple(("HasPart", part) for part in parts),
            ),
        )
        for at, part in enumerate(parts):
            same = (f"10.5072/whole{number}",) if at == 0 else ()  # stated to be the same as its whole, by mistake
            yield (Record(f"lab/W{number}.{at}", name=f"Collection {number}", dois=(part,), same_as=same),)


def _parents() -> Iterator[tuple[str, str]]:
    for number in range(5):
        yield from ((f"dock/C{number}-{wave}", f"guide/C{number}") for wave in (1, 2, 3))
        yield f"quay/C{number}", f"guide/C{number}"
    for number in range(4):
        yield from ((f"lab/W{number}.{part}", f"lab/W{number}") for part in range(3))

"""The story that `python -m demo tour` tells, as data: chapters of commands and of changes to files.

What happens at the demo archive before a command is a function here; `demo/tour.py` runs the commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from demo.archive import archive_repository
from demo.oai_repository import DDI, Fault, Repository, Request

DONE, FAILED, USAGE, HELD, REJECTS = range(5)
"""Exit codes of commands."""

DIFFERENT = 1
"""Exit code of `diff` where the texts differ."""


FACETS_OF_A_STUDY = "study-index show demo-archive/DA1013 | sed -n '/^Facets/,/^Texts/p'"


class Command(NamedTuple):
    """A line for the shell, and what has to come of it.

    `text` is read before it. `meanwhile` happens at the archive before it. Each of `shows` has to be in its output.
    """

    text: str
    line: str
    code: int = DONE
    shows: tuple[str, ...] = ()
    meanwhile: Callable[[Repository], None] | None = None


class Edit(NamedTuple):
    """A change to a file in the working folder: `old` lines become `new` ones; without `old`, the file is new."""

    text: str
    file: str
    old: str
    new: str


class Chapter(NamedTuple):
    """A heading, and what follows it."""

    title: str
    steps: tuple[Command | Edit, ...]


def end_lists_early(archive: Repository) -> None:
    """Lists end after their second page, without an error."""

    def change(page: bytes) -> bytes:
        return re.sub(rb"(<resumptionToken[^>]*)>[^<]+</resumptionToken>", rb"\1/>", page)

    def on_second_page(request: Request) -> Fault | None:
        return Fault(change=change) if request.get("resumptionToken") else None

    archive.fault_of = on_second_page


def close_for_an_hour(archive: Repository) -> None:
    """Every request is answered with 503, and the demand to come back in an hour."""
    closed = Fault(503, (("Retry-After", "3600"),), b"Closed for maintenance")
    archive.fault_of = lambda _: closed


def lose_a_third(archive: Repository) -> None:
    """The archive is there again, and a third of its records is not."""
    archive.fault_of = None
    for identifier in archive.identifiers()[::3]:
        archive.forget(identifier)


def find_them_again(archive: Repository) -> None:
    """All records are there, as they were."""
    for item in archive_repository().items():
        if not item.deleted:
            archive.put(item.identifier, item.metadata[DDI.prefix], item.datestamp, item.sets)


STORY = (
    Chapter(
        "Ingest",
        (
            Command(
                "The working folder has four catalogue files. Nothing of them is in the index yet.",
                "study-index catalogues",
                shows=("never run",),
            ),
            Command(
                "The archive is asked over OAI-PMH for all it has. The first lines are the accounting: 163 fetched are "
                "154 read, 3 rejected and 6 deletions. Below is how many documents have each facet; what a record does "
                "not state is not guessed. Then the gate, which checks a run before readers see anything of it, has "
                "let this one pass; so its generation, which is an index of its own, is live. The exit code 4 means: "
                "done, and there are rejects.",
                "study-index run demo-archive",
                code=REJECTS,
                shows=("passed the gate; studies.demo-archive.1 is live",),
            ),
            Command(
                "The other three are read from files. From here on the tour leaves the facet coverage out of reports.",
                "study-index run demo-dataverse demo-health demo-harmony",
                code=REJECTS,
                shows=("studies.demo-dataverse.1 is live", "studies.demo-health.1 is live", "demo-harmony.1 is live"),
            ),
            Command(
                "No record is lost silently: each one that could not become a document has a code and a reason.",
                "study-index rejects demo-health",
                shows=("no_id", "no_title"),
            ),
        ),
    ),
    Chapter(
        "Look",
        (
            Command(
                "A search is over all four catalogues, and counts what it finds by facet. `unknown` is the number of "
                "documents without a value. Each facet is counted under all filters but its own, so `country_codes` "
                "also shows what other countries would give.",
                "study-index search 'women work' --country GB --years 1990..2015 --size 3",
                shows=("34 documents of 34 works", "demo-library/4021"),
            ),
            Command(
                "One document, whole. Under each facet are the words that it rests on, and the field of the record "
                "that they were found in. This one has no years: 2014, in its description, is the year of a report, "
                "not of the data.",
                "study-index show demo-archive/DA1013",
                shows=("A first report was published in 2014", "“Men” in sumDscr/universe"),
            ),
        ),
    ),
    Chapter(
        "Break the source",
        (
            Command(
                "The archive's server has a fault: its list of records ends after the second page, without an "
                "error. The run notices that 80 of the 163 stated records came. It deletes nothing for being absent, "
                "and the next run asks again.",
                "study-index run demo-archive --full",
                code=REJECTS,
                shows=("has 80 different ones", "nothing was deleted for being absent"),
                meanwhile=end_lists_early,
            ),
            Command(
                "Now the server is closed for maintenance: it answers 503, and asks to be left alone for an hour. The "
                "run fails, with exit code 1, and says what to do. (A server that states no time is asked again for "
                "some two minutes; a task in Airflow waits for as long as the catalogue file allows.)",
                "study-index run demo-archive",
                code=FAILED,
                shows=("HTTP 503", "after that"),
                meanwhile=close_for_an_hour,
            ),
            Command(
                "The server is back, and a third of the records is not. Its list is complete this time, so the records "
                "look deleted. The nightly run does not believe it: exit code 3 means that the gate holds the run.",
                "study-index run demo-archive --full > nightly.log",
                code=HELD,
                meanwhile=lose_a_third,
            ),
        ),
    ),
    Chapter(
        "See the gate hold",
        (
            Command(
                "In the morning, the list of catalogues says what needs a person.",
                "study-index catalogues",
                shows=("a candidate waits",),
            ),
            Command(
                "The report of the run says why it is held.",
                "study-index report demo-archive",
                shows=("max_drop: 52 of 154 live documents would be deleted (34%); the limit is 10%",),
            ),
            Command(
                "Two generations stand side by side: the live one, and the candidate that the run made.",
                "study-index generations demo-archive",
                shows=("studies.demo-archive.2  candidate        102",),
            ),
            Command(
                "Whoever searches notices nothing of all this: the 34 studies of the first search are found.",
                "study-index search 'women work' --country GB --years 1990..2015 --size 0",
                shows=("34 documents of 34 works",),
            ),
        ),
    ),
    Chapter(
        "Decide",
        (
            Command(
                "A telephone call: the archive was restored from an old backup. So the candidate is wrong. The reason "
                "is kept with the decision.",
                "study-index refuse demo-archive --why 'the archive was restored from an old backup'",
                shows=("is refused; what is live is untouched",),
            ),
            Command(
                "The candidate is kept until the next run, for the case that somebody changes their mind.",
                "study-index generations demo-archive",
                shows=("studies.demo-archive.2 was refused",),
            ),
            Command(
                "The next night nothing is better, and the run is held again.",
                "study-index run demo-archive --full > nightly.log",
                code=HELD,
            ),
            Command(
                "A letter from the archive: these records have moved elsewhere, their loss is meant. So the candidate "
                "goes live, in one step.",
                "study-index promote demo-archive --why 'the records have moved to another archive'",
                shows=("154 → 102 documents",),
            ),
            Command(
                "Readers see the change now. The generation before is kept.",
                "study-index generations demo-archive",
                shows=("previous        154", "live            102"),
            ),
        ),
    ),
    Chapter(
        "Roll back",
        (
            Command(
                "Another letter: the first one was about another archive. `rollback` makes the generation before live "
                "again, in one step, and pins the catalogue: no run goes live by itself.",
                "study-index rollback demo-archive --why 'the letter was about another archive'",
                shows=("studies.demo-archive.1 is live again", "102 → 154 documents"),
            ),
            Command(
                "So the run of the third night is held for two reasons.",
                "study-index run demo-archive --full > nightly.log; code=$?; grep -A 3 '^HELD' nightly.log; exit $code",
                code=HELD,
                shows=("- max_drop", "- pinned"),
            ),
            Command(
                "The archive has its records again. `unpin` lets runs go live.",
                "study-index unpin demo-archive",
                shows=("is no longer pinned",),
                meanwhile=find_them_again,
            ),
            Command(
                "The run finds all 154 documents unchanged. All is as it was on the first day.",
                "study-index run demo-archive --full",
                code=REJECTS,
                shows=("unchanged       154", "live            154"),
            ),
        ),
    ),
    Chapter(
        "Change a rule",
        (
            Command(
                "Two things are to be corrected. The first is the study without years: here are its facets of now, for "
                "a comparison.",
                f"{FACETS_OF_A_STUDY} > before.txt",
            ),
            Command(
                "The second is access. The records of the health gateway do not state it, so this search finds none of "
                "its 38 documents.",
                "study-index search --source demo-health --access controlled --size 0 | head -1",
                shows=("0 documents",),
            ),
            Edit(
                "A curator knows when the field notes were written. The depositor of another study asks to take it "
                "down. Both go into the file of corrections beside the catalogue file, each with its reason.",
                "catalogues/demo-archive.corrections.yaml",
                "",
                "demo-archive/DA1013:\n"
                "  start_year: 2012\n"
                "  end_year: 2013\n"
                "  reason: the notes were written during the first round of conversations\n"
                "demo-archive/DA1002:\n"
                "  suppress: true\n"
                "  reason: taken down at the request of the depositor\n",
            ),
            Edit(
                "All data of the health gateway can be used in a secure environment only. That is a fact about the "
                "whole catalogue, so it is a default in its file.",
                "catalogues/demo-health.yaml",
                "defaults: {resource_type: dataset}\n",
                "defaults: {resource_type: dataset, access: [controlled]}\n",
            ),
        ),
    ),
    Chapter(
        "Reprocess",
        (
            Command(
                "`reprocess` builds the documents anew from the raw records that are kept. The archive is closed again "
                "meanwhile, which does not matter, as it is not asked.",
                "study-index reprocess demo-archive",
                code=REJECTS,
                shows=("updated           1", "deleted           1", "unchanged       152"),
                meanwhile=close_for_an_hour,
            ),
            Command(
                "The gate cannot know that a change of a rule is meant. It holds one that moves a facet in more than "
                "10 % of the documents.",
                "study-index reprocess demo-health",
                code=HELD,
                shows=("max_drift",),
            ),
            Command(
                "It is meant, so it goes live.",
                "study-index promote demo-health --why 'access is now known for all of them'",
                shows=("38 → 38 documents",),
            ),
        ),
    ),
    Chapter(
        "Compare",
        (
            Command(
                "What the corrections did to the study: its years are there, and the evidence is the curator's reason.",
                f"{FACETS_OF_A_STUDY} | diff before.txt -",
                code=DIFFERENT,
                shows=("curator: the notes were written",),
            ),
            Command(
                "The study that was taken down is not found any more.",
                "study-index show demo-archive/DA1002",
                code=USAGE,
                shows=("There is no document",),
            ),
            Command(
                "What the default did: the search of before finds all documents of the gateway,",
                "study-index search --source demo-health --access controlled --size 0 | head -1",
                shows=("38 documents",),
            ),
            Command(
                "and each of them names the default as the evidence.",
                "study-index show demo-health/ebb25a30-a024-3d12-26b4-01b944145ae5 | grep '^  access'",
                shows=("default of the catalogue demo-health",),
            ),
            Command(
                "The generation before each change is kept, so `rollback` would undo it. What was taken down is not "
                "even there: `demo-archive.1` had 154 documents, and has 153.",
                "study-index generations",
                shows=(
                    "studies.demo-archive.1    previous        153",
                    "studies.demo-health.2     live             38",
                ),
            ),
        ),
    ),
)

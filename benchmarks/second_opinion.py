"""Measures the second opinion on sex, and renews its weights.

    python -m benchmarks.second_opinion DATA [--labels FILE]… [--leave-out FILE]… [--check FILE]… [--write]

DATA is a folder of real records as `benchmarks.real_files` reads it. What a record's sex is comes from its field about
sex, which the model does not see, or from a file of labels (`study-index score` has its form). Records without either
are learnt from with other words for people in them (`benchmarks.changed_records`), and the invented records of the
tests are. What rules find is not learnt from: it only tells of which records an opinion is asked. Records that a file
of `--leave-out` or `--check` names are not learnt from either.

Printed are figures of five-fold cross-validation, and of the labels of each `--check`.
`--write` writes `pipeline/enrich/data/second_opinion.txt`. It needs the extra `opinion` (scikit-learn).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.changed_records import changed
from benchmarks.invented_cases import invented
from benchmarks.opinion_learning import At, Case, cross_validated, learnt, score_of, shifted, threshold
from benchmarks.real_files import HARVESTED_AT, catalogue_of, files
from pipeline.enrich import enrich
from pipeline.enrich.second_opinion import Weights, states_plainly
from pipeline.enrich.second_opinion.signs import OTHER, OneSex, Text, signs_of, texts_of
from pipeline.enrich.text.bounds import bounded
from pipeline.errors import FailError, RejectError, UsageError
from pipeline.evaluation.labels import WHOLE_FILE, Label, Place, labels
from pipeline.formats import format_of
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.model.record import Role
from pipeline.protocols.files.splitting import split

WEIGHTS = Path(__file__).resolve().parents[1] / "pipeline" / "enrich" / "data" / "second_opinion.txt"

Sexes = Mapping[At, str | None]
"""The sex of records by their place."""


class Known(NamedTuple):
    """Whose sex files of labels give."""

    learnt_from: Sexes
    checked: Sexes
    left_out: frozenset[At]


def cases(data: Path, known: Known) -> Iterator[Case]:
    """The cases of all records of a folder: of each sex that the record has words for, or that a rule found."""
    for name in files(data):
        try:
            for raw in split(str(data / name), format_of(catalogue_of(name))):
                yield from _of_record((name, _place(raw)), raw, known)
        except FailError:  # a truncated file, or no records: those before count
            continue


def _place(raw: Fetched) -> Place:
    at = raw.at or {}
    return Place("key", at["key"]) if "key" in at else Place("record", at["record"]) if at else WHOLE_FILE


def _of_record(at: At, raw: Fetched, known: Known) -> Iterator[Case]:
    if isinstance(raw, RejectedRaw) or raw.payload is None or (at in known.left_out and at not in known.checked):
        return
    fmt = format_of(catalogue_of(at[0]))
    try:
        record = fmt.read(raw.payload)
    except RejectError:
        return
    found = enrich(record, defaults={}, resource_type=fmt.resource_type, harvest_year=int(HARVESTED_AT[:4])).get("sex")
    read = bounded(record)
    texts = texts_of(read)
    has_field = bool(read.having(Role.SEX))
    sexes = known.checked if at in known.checked else known.learnt_from
    if not has_field and at not in sexes:
        for each in changed(texts, f"{at}"):
            yield Case(at, each.sex, signs_of(each.texts, each.sex), each.is_right, "changed", is_found=False)
        return
    value = found.value if found is not None else None
    is_plain = found is not None and states_plainly(read, found)
    if is_plain and not has_field:
        return
    for sex in OTHER.values():
        is_found = value == sex and not is_plain
        if is_found or _has_words(texts, sex):
            is_right = sexes.get(at, value) == sex
            yield Case(at, sex, signs_of(texts, sex), is_right, "checked" if at in known.checked else "field", is_found)


def invented_cases() -> Iterator[Case]:
    """The cases of the invented records of the tests."""
    for number, (record, wanted) in enumerate(invented()):
        texts = texts_of(bounded(record))
        for sex in OTHER.values():
            if _has_words(texts, sex):
                at = "tests", Place("record", number)
                yield Case(at, sex, signs_of(texts, sex), wanted == sex, "tests", is_found=False)


def _has_words(texts: Iterable[Text], sex: OneSex) -> bool:
    return any(match.value in {sex, f"{sex}_condition"} for text in texts for _, match in text.matches)


def figures(scored: Iterable[tuple[Case, float]]) -> str:
    """How often the model agrees with right values, and doubts wrong ones."""
    counted = Counter((case.is_right, score >= 0) for case, score in scored)
    right, wrong = (counted[is_right, True] + counted[is_right, False] for is_right in (True, False))
    agreed, caught = counted[True, True], counted[False, False]
    return f"agrees with {agreed} of {right} right, {right - agreed} false alarms; doubts {caught} of {wrong} wrong"


def print_figures(title: str, scored: Sequence[tuple[Case, float]]) -> None:
    """Print the figures of the records that a rule found, and of all that a simple rule would find."""
    if scored:
        print(f"{title}, a rule found it: {figures(pair for pair in scored if pair[0].is_found)}")
        print(f"{title}, a part names that sex alone: {figures(pair for pair in scored if pair[0].names_one_sex)}")


def write(weights: Weights, learn_from: Sequence[Case]) -> None:
    """Write the file of weights."""
    number = Counter(case.source for case in learn_from)
    lines = [
        "# Signs that people of one sex alone were studied (weight above 0), or others too (below).",
        "# Columns: the sign, its rarity (inverse document frequency), its weight.",
        "# Made by `python -m benchmarks.second_opinion DATA --write` from records of ClinicalTrials.gov, DANS,",
        "# DataverseNL, HDR UK, UK LLC, the Catalogue of Mental Health Measures and others:",
        f"# {number['field']:,} by a field about sex, {number['changed']:,} changed, {number['tests']:,} of tests.",
        f"# {datetime.now(tz=UTC):%Y-%m-%d}. See docs/adr/0018-second-opinion.md.",
    ]
    lines += [f"{sign}\t{rarity:g}\t{weight:g}" for sign, (rarity, weight) in sorted(weights.items())]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _sexes(paths: Iterable[Path]) -> dict[At, str | None]:
    """The sex of each record that files of labels give, None where it has none."""
    return {_at(label): label.wanted("sex") for label in _labels(paths) if "sex" in label.counted()}


def _labels(paths: Iterable[Path]) -> Iterator[Label]:
    return (label for path in paths for _, label in labels(path))


def _at(label: Label) -> At:
    return label.file, label.place


def main() -> int:
    """Print the figures for the folder on the command line, and write the weights if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--labels", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--leave-out", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--check", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    left_out = frozenset(map(_at, _labels([*arguments.leave_out, *arguments.check])))
    known = Known(_sexes(arguments.labels), _sexes(arguments.check), left_out)
    every = [*cases(arguments.data, known), *invented_cases()]
    learn_from = [case for case in every if case.source != "checked"]
    try:
        scored = cross_validated(learn_from)
        least = threshold(scored)
        weights = shifted(learnt(learn_from), least)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    print(f"{len(learn_from):,} cases, {len(weights):,} signs with a weight")
    print_figures("cross-validation", [(case, score - least) for case, score in scored if case.source == "field"])
    for path in arguments.check:
        of_file = _sexes([path]).keys()
        checked = [(case, score_of(weights, case)) for case in every if case.at in of_file]
        for title, is_trial in (("trials", True), ("others", False)):
            print_figures(f"{path.name}, {title}", [pair for pair in checked if ("ctgov" in pair[0].at[0]) == is_trial])
    if arguments.write:
        write(weights, learn_from)
    return 0


if __name__ == "__main__":
    sys.exit(main())

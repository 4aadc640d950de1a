"""Measures the second opinion on sex, and renews its weights.

    python -m benchmarks.second_opinion DATA [--labels FILE] [--leave-out FILE]… [--check FILE] [--write]

DATA is a folder of real records as `benchmarks.real_files` reads it. What a record's sex is comes from its field about
sex, which the model does not see, or from a file of labels (`study-index score` has its form). Of other records it is
what the rules find, and such a record weighs twice as much: they are few, and of other kinds than those with a field
about sex. The invented records of the tests, which weigh four times as much, are in many languages, and most of them
are hard. Records that a file of `--leave-out` or `--check` names are not learnt from.

Printed are figures of five-fold cross-validation, and of the labels of `--check`.
`--write` writes `pipeline/enrich/data/second_opinion.txt`. It needs the extra `opinion` (scikit-learn).
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from benchmarks.invented_cases import invented
from benchmarks.real_files import HARVESTED_AT, catalogue_of, files
from pipeline.enrich import enrich
from pipeline.enrich.second_opinion import ALWAYS, states_plainly
from pipeline.enrich.second_opinion.signs import OTHER, OneSex, Text, signs_of, texts_of
from pipeline.enrich.text.bounds import bounded
from pipeline.errors import FailError, RejectError, UsageError
from pipeline.evaluation.labels import WHOLE_FILE, Label, Place, labels
from pipeline.formats import format_of
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.model.record import Role
from pipeline.protocols.files.splitting import split

WEIGHTS = Path(__file__).resolve().parents[1] / "pipeline" / "enrich" / "data" / "second_opinion.txt"
RULES_WEIGHT = 2.0
"""Of a record whose sex is what the rules find."""
INVENTED_WEIGHT = 4.0
"""Of a record of the tests."""
FEWEST_RECORDS = 20
"""Records that have a sign, for it to be learnt."""
LARGEST_SHARE = 0.12
"""Of the records that may have a single word, for it to be a sign; others are words like "the"."""
SHORTEST_WORD = 4
"""Letters of such a word."""
STRENGTH = 0.25
"""Inverse strength of the L1 regularisation, which leaves most signs without a weight."""
FOLDS = 5

At = tuple[str, Place]
"""A file of records, and a place in it."""
Source = Literal["field", "rules", "tests"]
"""A field about sex or a label; what the rules find; the tests."""
WEIGHT: Mapping[Source, float] = {"field": 1.0, "rules": RULES_WEIGHT, "tests": INVENTED_WEIGHT}
Known = Mapping[At, str | None]
"""The sex of records by their place."""


class Case(NamedTuple):
    """The question whether people of one sex alone were studied, of one record."""

    at: At
    sex: OneSex
    signs: frozenset[str]
    is_right: bool
    source: Source
    """Where it is known from whether that is right."""
    is_found: bool
    """Whether a rule found this sex, by words for people: of such records an opinion is asked."""
    is_left_out: bool


def cases(data: Path, known: Known, left_out: AbstractSet[At]) -> Iterator[Case]:
    """The cases of all records of a folder: of each sex that the record has words for, or that a rule found."""
    for name in files(data):
        try:
            for raw in split(str(data / name), format_of(catalogue_of(name))):
                at = name, _place(raw)
                yield from _of_record(at, raw, known, is_left_out=at in left_out)
        except FailError:  # a truncated file, or no records: those before count
            continue


def _place(raw: Fetched) -> Place:
    at = raw.at or {}
    return Place("key", at["key"]) if "key" in at else Place("record", at["record"]) if at else WHOLE_FILE


def _of_record(at: At, raw: Fetched, known: Known, *, is_left_out: bool) -> Iterator[Case]:
    if isinstance(raw, RejectedRaw) or raw.payload is None:
        return
    fmt = format_of(catalogue_of(at[0]))
    try:
        record = fmt.read(raw.payload)
    except RejectError:
        return
    year = int(HARVESTED_AT[:4])
    found = enrich(record, defaults={}, resource_type=fmt.resource_type, harvest_year=year).get("sex")
    read = bounded(record)
    value = found.value if found is not None else None
    has_field = value is not None and bool(read.having(Role.SEX))
    is_plain = found is not None and states_plainly(read, found)
    if is_plain and not has_field:
        return
    source: Source = "field" if has_field or at in known else "rules"
    truth = known.get(at, value)
    texts = texts_of(read)
    for sex in OTHER.values():
        if value == sex or _has_words(texts, sex):
            signs = frozenset(signs_of(texts, sex))
            yield Case(at, sex, signs, truth == sex, source, value == sex and not is_plain, is_left_out)


def invented_cases() -> Iterator[Case]:
    """The cases of the invented records of the tests."""
    for number, (record, wanted) in enumerate(invented()):
        texts = texts_of(bounded(record))
        for sex in OTHER.values():
            if _has_words(texts, sex):
                at = "tests", Place("record", number)
                yield Case(at, sex, frozenset(signs_of(texts, sex)), wanted == sex, "tests", False, False)


def _has_words(texts: Iterable[Text], sex: OneSex) -> bool:
    return any(match.value in {sex, f"{sex}_condition"} for text in texts for _, match in text.matches)


def learnt(of: Sequence[Case]) -> dict[str, float]:
    """The weights of the signs that tell right cases from wrong ones.

    Raises:
        UsageError: the extra `opinion` is not installed.
    """
    try:
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - an optional extra, which this script alone needs
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError(
            "The weights are learnt by scikit-learn, which is not installed."
            " Install the extra with: pip install 'study-index[opinion]'"
        ) from error
    column = {sign: number for number, sign in enumerate(_worth_learning(of))}
    rows = [sorted(column[sign] for sign in case.signs if sign in column) for case in of]
    ends = [0]
    for row in rows:
        ends.append(ends[-1] + len(row))
    indices = [number for row in rows for number in row]
    matrix: Any = csr_matrix(([1.0] * len(indices), indices, ends), (len(of), len(column)))
    model = LogisticRegression(
        C=STRENGTH,
        penalty="l1",
        solver="liblinear",
        class_weight="balanced",
        max_iter=3000,
        random_state=0,
        intercept_scaling=100.0,
    )
    model.fit(matrix, [case.is_right for case in of], [WEIGHT[case.source] for case in of])
    weights = {sign: round(float(model.coef_[0][number]), 3) for sign, number in column.items()}
    return {ALWAYS: round(float(model.intercept_[0]), 3)} | {sign: weight for sign, weight in weights.items() if weight}


def _worth_learning(of: Sequence[Case]) -> list[str]:
    counts = Counter(sign for case in of for sign in case.signs)
    most = {sex: LARGEST_SHARE * sum(case.sex == sex for case in of) for sex in OTHER.values()}
    return sorted(
        sign for sign, number in counts.items() if number >= FEWEST_RECORDS and not _is_common(sign, number, most)
    )


def _is_common(sign: str, number: int, most: Mapping[OneSex, float]) -> bool:
    """Whether a sign is a single word that is short, or in many records."""
    return any(
        f"{sex}: " in sign and (number > most[sex] or len(sign.rpartition(": ")[2]) < SHORTEST_WORD) for sex in most
    )


def score_of(weights: dict[str, float], case: Case) -> float:
    """Above 0 where the model agrees that people of this sex alone were studied."""
    return weights[ALWAYS] + sum(weights.get(sign, 0.0) for sign in case.signs)


def cross_validated(learn_from: Sequence[Case]) -> list[tuple[Case, float]]:
    """Each case with its score by weights that were learnt without it."""
    scored = []
    for fold in range(FOLDS):
        weights = learnt([case for case in learn_from if _fold(case) != fold])
        scored += [(case, score_of(weights, case)) for case in learn_from if _fold(case) == fold]
    return scored


def _fold(case: Case) -> int:
    return zlib.crc32(f"{case.at}".encode()) % FOLDS


def figures(title: str, scored: Iterable[tuple[Case, float]]) -> None:
    """Print how often the model agrees with right and with wrong values."""
    counted = Counter((case.is_right, score >= 0) for case, score in scored)
    right, wrong = (counted[is_right, True] + counted[is_right, False] for is_right in (True, False))
    agreed, caught = counted[True, True], counted[False, False]
    print(f"{title}: agrees with {agreed} of {right} right, {right - agreed} false alarms;", end=" ")
    print(f"doubts {caught} of {wrong} wrong")


def write(weights: dict[str, float], learn_from: Sequence[Case]) -> None:
    """Write the file of weights."""
    number = Counter(case.source for case in learn_from)
    lines = [
        "# Signs that people of one sex alone were studied (weight above 0), or others too (below): sign, weight.",
        "# Made by `python -m benchmarks.second_opinion DATA --write` from records of ClinicalTrials.gov, DANS,",
        "# DataverseNL, HDR UK, UK LLC, the Catalogue of Mental Health Measures and others:",
        f"# {number['field']:,} by a field about sex, {number['rules']:,} by rules, {number['tests']:,} of tests.",
        f"# {datetime.now(tz=UTC):%Y-%m-%d}. See docs/adr/0018-second-opinion.md.",
    ]
    lines += [f"{sign}\t{weight:g}" for sign, weight in sorted(weights.items())]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _labelled(paths: Iterable[Path]) -> Known:
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
    checked = _labelled(arguments.check)
    left_out = set(map(_at, _labels([*arguments.leave_out, *arguments.check])))
    every = list(cases(arguments.data, {**_labelled(arguments.labels), **checked}, left_out))
    learn_from = [*(case for case in every if not case.is_left_out), *invented_cases()]
    try:
        scored = cross_validated(learn_from)
        weights = learnt(learn_from)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    print(f"{len(learn_from):,} cases, {len(weights):,} signs with a weight")
    of_fields = [(case, score) for case, score in scored if case.source == "field"]
    figures("field about sex, a rule found it", [(case, score) for case, score in of_fields if case.is_found])
    figures("field about sex, all with words of that sex", of_fields)
    figures("no such field, all with words of that sex", [pair for pair in scored if pair[0].source == "rules"])
    figures("invented, all with words of that sex", [pair for pair in scored if pair[0].source == "tests"])
    of_check = [(case, score_of(weights, case)) for case in every if case.at in checked]
    figures("checked, a rule found it", [(case, score) for case, score in of_check if case.is_found])
    figures("checked, all with words of that sex", of_check)
    if arguments.write:
        write(weights, learn_from)
    return 0


if __name__ == "__main__":
    sys.exit(main())

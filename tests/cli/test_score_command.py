"""`score`: how far facets agree with labels, on records and labels that are invented."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.calling import FAILED, REJECTS, USAGE, Called, call, refused
from tests.support import UNTITLED, ddi, list_records

CATALOGUE = {
    "name": "harbours",
    "title": "Harbour studies",
    "protocol": {"type": "files", "path": "*"},
    "format": "json",
    "fields": {
        "id": "id",
        "name": "name",
        "sex": "sex",
        "age": "age",
        "geographic_coverage": "where",
        "temporal_coverage": "when",
    },
}
RECORDS: tuple[dict[str, Any], ...] = (
    {"id": "r0", "name": "One", "sex": "Female", "age": "18-65", "where": ["Finland"], "when": "2001/2003"},
    {"id": "r1", "name": "Two", "sex": "Male", "age": "20-30", "where": ["Norway"], "when": "1990/1995"},
    {
        "id": "r2",
        "name": "Three",
        "sex": "Male",
        "age": "16 and over",
        "where": ["Sweden", "Denmark"],
        "when": "2004..",
    },
    {"id": "r3", "name": "Four"},
    {"id": "r4", "name": "Five", "where": ["Estonia"], "when": "2010/2012"},
    {"id": "r5", "sex": "Female", "where": ["Finland"]},  # without a name it is rejected
)
LABELS: tuple[dict[str, Any], ...] = (
    {
        "sex": "female",
        "country_codes": ["FI"],
        "start_year": 2001,
        "end_year": 2003,
        "ongoing": False,
        "age_lower": 18,
        "age_upper": 65,
    },
    {
        "sex": "female",
        "country_codes": ["SE", "NO"],
        "start_year": 1990,
        "end_year": 1996,
        "ongoing": True,
        "age_lower": 20,
        "age_upper": 40,
    },
    {
        "sex": "male",
        "country_codes": ["SE"],
        "start_year": 2004,
        "end_year": 1999,  # skipped
        "ongoing": True,
        "age_lower": 16,
        "age_upper": None,
    },
    {
        "sex": None,
        "country_codes": [],
        "start_year": None,
        "end_year": None,
        "ongoing": None,
        "age_lower": 99,  # not among those that count
    },
    {"sex": "all", "country_codes": [], "start_year": 2011, "end_year": 2012},
    {"sex": "female", "country_codes": ["FI", "NO"], "start_year": None, "end_year": None},
)
MORE: dict[int, dict[str, Any]] = {
    2: {"skip": ["end_year"]},
    3: {"only": ["sex", "country_codes", "start_year", "end_year", "ongoing"]},
}


class Folder:
    """A folder of records, and a gold file beside it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "records"
        self.gold = folder / "labels.jsonl"
        (self.data / "gold").mkdir(parents=True)
        self.put("gold/harbours.yaml", yaml.safe_dump(CATALOGUE))
        self.put("harbours.ndjson", "".join(json.dumps(record) + "\n" for record in RECORDS))

    def put(self, name: str, content: str | bytes) -> None:
        """Write a file of records."""
        (self.data / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def label(self, *lines: dict[str, Any]) -> None:
        """Write the gold file."""
        self.gold.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def score(self, *words: str) -> Called:
        """Call the command for these labels."""
        return call("score", str(self.gold), "--data", str(self.data), *words)

    def refused(self, *words: str) -> str:
        """The message with which these labels are refused."""
        return refused("score", str(self.gold), "--data", str(self.data), *words, code=USAGE)


def harbour(number: int, **more: Any) -> dict[str, Any]:
    """The label of an invented record."""
    place = {"file": "harbours.ndjson", "format": "json", "catalogue": "gold/harbours.yaml", "at": {"record": number}}
    return {"key": f"r{number}", **place, "labels": LABELS[number], **MORE.get(number, {}), **more}


def study(key: str, file: str, **more: Any) -> dict[str, Any]:
    """The label of an invented study in DDI-Codebook: Finland, 2001."""
    labels = {"country_codes": ["FI"], "start_year": 2001}
    return {"key": key, "file": file, "format": "ddi-codebook", "labels": labels, **more}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.label(*map(harbour, range(6)))
    return made


def test_each_field_has_its_share(folder: Folder) -> None:
    called = folder.score("--json")
    assert called.code == REJECTS
    assert (called.json["gold"], called.json["n"]) == (str(folder.gold), 6)
    shares = {name: (of["correct"], of["n"]) for name, of in called.json["fields"].items()}
    assert shares == {
        "sex": (3, 6),
        "country_codes": (2, 6),
        "start_year": (4, 6),
        "end_year": (3, 5),
        "ongoing": (3, 4),
        "age_lower": (3, 3),
        "age_upper": (2, 3),
        "both_years": (2, 5),
        "both_ages": (2, 3),
    }
    assert called.json["fields"]["both_years"]["accuracy"] == 0.4


def test_each_sex_has_precision_and_recall(folder: Folder) -> None:
    assert folder.score("--json").json["sex"] == {
        "female": {"precision": 1.0, "recall": pytest.approx(1 / 3), "correct": 1, "wanted": 3, "got": 1},
        "male": {"precision": 0.5, "recall": 1.0, "correct": 1, "wanted": 1, "got": 2},
        "all": {"precision": None, "recall": 0.0, "correct": 0, "wanted": 1, "got": 0},
        "absent": {"precision": 0.5, "recall": 1.0, "correct": 1, "wanted": 1, "got": 2},
    }


def test_countries_are_counted_over_all_codes(folder: Folder) -> None:
    assert folder.score("--json").json["countries"] == {
        "precision": 0.6,
        "recall": 0.5,
        "f1": pytest.approx(6 / 11),
        "correct": 3,
        "wanted": 6,
        "got": 5,
    }


def test_rejected_records_are_listed(folder: Folder) -> None:
    [rejected] = folder.score("--json").json["rejected"]
    assert {name: rejected[name] for name in ("key", "file", "at", "code")} == {
        "key": "r5",
        "file": "harbours.ndjson",
        "at": {"record": 5},
        "code": "no_title",
    }
    assert "name" in rejected["message"]


def test_misses_are_in_the_order_of_the_labels_with_what_they_rest_on(folder: Folder) -> None:
    misses = folder.score("--misses", "--json").json["misses"]
    assert [(miss["key"], miss["field"], miss["wanted"], miss["got"]) for miss in misses] == [
        ("r1", "sex", "female", "male"),
        ("r1", "country_codes", ["NO", "SE"], ["NO"]),
        ("r1", "end_year", 1996, 1995),
        ("r1", "ongoing", True, False),
        ("r1", "age_upper", 40, 30),
        ("r2", "country_codes", ["SE"], ["DK", "SE"]),
        ("r4", "sex", "all", None),
        ("r4", "country_codes", None, ["EE"]),
        ("r4", "start_year", 2011, 2010),
        ("r5", "sex", "female", None),
        ("r5", "country_codes", ["FI", "NO"], None),
        ("r5", "start_year", None, None),
        ("r5", "end_year", None, None),
    ]
    assert misses[0]["evidence"] == [{"kind": "stated", "field": "sex", "words": "Male", "rule": "field about sex"}]
    assert misses[6]["evidence"] == []
    assert [miss["key"] for miss in misses if miss.get("rejected")] == ["r5"] * 4
    assert "misses" not in folder.score("--json").json


def test_one_field_can_be_scored_alone(folder: Folder) -> None:
    found = folder.score("--field", "end_year", "--misses", "--json").json
    assert {name for name, of in found["fields"].items() if of["n"]} == {"end_year"}
    assert [miss["key"] for miss in found["misses"]] == ["r1", "r5"]
    assert found["n"] == 5, "a record counts where one of its fields does"


def test_two_fields_can_be_scored_together(folder: Folder) -> None:
    found = folder.score("--field", "both_years", "--json").json
    counted = {name: of["correct"] for name, of in found["fields"].items() if of["n"]}
    assert counted == {"start_year": 4, "end_year": 3, "both_years": 2}


def test_each_rule_has_the_fields_that_rest_on_it_and_those_that_would_be_other_without_it(folder: Folder) -> None:
    rules = {rule.pop("rule"): rule for rule in folder.score("--rules", "--json").json["rules"]}

    counted = {name: rules["field about sex"][name] for name in ("facet", "guard", "right", "wrong", "lost", "gained")}
    assert counted == {"facet": "sex", "guard": False, "right": 2, "wrong": 1, "lost": 2, "gained": 0}
    assert rules["places in a field"]["gained"] == 1, "the country of a record that should have none"
    assert rules["sex of the title"]["right"] == rules["sex of the title"]["lost"] == 0
    assert {rule["right"] for rule in rules.values() if rule["guard"]} == {0}


def test_rules_of_other_fields_are_not_weighed(folder: Folder) -> None:
    rules = folder.score("--rules", "--json", "--field", "age_lower").json["rules"]
    assert {rule["facet"] for rule in rules} == {"age_lower"}


def test_people_see_tables(folder: Folder) -> None:
    rows = [line.split() for line in folder.score("--misses").out.splitlines()]
    assert ["both_years", "5", "2", "0.400"] in rows
    assert ["male", "1", "2", "1", "0.500", "1.000"] in rows
    assert ["all", "1", "0", "0", "-", "0.000"] in rows
    assert ["countries", "6", "5", "3", "0.600", "0.500", "0.545"] in rows
    assert ["r1", "sex", "female", "male", "sex:", "Male", "[field", "about", "sex]"] in rows
    assert any(row[:3] == ["r5", "no_title", "name"] for row in rows)
    years = [word for row in rows if row[1:2] in (["start_year"], ["end_year"]) for word in row[2:4]]
    assert [word for word in years if word.isdigit()]
    assert not [word for word in years if "," in word], "years are no amounts"


def test_exit_code_0_when_all_is_right(folder: Folder) -> None:
    folder.label(harbour(0))
    called = folder.score("--misses")
    assert called.code == 0
    assert "No misses." in called.out


def test_exit_code_1_when_no_record_can_be_read(folder: Folder) -> None:
    folder.label(harbour(5))
    assert folder.score("--json").code == FAILED


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_records_are_found_by_number_by_key_and_alone(folder: Folder, packed: bool) -> None:
    pack = gzip.compress if packed else bytes
    by_key = {f"k{number}": {**record, "id": None} for number, record in enumerate(RECORDS[:3])}
    folder.put("by_key.json", pack(json.dumps(by_key).encode()))
    folder.put("harbours.ndjson", pack((folder.data / "harbours.ndjson").read_bytes()))
    folder.put("one.xml", pack(ddi(1).encode()))
    folder.put("page.xml", pack(list_records([("a", ddi(1)), ("b", ddi(2, nation="Sweden"))]).encode()))
    folder.gold.write_bytes(b"")
    lines = [
        harbour(0),
        {**harbour(2), "file": "by_key.json", "at": {"key": "k2"}},
        study("one", "one.xml"),
        study("first", "page.xml", at={"record": 0}),
        harbour(2),
        study("second", "page.xml", at={"record": 1}, labels={"country_codes": ["SE"]}),
        harbour(0, key="again"),
    ]
    folder.gold.write_bytes(pack(b"\n".join(json.dumps(line).encode() for line in lines)))
    called = folder.score("--misses", "--json")
    assert (called.code, called.json["n"], called.json["rejected"]) == (0, 7, [])
    assert [miss["key"] for miss in called.json["misses"]] == ["r2", "r2"], "Denmark, twice"


def test_the_order_of_labels_is_free(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.evaluation.records.AT_ONCE", 2)
    in_order = folder.score("--json").json
    folder.label(*map(harbour, (5, 2, 4, 0, 3, 1)))
    shuffled = folder.score("--misses", "--json").json
    keys = list(dict.fromkeys(miss["key"] for miss in shuffled.pop("misses")))
    assert keys == ["r5", "r2", "r4", "r1"]
    assert shuffled == in_order


@pytest.mark.parametrize(
    ("file", "more", "code", "expected"),
    [
        (("h.ndjson", "{}\n"), {"at": {"record": 7}}, None, "no such record"),
        (("h.json", json.dumps({"a": RECORDS[0]})), {"at": {"key": "b"}}, None, "no such record"),
        (("h.ndjson", '{"id": "x"}\n{"id": "y'), {"at": {"record": 1}}, None, "cannot be read after 1"),
        (("h.json", "{"), {"at": None}, "malformed", "not JSON"),
        (("h.json", ""), {"at": None}, "empty", "empty"),
        (("h.ndjson", '{"id": "x"}\n{"id": "y"}\n'), {"at": None}, None, "several records"),
        (("h.xml", UNTITLED), {"at": None, "format": "ddi-codebook", "catalogue": None}, "no_title", "titl"),
        (
            ("h.xml", list_records([("a", None)])),
            {"at": {"record": 0}, "format": "ddi-codebook", "catalogue": None},
            None,
            "is a deletion",
        ),
    ],
)
def test_a_record_that_cannot_be_read_is_wrong_and_listed(
    folder: Folder, file: tuple[str, str], more: dict[str, Any], code: str | None, expected: str
) -> None:
    folder.put(*file)
    folder.label(harbour(3, file=file[0], **more), harbour(3))
    called = folder.score("--json")
    assert called.code == REJECTS
    [rejected] = called.json["rejected"]
    assert rejected["code"] == code
    assert expected in rejected["message"]
    wrong = {field: of["n"] - of["correct"] for field, of in called.json["fields"].items() if of["n"]}
    assert set(wrong.values()) == {1}, "absent is right, but of a record that is read"


def test_defaults_and_exclusions_of_the_catalogue_file_hold(folder: Folder) -> None:
    exclude = [{"jmespath": "id == 'r1'", "reason": "is a duplicate"}]
    described = {**CATALOGUE, "defaults": {"country_codes": ["GB"]}, "exclude": exclude}
    folder.put("gold/harbours.yaml", yaml.safe_dump(described))
    folder.label(harbour(3, labels={"country_codes": ["GB"]}), harbour(1))
    called = folder.score("--field", "country_codes", "--json")
    assert called.json["fields"]["country_codes"]["correct"] == 1
    assert "is a duplicate" in called.json["rejected"][0]["message"]


@pytest.mark.parametrize("place", ["harbours.yaml", "gold/harbours.yaml", "absolute"])
def test_the_catalogue_file_is_below_the_records_or_their_gold_folder(folder: Folder, place: str) -> None:
    name = str(folder.data / "gold" / "harbours.yaml") if place == "absolute" else place
    folder.label(harbour(0, catalogue=name))
    assert folder.score("--json").json["fields"]["sex"]["accuracy"] == 1.0


def test_a_period_without_an_end_ends_in_the_year_of_harvest(folder: Folder) -> None:
    folder.put("harbours.ndjson", json.dumps({"id": "r", "name": "Ten", "when": "2091/2093"}))
    folder.label(harbour(0, labels={"start_year": 2091}))
    accuracy = [
        folder.score(*words, "--json").json["fields"]["start_year"]["accuracy"]
        for words in ([], ["--harvest-year", "2093"])
    ]
    assert accuracy == [0.0, 1.0], "no study covers years to come"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "line 2 is not JSON"),
        ("[]", "line 2 is a JSON list"),
        ({"labels": {"sx": "all"}}, "'labels.sx'. Did you mean 'sex'?"),
        ({"labels": {"sex": "women"}}, "labels.sex cannot be 'women'"),
        ({"labels": {"country_codes": ["Finland"]}}, "labels.country_codes"),
        ({"labels": {"start_year": "2001"}}, "labels.start_year"),
        ({"skip": ["endyear"]}, "cannot be 'endyear'. Did you mean 'end_year'?"),
        ({"only": ["sexes"]}, "cannot be 'sexes'. Did you mean 'sex'?"),
        ({"skp": ["sex"]}, "unknown key 'skp'. Did you mean 'skip'?"),
        ({"at": {"record": -1}}, "at.record"),
        ({"at": {"record": 0, "key": "a"}}, "not both"),
        ({"at": {"recrd": 0}}, "'at.recrd'. Did you mean 'record'?"),
        (
            {"format": "dataverze", "catalogue": None},
            "line 2: There is no format 'dataverze'. Did you mean 'dataverse'?",
        ),
        ({"format": "json", "catalogue": None}, "line 2: The format json needs the fields of a catalogue file"),
        ({"format": "hdruk"}, "line 2: the label has format hdruk, its catalogue file json"),
        ({"file": "nowhere.json"}, "line 2: there is no file 'nowhere.json'"),
        ({"catalogue": "nowhere.yaml"}, "nowhere.yaml"),
    ],
)
def test_a_label_that_cannot_be_used_ends_the_command_before_anything_is_scored(
    folder: Folder, line: str | dict[str, Any], expected: str
) -> None:
    text = line if isinstance(line, str) else json.dumps({**harbour(1), **line})
    folder.gold.write_text(json.dumps(harbour(0)) + "\n" + text + "\n")
    message = folder.refused()
    assert expected in message
    assert str(folder.gold) in message


def test_a_label_without_a_key_of_its_own_is_refused(folder: Folder) -> None:
    folder.label({"file": "harbours.ndjson", "format": "json"})
    assert "the key 'labels' is missing" in folder.refused()


def test_other_keys_of_a_label_are_notes(folder: Folder) -> None:
    folder.label(harbour(0, note="looked at twice"))
    assert folder.score("--json").code == 0


def test_gold_and_records_have_to_be_there(folder: Folder, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert nowhere in refused("score", nowhere, "--data", str(folder.data), code=USAGE)
    assert nowhere in refused("score", str(folder.gold), "--data", nowhere, code=USAGE)
    assert "--data" in refused("score", str(folder.gold), code=USAGE)


@pytest.mark.parametrize("content", [b"", b"\n\n", gzip.compress(b"{}" * 99, mtime=0)[:-9]])
def test_a_gold_file_without_labels_is_refused(folder: Folder, content: bytes) -> None:
    folder.gold.write_bytes(content)
    assert str(folder.gold) in folder.refused()


def test_labels_of_which_none_counts_are_refused(folder: Folder) -> None:
    folder.label(harbour(4))
    assert "no label that counts" in folder.refused("--field", "age_lower")


def test_an_unknown_field_names_the_nearest(folder: Folder) -> None:
    assert "Did you mean 'country_codes'?" in folder.refused("--field", "country")

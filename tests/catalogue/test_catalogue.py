"""The keys of a catalogue file, and the messages about files that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.catalogue import Catalogue, FilesProtocol, JsonProtocol, every, expand, find, load, paths
from pipeline.catalogue.digests import DECIDING
from pipeline.errors import UsageError, nearest
from pipeline.redaction import known_secrets
from tests.support import PROJECT

LEAST = {
    "name": "harbour",
    "title": "Harbour Archive",
    "protocol": {"type": "files", "path": "records/*.xml"},
    "format": "ddi-codebook",
}
OAI = {"type": "oai-pmh", "url": "https://harbour.invalid/oai", "metadata_prefix": "oai_ddi25"}
API = {"type": "json", "url": "https://harbour.invalid/studies"}
WHOLE = {
    **LEAST,
    "home": "https://harbour.invalid",
    "source": "harbour-source",
    "protocol": API,
    "format": "table",
    "records": "data.items",
    "fields": {"name": "Title"},
    "table": {"delimiter": ";", "encoding": "latin-1", "sheet": "Studies", "header": 2},
    "exclude": [{"jmespath": "kind == 'software'", "xpath": None, "reason": "no study"}],
    "allow_hosts": ["files.harbour.invalid"],
    "variables": False,
    "aggregator": True,
    "enabled": False,
    "defaults": {
        "resource_type": "study",
        "country_codes": ["FI", "NO"],
        "language_codes": ["fi", "se"],
        "access": ["open", "controlled"],
    },
    "schedule": "0 3 * * 1",
    "max_drop": 0.2,
    "max_rejects": 0,
    "max_drift": 1,
    "max_hours": 0.5,
    "patience_hours": 6,
    "owner": "Harbour team",
    "attribution": "Harbour Archive, by its own words",
    "metadata_license": "CC0-1.0",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalogues folder."""
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", str(tmp_path))
    return tmp_path


def write(folder: Path, file_name: str = "harbour.yaml", /, **changes: Any) -> Path:
    """Write a catalogue file; a key whose value is None is left out."""
    described = {key: value for key, value in {**LEAST, **changes}.items() if value is not None}
    file = folder / file_name
    file.write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
    return file


def refusal(file: Path) -> str:
    """The message about a file that cannot be used: one paragraph that names the file."""
    with pytest.raises(UsageError) as refused:
        load(file)
    message = str(refused.value)
    assert str(file) in message
    assert "\n" not in message
    return message


def test_a_file_with_the_required_keys_only(folder: Path) -> None:
    catalogue = load(write(folder))
    assert catalogue.id_source == "harbour"
    assert catalogue.protocol == FilesProtocol(type="files", path="records/*.xml")
    assert (catalogue.max_drop, catalogue.max_rejects, catalogue.max_drift) == (0.10, 0.05, 0.10)
    assert catalogue.defaults.model_dump(exclude_none=True) == {}
    assert catalogue.schedule is None
    assert catalogue.file == folder / "harbour.yaml"


def test_every_key_is_accepted(folder: Path) -> None:
    fields = {"name": "Title", "keywords": {"from": ["Keywords", "Topics"], "split": ";"}}
    exclude = {"jmespath": "kind == 'software'", "reason": "no study"}
    catalogue = load(write(folder, **{**WHOLE, "fields": fields, "exclude": exclude}))
    assert WHOLE.keys() == Catalogue.model_fields.keys() - {"file"}, "a key of the model is not in this test"
    assert isinstance(catalogue.protocol, JsonProtocol)
    assert catalogue.id_source == "harbour-source"
    assert catalogue.fields["keywords"].sources == ["Keywords", "Topics"]
    said = catalogue.model_dump()
    assert {key: said[key] for key in WHOLE if key not in {"fields", "protocol"}} == {
        key: value for key, value in WHOLE.items() if key not in {"fields", "protocol"}
    }


def test_every_key_decides_what_documents_become_or_is_known_not_to() -> None:
    others = {
        *(
            "name",
            "title",
            "home",
            "allow_hosts",
            "enabled",
            "schedule",
            "max_drop",
            "max_rejects",
            "max_drift",
            "max_hours",
            "patience_hours",
            "owner",
        ),
        *("attribution", "metadata_license"),
    }
    assert {*DECIDING} | others == WHOLE.keys(), "add a new key to DECIDING, or to the others here"
    assert not {*DECIDING} & others


@pytest.mark.parametrize("key", ["name", "title", "protocol", "format"])
def test_a_required_key_that_is_missing(folder: Path, key: str) -> None:
    assert f"'{key}' is missing" in refusal(write(folder, **{key: None}))


@pytest.mark.parametrize(
    ("changes", "nearest_key"),
    [
        ({"titel": "x"}, "title"),
        ({"max_dropp": 0.1}, "max_drop"),
        ({"protocol": {"type": "files", "path": "x", "paht": "y"}}, "path"),
        ({"protocol": {**OAI, "metadataPrefix": "x"}}, "metadata_prefix"),
        ({"defaults": {"country_code": ["FI"]}}, "country_codes"),
        ({"protocol": {**API, "heders": {}}}, "headers"),
        ({"protocol": {**API, "paging": {"style": "page", "parm": "p"}}}, "param"),
        ({"protocol": {**API, "since": {"parm": "from"}}}, "param"),
        ({"format": "json", "fields": {"name": "title", "keyword": "tags"}}, "keywords"),
        ({"format": "json", "fields": {"name": {"from": "title", "splits": ";"}}}, "split"),
        ({"exclude": [{"jmespat": "x", "reason": "y"}]}, "jmespath"),
        ({"format": "table", "fields": {"name": "t"}, "table": {"delimeter": ";"}}, "delimiter"),
    ],
)
def test_an_unknown_key_names_the_nearest(folder: Path, changes: dict[str, Any], nearest_key: str) -> None:
    message = refusal(write(folder, **changes))
    assert "unknown key" in message
    assert f"Did you mean '{nearest_key}'?" in message


def test_the_key_that_the_program_sets_is_refused(folder: Path) -> None:
    assert "unknown key 'file'" in refusal(write(folder, file="x"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"variables": True}, "variables"),
        ({"fields": {"name": "title"}}, "ddi-codebook has its own"),
        ({"table": {"delimiter": ";"}}, "for the format table"),
        ({"protocol": OAI, "records": "items"}, "not by oai-pmh"),
        ({"protocol": {**API, "body": {}}}, "method: POST"),
        ({"protocol": {**API, "detail_record": "data"}}, "detail"),
    ],
)
def test_a_key_that_would_have_no_effect_is_refused(folder: Path, changes: dict[str, Any], says: str) -> None:
    assert says in refusal(write(folder, **changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "Harbour Archive"}, "name"),
        ({"name": "-harbour"}, "name"),
        ({"name": 7}, "quotes"),
        ({"title": ""}, "title"),
        ({"source": "Harbour"}, "source"),
        ({"format": "ddi-codebok"}, "'ddi-codebook'"),
        ({"format": "marc"}, "harmony"),
        ({"protocol": {"type": "file", "path": "x"}}, "'files'"),
        ({"protocol": {"path": "x"}}, "protocol.type"),
        ({"protocol": "files"}, "protocol"),
        ({"protocol": {"type": "files"}}, "protocol.path"),
        ({"protocol": {**OAI, "url": "ftp://harbour.invalid"}}, "ftp://harbour.invalid"),
        ({"protocol": {**OAI, "url": "harbour.invalid/oai"}}, "harbour.invalid/oai"),
        ({"defaults": {"resource_type": "datasets"}}, "'dataset'"),
        ({"defaults": {"country_codes": [False]}}, "quotes"),
        ({"defaults": {"country_codes": ["Finland"]}}, "defaults.country_codes"),
        ({"defaults": {"language_codes": ["Finnish"]}}, "defaults.language_codes"),
        ({"defaults": {"access": ["free"]}}, "open"),
        ({"protocol": {**API, "url": "https://"}}, "https://"),
        ({"protocol": {**API, "paging": {"style": "pages"}}}, "'page'"),
        ({"protocol": {**API, "paging": {"param": "p"}}}, "protocol.paging.style"),
        ({"protocol": {**API, "paging": {"style": "cursor", "param": "c"}}}, "protocol.paging.next"),
        ({"protocol": {**API, "detail": "https://harbour.invalid/studies"}}, "{id}"),
        ({"protocol": {**API, "detail": "https://harbour.invalid/{a b}"}}, "'a b' is not a JMESPath"),
        ({"protocol": {**API, "total": "a["}}, "'a[' is not a JMESPath"),
        ({"protocol": {**API, "since": {"param": "from", "value": "x"}}}, "{since}"),
        (
            {"protocol": {"type": "sitemap", "url": "https://harbour.invalid", "include": "["}},
            "regular expression",
        ),
        ({"protocol": API, "records": "a["}, "records"),
        ({"format": "json"}, "needs fields"),
        ({"format": "json", "fields": {"id": "id"}}, "name"),
        ({"format": "json", "fields": {"name": "a["}}, "fields.name"),
        ({"format": "table", "fields": {"name": "Title", "id": False}}, "in quotes"),
        ({"exclude": [{"jmespath": "x"}]}, "reason"),
        ({"exclude": {"reason": "no study"}}, "xpath"),
        ({"exclude": {"xpath": "//[", "reason": "no study"}}, "XPath"),
        ({"exclude": {"xpath": "//ddi:codeBook", "reason": "no study"}}, "XPath"),
        ({"format": "table", "fields": {"name": "t"}, "table": {"encoding": "latin-99"}}, "latin-99"),
        ({"allow_hosts": ["https://other.invalid/x"]}, "allow_hosts"),
        ({"enabled": "sometimes"}, "enabled"),
        ({"schedule": "weekly"}, "'0 3 * * 1'"),
        ({"schedule": "0 25 * * *"}, "cron"),
        ({"schedule": "0 0 30 2 *"}, "times that come"),
        ({"schedule": "R 3 * * 1"}, "cron"),
        ({"schedule": "0 0 3 * * 1"}, "cron"),
        ({"max_drop": 10}, "max_drop"),
        ({"max_rejects": -0.1}, "max_rejects"),
        ({"max_drift": "some"}, "max_drift"),
        ({"max_hours": 0}, "max_hours"),
    ],
)
def test_a_value_that_is_not_allowed(folder: Path, changes: dict[str, Any], says: str) -> None:
    assert says in refusal(write(folder, **changes))


def test_all_problems_are_reported_at_once(folder: Path) -> None:
    message = refusal(write(folder, title=None, format="marc", scheduel="x"))
    assert all(words in message for words in ("'title' is missing", "'marc'", "'schedule'"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name: [", "not YAML"),
        (b"name: a\nname: b\n", "'name' occurs twice"),
        (b"name: \xff\n", "UTF-8"),
        (b"- a\n- b\n", "holds no keys"),
        (b"", "holds no keys"),
        (b"name: !!python/object/apply:os.getcwd []\n", "not YAML"),
    ],
)
def test_a_file_that_is_not_a_catalogue_file(folder: Path, content: bytes, says: str) -> None:
    file = folder / "harbour.yaml"
    file.write_bytes(content)
    assert says in refusal(file)


def test_a_file_that_is_missing(folder: Path) -> None:
    assert "No such file" in refusal(folder / "harbour.yaml")
    assert "directory" in refusal(folder)


class TestVariables:
    """`${NAME}` and `${NAME:-default}` in the protocol's values."""

    @pytest.fixture(autouse=True)
    def _variables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HARBOUR_SET", "a-set")
        monkeypatch.setenv("HARBOUR_EMPTY", "")
        monkeypatch.delenv("HARBOUR_UNSET", raising=False)

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("${HARBOUR_SET}", "a-set"),
            ("/x/${HARBOUR_SET}/${HARBOUR_UNSET:-y}/*.xml", "/x/a-set/y/*.xml"),
            ("${HARBOUR_SET:-default}", "a-set"),
            ("${HARBOUR_UNSET:-default}", "default"),
            ("${HARBOUR_EMPTY:-default}", "default"),
            ("x${HARBOUR_UNSET:-}", "x"),
            ("${HARBOUR_UNSET:-../.state}/x", "../.state/x"),
            ("$HARBOUR_SET {a,b}", "$HARBOUR_SET {a,b}"),
        ],
    )
    def test_are_replaced(self, folder: Path, written: str, read: str) -> None:
        protocol = load(write(folder, protocol={"type": "files", "path": written})).protocol
        assert isinstance(protocol, FilesProtocol)
        assert protocol.path == read

    @pytest.mark.parametrize("name", ["HARBOUR_UNSET", "HARBOUR_EMPTY"])
    def test_that_are_not_set_are_named(self, folder: Path, name: str) -> None:
        message = refusal(write(folder, protocol={"type": "files", "path": f"${{{name}}}"}))
        assert f"environment variable {name}" in message

    def test_that_may_be_secrets_are_not_replaced_when_the_file_is_read(self, folder: Path) -> None:
        asked = {"headers": {"X-Key": "${HARBOUR_UNSET}"}, "params": {"key": "${HARBOUR_SET}", "rows": 5}}
        protocol = load(write(folder, protocol={**API, **asked})).protocol
        assert isinstance(protocol, JsonProtocol)
        assert protocol.headers == asked["headers"]
        assert protocol.params == asked["params"]
        assert expand({"a": ["${HARBOUR_SET}", 5]}, folder) == {"a": ["a-set", 5]}

    @pytest.mark.parametrize(
        ("key", "value", "hidden"),
        [
            ("headers", {"X-Key": "Bearer ${HARBOUR_SET}"}, True),
            ("body", {"login": ["${HARBOUR_SET}"]}, True),
            ("params", {"key": "${HARBOUR_UNSET:-default}"}, False),
            ("url", "https://harbour.invalid/records?key=${HARBOUR_SET}", True),
            ("url", "https://harbour.invalid/records?size=5&key=${HARBOUR_SET}&page=1", True),
            ("url", "https://${HARBOUR_SET}:${HARBOUR_UNSET:-x}@harbour.invalid/records", True),
            ("url", "https://reader:${HARBOUR_SET}@harbour.invalid/records", True),
            ("url", "https://${HARBOUR_SET}:8080/records", False),
            ("url", "https://harbour.invalid/${HARBOUR_SET}/records@5", False),
            ("url", "${HARBOUR_ADDRESS}", True),
            ("since", {"param": "after", "value": "${HARBOUR_SET} {since}"}, True),
            ("since", {"param": "${HARBOUR_SET}"}, True),
            ("paging", {"style": "cursor", "param": "token", "next": "next", "start": "${HARBOUR_SET}"}, True),
        ],
    )
    def test_are_secret_where_keys_are_written_and_not_in_the_place_itself(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: Any, *, hidden: bool
    ) -> None:
        monkeypatch.setenv("HARBOUR_ADDRESS", "https://harbour.invalid/records?key=a-set")
        method = {"method": "POST"} if key == "body" else {}
        load(write(folder, protocol={**API, **method, key: value}))
        assert ("a-set" in known_secrets()) == hidden

    @pytest.mark.parametrize("key", ["url", "detail", "id", "total", "method", "type"])
    def test_with_a_key_in_the_wrong_place_are_in_no_message(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, key: str
    ) -> None:
        monkeypatch.setenv("HARBOUR_KEY", "open ]sesame")
        assert "sesame" not in refusal(write(folder, protocol={**API, key: "${HARBOUR_KEY}"}))

    def test_with_an_address_that_cannot_be_used_are_shown_without_its_login(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HARBOUR_ADDRESS", "ftp://reader:sesame@harbour.invalid/records")
        message = refusal(write(folder, protocol={**API, "url": "${HARBOUR_ADDRESS}"}))
        assert "ftp://harbour.invalid/records is not an http or https address" in message

    def test_outside_the_protocol_are_plain_text(self, folder: Path) -> None:
        assert load(write(folder, title="${HARBOUR_UNSET}")).title == "${HARBOUR_UNSET}"


class TestFolder:
    """Catalogues by name."""

    def test_a_catalogue_is_found_by_name_and_by_path(self, folder: Path) -> None:
        file = write(folder)
        assert find("harbour") == find(str(file)) == load(file)

    def test_all_are_listed_by_name_without_corrections(self, folder: Path) -> None:
        write(folder, "quay.yaml", name="quay")
        write(folder)
        (folder / "harbour.corrections.yaml").write_text("harbour/1: {suppress: true, reason: asked for}\n")
        (folder / "notes.txt").write_text("nothing")
        assert [catalogue.name for catalogue in every()] == ["harbour", "quay"]
        assert [path.name for path in paths()] == ["harbour.yaml", "quay.yaml"]

    def test_in_the_catalogues_folder_the_name_has_to_be_that_of_the_file(self, folder: Path) -> None:
        write(folder, "quay.yaml")
        for call in (lambda: find("quay"), lambda: list(every())):
            with pytest.raises(UsageError, match=r"quay\.yaml names itself 'harbour'"):
                call()

    def test_in_another_folder_the_name_may_differ(
        self, folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        assert folder.exists()
        assert find(str(write(tmp_path_factory.mktemp("elsewhere"), "any.yaml"))).name == "harbour"

    def test_an_unknown_name_names_the_nearest(self, folder: Path) -> None:
        write(folder)
        with pytest.raises(UsageError, match="Did you mean 'harbour'"):
            find("harbor")
        with pytest.raises(UsageError, match="Known: harbour"):
            find("zzz")

    @pytest.mark.usefixtures("folder")
    def test_an_empty_folder_has_no_catalogue(self) -> None:
        assert list(every()) == []
        with pytest.raises(UsageError, match="Known: none"):
            find("harbour")


def test_the_projects_own_catalogues_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDY_INDEX_CATALOGUES", raising=False)
    found = list(every())
    assert found
    assert all(catalogue.file.parent == PROJECT / "catalogues" for catalogue in found)


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("serch", ["search", "show"], " Did you mean 'search'?"),
        ("Demo_Helth", ["demo-health", "demo-archive"], " Did you mean 'demo-health'?"),
        ("NO-TITLE", ["no_id", "no_title"], " Did you mean 'no_title'?"),
        ("zzz", ["search", "show"], " Known: search, show."),
        ("zzz", [], " Known: none."),
    ],
)
def test_the_nearest_word(word: str, known: list[str], said: str) -> None:
    assert nearest(word, known) == said

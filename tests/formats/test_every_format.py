"""All formats together: their names, each format with the records of all others, and files with many records."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import orjson
import pytest
from lxml import etree

from pipeline.catalogue.records import DECLARED, FormatName
from pipeline.errors import RejectError, UsageError
from pipeline.formats import FORMATS, format_named
from pipeline.formats.placeholders import ADDED
from pipeline.model.raw import RawRecord
from pipeline.model.record import StudyRecord
from pipeline.protocols.files.splitting import split
from tests.formats.conformance import FIXTURES, assert_sound, read_or_reject, real_files

LARGE = 200_000
"""Real files of more bytes are read by their own format alone (see `test_real_files`)."""
OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{}</ListRecords></OAI-PMH>'
OAI_RECORD = (
    "<record><header><identifier>oai:nda.example:{}</identifier><datestamp>2024-05-06</datestamp></header>"
    "<metadata>{}</metadata></record>"
)
OAI_DELETION = (
    '<record><header status="deleted"><identifier>oai:nda.example:gone</identifier>'
    "<datestamp>2024-05-06</datestamp></header></record>"
)
ARTICLE = '<dc xmlns="http://purl.org/dc/elements/1.1/"><title>On Tides</title><type>Article</type></dc>'
SYNTAXES = {"ddi-codebook": "xml", "ddi-lifecycle": "xml", "dublin-core": "xml", "datacite": "xml"}


def stem(name: str) -> str:
    return f"{name.replace('-', '_')}_record_"


def payload(name: str, variant: str = "all_fields") -> bytes:
    return (FIXTURES / f"{stem(name)}{variant}.{SYNTAXES.get(name, 'json')}").read_bytes()


def outcomes(path: Path, name: str) -> list[StudyRecord | RejectError]:
    """What a file's records become; deletions are left out."""
    raws = [raw for raw in split(str(path), format_named(name)) if isinstance(raw, RawRecord)]
    return [read_or_reject(name, raw.payload) for raw in raws if raw.payload is not None]


def codes(read: list[StudyRecord | RejectError]) -> Counter[str]:
    return Counter(each.code if isinstance(each, RejectError) else "read" for each in read)


def test_every_name_that_a_catalogue_file_can_have_is_a_format() -> None:
    assert set(get_args(FormatName)) == {*FORMATS, *DECLARED}
    assert set(get_args(FormatName)) >= set(ADDED)
    assert all(format_named(name).name == name for name in FORMATS)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_has_tests_of_its_own(name: str) -> None:
    module = Path(__file__).with_name(f"test_{name.replace('-', '_')}.py")
    assert "(FormatConformance)" in module.read_text(encoding="utf-8")


def test_a_message_about_an_unknown_format_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean 'ddi-codebook'"):
        format_named("ddi_codebok")
    with pytest.raises(UsageError, match="Known: ddi-codebook"):
        format_named("zzz")
    with pytest.raises(UsageError, match="--catalogue FILE"):
        format_named("json")


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_record_is_read_or_rejected_by_every_format(name: str) -> None:
    for path in [*FIXTURES.iterdir(), *real_files("**/*")]:
        if path.stat().st_size <= LARGE:
            assert_sound(read_or_reject(name, path.read_bytes()))


@pytest.mark.parametrize("name", sorted(SYNTAXES))
def test_xml_of_other_formats_is_rejected(name: str) -> None:
    others = [path for path in FIXTURES.glob("*.xml") if not path.name.startswith(stem(name))]
    assert len(others) >= 12
    for path in others:
        outcome = read_or_reject(name, path.read_bytes())
        assert isinstance(outcome, RejectError), path
        assert outcome.code in {"wrong_format", "malformed"}, path


def _lines(values: list[bytes]) -> bytes:
    return b"\n".join(orjson.dumps(orjson.loads(value)) for value in values)


def _list(values: list[bytes]) -> bytes:
    return b"[" + b",".join(values) + b"]"


def _by_key(values: list[bytes]) -> bytes:
    return b"{" + b",".join(b'"%d": %b' % pair for pair in enumerate(values)) + b"}"


JSON_FILES = [("records.ndjson", _lines), ("records.json", _list), ("records.ndjson.gz", _lines)]


@pytest.mark.parametrize(
    ("name", "file", "write"),
    [
        *((name, *written) for name in sorted(FORMATS.keys() - SYNTAXES.keys()) for written in JSON_FILES),
        *((name, "records.json", _by_key) for name in ("hdruk", "mhc", "ukllc")),
    ],
)
def test_every_record_of_a_json_file_is_read(
    tmp_path: Path, name: str, file: str, write: Callable[[list[bytes]], bytes]
) -> None:
    values = [payload(name), payload(name, "optional_missing")]
    content = write(values)
    (tmp_path / file).write_bytes(gzip.compress(content) if file.endswith(".gz") else content)
    assert outcomes(tmp_path / file, name) == [read_or_reject(name, value) for value in values]


@pytest.mark.parametrize("name", sorted(SYNTAXES))
def test_every_record_of_an_oai_pmh_page_is_read(tmp_path: Path, name: str) -> None:
    roots = [etree.fromstring(payload(name, variant)) for variant in ("all_fields", "optional_missing")]
    bare = [next(root.iterfind(".//{*}metadata/{*}*"), root) for root in roots]
    records = [OAI_RECORD.format(at, etree.tostring(each, encoding="unicode")) for at, each in enumerate(bare)]
    page = tmp_path / "page.xml"
    page.write_text(OAI.format("".join([*records, OAI_DELETION])), encoding="utf-8")

    raws = [raw for raw in split(str(page), format_named(name)) if isinstance(raw, RawRecord)]
    read = outcomes(page, name)

    assert [raw.deleted for raw in raws] == [False, False, True]
    assert [raw.datestamp for raw in raws] == ["2024-05-06"] * 3
    assert codes(read) == {"read": 2}
    for each, variant in zip(read, ("all_fields", "optional_missing"), strict=True):
        assert isinstance(each, StudyRecord)
        alone = format_named(name).read(payload(name, variant))
        assert each.statements == alone.statements


def test_articles_of_an_oai_pmh_page_are_no_studies(tmp_path: Path) -> None:
    page = tmp_path / "page.xml"
    page.write_text(OAI.format("".join(OAI_RECORD.format(at, ARTICLE) for at in range(3))), encoding="utf-8")
    assert codes(outcomes(page, "dublin-core")) == {"not_a_study": 3}


@pytest.mark.parametrize("file", ["answer.json", "answers.ndjson"])
def test_of_an_answer_of_datacite_only_data_are_studies(tmp_path: Path, file: str) -> None:
    def entry(number: int, general: str) -> dict[str, Any]:
        attributes = {"titles": [{"title": f"Lamps {number}"}], "types": {"resourceTypeGeneral": general}}
        return {"id": f"10.5072/lamps-{number}", "type": "dois", "attributes": attributes}

    kinds = ["Dataset", "Text", "Software", "Collection", "Image"]
    answer = {"data": [entry(number, kind) for number, kind in enumerate(kinds)], "meta": {"total": 5}}
    path = tmp_path / file
    path.write_bytes(orjson.dumps(answer))

    raws = [raw for raw in split(str(path), format_named("datacite")) if isinstance(raw, RawRecord)]

    assert [raw.record_id for raw in raws] == [f"10.5072/lamps-{number}" for number in range(5)]
    assert codes(outcomes(path, "datacite")) == {"read": 2, "not_a_study": 3}

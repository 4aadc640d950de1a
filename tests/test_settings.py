"""Settings: the environment goes before `study-index.toml`, and that before the defaults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import settings
from pipeline.errors import UsageError
from pipeline.index.client import connect
from pipeline.staging.store import Staging


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without a setting; the current folder is one below it."""
    secrets = (variable + end for variable in settings.SECRETS.values() for end in ("", "_FILE"))
    for variable in ("STUDY_INDEX_FOLDER", *settings.VARIABLES.values(), *secrets):
        monkeypatch.delenv(variable, raising=False)
    made = tmp_path.resolve() / "work"
    (made / "catalogues").mkdir(parents=True)
    (made / settings.FILE).touch()
    monkeypatch.chdir(made / "catalogues")
    return made


def set_in_file(folder: Path, text: str) -> None:
    (folder / settings.FILE).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["../bay", "bay.corrections", "other", "", "."])
def test_a_file_is_that_of_a_catalogue_only_in_the_folder_of_catalogues(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", str(tmp_path / "catalogues"))
    (tmp_path / "catalogues").mkdir()
    for file in ("bay.yaml", "catalogues/bay.yaml", "catalogues/bay.corrections.yaml"):
        (tmp_path / file).touch()
    assert settings.catalogue_file("bay") == tmp_path / "catalogues" / "bay.yaml"
    assert settings.catalogue_file(name) is None


def test_without_a_setting_everything_is_in_the_working_folder(folder: Path) -> None:
    assert settings.folder() == folder
    assert settings.catalogues() == folder / "catalogues"
    assert settings.home() == folder / ".state"
    assert settings.staging_url() == f"file://{folder}/.state/staging"
    assert settings.elasticsearch_url() is None
    assert settings.elasticsearch_ca() is None
    assert (settings.backoff(), settings.elasticsearch_wait()) == (0.2, 600)


def test_a_folder_without_a_settings_file_above_it_is_its_own_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.folder() == tmp_path.resolve()


def test_a_working_folder_can_be_named(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDY_INDEX_FOLDER", "work")
    assert settings.catalogues() == folder / "catalogues"
    monkeypatch.setenv("STUDY_INDEX_FOLDER", "elsewhere")
    with pytest.raises(UsageError, match="STUDY_INDEX_FOLDER is elsewhere, which is not a folder"):
        settings.catalogues()


def test_relative_paths_of_the_file_are_relative_to_it(folder: Path) -> None:
    set_in_file(folder, 'catalogues = "mine"\nhome = "/var/study-index"\nelasticsearch_ca = "ca.pem"\n')
    assert settings.catalogues() == folder / "mine"
    assert settings.home() == Path("/var/study-index")
    assert settings.elasticsearch_ca() == folder / "ca.pem"


def test_languages_of_the_site_are_the_files_of_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.language_files() == []
    set_in_file(folder, 'languages = "words"\n')
    with pytest.raises(UsageError, match=r"languages in .* is .*words, which is not a folder"):
        settings.language_files()
    (folder / "words").mkdir()
    for name in ("qz.yaml", "qa.yaml", "notes.txt"):
        (folder / "words" / name).touch()
    assert settings.language_files() == [folder / "words" / "qa.yaml", folder / "words" / "qz.yaml"]
    monkeypatch.setenv("STUDY_INDEX_LANGUAGES", str(folder))
    assert settings.language_files() == []


def test_staging_is_a_folder_or_a_url(folder: Path) -> None:
    set_in_file(folder, 'staging = "parts"\n')
    assert settings.staging_url() == f"file://{folder}/parts"
    set_in_file(folder, 'staging = "s3://bucket/parts"\n')
    assert settings.staging_url() == "s3://bucket/parts"


def test_staging_stays_in_a_working_folder_whose_name_has_blanks_and_umlauts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDY_INDEX_HOME", str(tmp_path / "Zustand für 100% #1"))
    Staging("harbour", "run-1").write_json("run", {"a": 1})
    assert (tmp_path / "Zustand für 100% #1" / "staging" / "harbour" / "run-1" / "run.json").is_file()


def test_a_message_names_where_a_setting_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.where("elasticsearch_url") == "ELASTICSEARCH_URL"
    set_in_file(folder, 'elasticsearch_url = "localhost:9200"\n')
    assert settings.where("elasticsearch_url") == f"elasticsearch_url in {folder / settings.FILE}"
    with pytest.raises(UsageError, match=r"^elasticsearch_url in .*study-index\.toml is 'localhost:9200'"):
        connect()
    monkeypatch.setenv("ELASTICSEARCH_URL", "localhost:9201")
    with pytest.raises(UsageError, match=r"^ELASTICSEARCH_URL is 'localhost:9201'"):
        connect()


def test_the_environment_goes_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_in_file(
        folder, 'catalogues = "mine"\nbackoff = 3\nstaging = "parts"\nelasticsearch_url = "http://127.0.0.1:9200"\n'
    )
    assert settings.backoff() == 3
    monkeypatch.setenv("STUDY_INDEX_BACKOFF", "0")
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", "here")
    monkeypatch.setenv("STUDY_INDEX_STAGING", "memory://parts")
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:9201")
    assert settings.backoff() == 0
    assert settings.catalogues() == folder / "catalogues" / "here", "of the environment: relative to the current folder"
    assert settings.staging_url() == "memory://parts"
    assert settings.elasticsearch_url() == "http://127.0.0.1:9201"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('catalogs = "mine"', r"unknown key 'catalogs'\. Did you mean 'catalogues'\?"),
        ("catalogues = mine", r"study-index\.toml is not TOML"),
        ("catalogues = 3", r"catalogues in .* is 3; it has to be text"),
        ('elasticsearch_password = "x"', "set ELASTICSEARCH_PASSWORD in the environment"),
        ('elasticsearch_url = "https://user:secret@host"', "has a user or password in its URL"),
        ('elasticsearch_url = "https://user:a#secret@host"', "has a user or password in its URL"),
        ('elasticsearch_url = "user:secret@host:9200"', "has a user or password in its URL"),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_do(folder: Path, text: str, message: str) -> None:
    set_in_file(folder, text)
    with pytest.raises(UsageError, match=message) as refused:
        settings.elasticsearch_url() if "elasticsearch" in text else settings.catalogues()
    assert "secret" not in str(refused.value)


def test_a_path_may_contain_an_at_sign(folder: Path) -> None:
    set_in_file(folder, 'staging = "file:///srv/reader@harbour/staging"')
    assert settings.staging_url() == "file:///srv/reader@harbour/staging"


@pytest.mark.parametrize("value", ['"soon"', "-1", "[1]", "inf"])
@pytest.mark.parametrize("setting", [settings.backoff, settings.elasticsearch_wait])
def test_a_wait_that_is_no_time_is_refused(folder: Path, setting: Callable[[], float], value: str) -> None:
    set_in_file(folder, f"{setting.__name__} = {value}")
    with pytest.raises(UsageError, match="has to be seconds, 0 or more"):
        setting()


def test_alerts_are_a_list_in_the_file_and_parted_by_commas_in_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.alerts() == []
    set_in_file(folder, 'alerts = ["mail", "slack"]\n')
    assert settings.alerts() == ["mail", "slack"]
    monkeypatch.setenv("STUDY_INDEX_ALERTS", "hook, mail")
    assert settings.alerts() == ["hook", "mail"]


@pytest.mark.parametrize("value", ['"mail"', "[1]", '[""]'])
def test_alerts_that_are_no_list_of_names_are_refused(folder: Path, value: str) -> None:
    set_in_file(folder, f"alerts = {value}\n")
    with pytest.raises(UsageError, match=r"alerts in .*it has to be a list"):
        settings.alerts()


@pytest.mark.parametrize("name", sorted(settings.SECRETS))
def test_a_credential_is_in_its_variable_or_in_the_file_that_one_names(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable, file = settings.SECRETS[name], tmp_path / "credential"
    assert settings.secret(name) is None
    monkeypatch.setenv(variable, "in-the-variable\n")
    assert settings.secret(name) == "in-the-variable"
    monkeypatch.setenv(f"{variable}_FILE", str(file))
    file.write_text("in-the-file\n")
    with pytest.raises(UsageError, match=f"{variable} and {variable}_FILE are both set"):
        settings.secret(name)
    monkeypatch.delenv(variable)
    assert settings.secret(name) == "in-the-file"


@pytest.mark.parametrize(
    ("content", "what"), [(None, "cannot be read"), (b"\n", "is empty"), (b"\xff", "cannot be read")]
)
def test_a_file_without_a_credential_is_named(
    content: bytes | None, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "no-credential"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ELASTICSEARCH_API_KEY_FILE", str(file))
    with pytest.raises(UsageError, match=rf"ELASTICSEARCH_API_KEY_FILE names .*no-credential, which {what}"):
        connect()


def test_a_credential_in_a_file_that_cannot_be_sent_is_not_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    file.write_text("open\nsesame\n")
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ELASTICSEARCH_API_KEY_FILE", str(file))
    with pytest.raises(UsageError, match="ELASTICSEARCH_API_KEY_FILE contains a line end") as refused:
        connect()
    assert "sesame" not in str(refused.value)

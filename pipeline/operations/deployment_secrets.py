"""Passwords, keys and certificates of a deployment: each is made once, and each service gets those that it needs.

    python -m pipeline.operations.deployment_secrets /secrets --owner postgres=999 --owner redis=999 …

The folder `kept` below `/secrets` has each secret in a file of its own. Whoever has it can restore all others, so it is
what to back up. The other folders, one a service, are made from it at each start, in the form that the service reads.
To change a secret, write its file in `kept`, and start again.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from pipeline.operations.certificates import Pair, new_authority, signed, still_good

KEPT = "kept"

Made = dict[str, str]
"""Secrets, or what a service gets, by the names of their files."""

MADE: dict[str, Callable[[], str]] = {
    "postgres_password": lambda: secrets.token_hex(32),
    "redis_password": lambda: secrets.token_hex(32),
    "elastic_password": lambda: secrets.token_hex(32),
    "kibana_password": lambda: secrets.token_hex(32),
    "kibana_encryption_key": lambda: secrets.token_hex(32),
    "fernet_key": lambda: Fernet.generate_key().decode(),
    "jwt_secret": lambda: secrets.token_hex(64),
    "api_secret_key": lambda: secrets.token_hex(64),
    "admin_password": lambda: secrets.token_hex(16),
}
"""Each secret, and how it is made: without a character that an address, a settings file or a shell writes otherwise."""


def make(folder: Path, addresses: argparse.Namespace, owners: dict[str, int]) -> list[str]:
    """Make what is missing in `folder`, and return the files that are new or other than before.

    Args:
        folder: where the folders of all services are.
        addresses: `postgres` and `redis` as host and port, and `elasticsearch` as all names of that host.
        owners: the user ids that services run as; the others' folders stay with whoever calls.
    """
    _ensure(folder / KEPT)
    kept = {name: _kept(folder / KEPT / name, new) for name, new in MADE.items()}
    kept |= _certificates(folder / KEPT, addresses.elasticsearch)
    changed = []
    for service, files in _for_services(kept, addresses.postgres, addresses.redis).items():
        _ensure(folder / service)
        for name, text in files.items():
            if _write(folder / service / name, text, owners.get(service)):
                changed.append(f"{service}/{name}")
        if service in owners:
            os.chown(folder / service, owners[service], -1)
    return changed


def _for_services(kept: Made, postgres: str, redis: str) -> dict[str, Made]:
    """What each service gets."""
    database = f"{kept['postgres_password']}@{postgres}/airflow"
    authority = {"ca.crt": kept["ca.crt"]}
    return {
        "postgres": {"password": kept["postgres_password"]},
        "redis": {"password": kept["redis_password"], "redis.conf": f"requirepass {kept['redis_password']}\n"},
        "elasticsearch": authority
        | {"password": kept["elastic_password"]}
        | {name: kept[name] for name in ("elasticsearch.crt", "elasticsearch.key")},
        "setup": authority
        | {
            "elastic_password": kept["elastic_password"],
            "netrc": f"default login elastic password {kept['elastic_password']}\n",
            "kibana_password.json": json.dumps({"password": kept["kibana_password"]}),
        },
        "airflow": authority
        | {
            "sql_alchemy_conn": f"postgresql+psycopg2://airflow:{database}",
            "result_backend": f"db+postgresql+psycopg2://airflow:{database}",
            "broker_url": f"redis://:{kept['redis_password']}@{redis}/0",
        }
        | {name: kept[name] for name in ("fernet_key", "jwt_secret", "api_secret_key", "admin_password")},
        "kibana": authority | {"kibana.yml": _kibana(kept)},
        "search": authority,
    }


def _kibana(kept: Made) -> str:
    """Settings of Kibana that are secret."""
    keys = ("security", "encryptedSavedObjects", "reporting")
    lines = [f'elasticsearch.password: "{kept["kibana_password"]}"']
    return "\n".join(lines + [f'xpack.{key}.encryptionKey: "{kept["kibana_encryption_key"]}"' for key in keys]) + "\n"


def _certificates(folder: Path, names: list[str]) -> Made:
    """The authority, and Elasticsearch's certificate for these names of its host."""
    if not (folder / "ca.crt").exists():
        _save(folder, "ca", new_authority())
    authority = _saved(folder, "ca")
    certificate = folder / "elasticsearch.crt"
    if not (certificate.exists() and still_good(certificate.read_bytes(), authority, names)):
        _save(folder, "elasticsearch", signed(authority, names))
    server = _saved(folder, "elasticsearch")
    texts = {"ca.crt": authority.certificate, "elasticsearch.crt": server.certificate, "elasticsearch.key": server.key}
    return {name: text.decode() for name, text in texts.items()}


def _save(folder: Path, name: str, pair: Pair) -> None:
    _write(folder / f"{name}.key", pair.key.decode(), None)
    _write(folder / f"{name}.crt", pair.certificate.decode(), None)  # last: it is what is looked for


def _saved(folder: Path, name: str) -> Pair:
    return Pair((folder / f"{name}.crt").read_bytes(), (folder / f"{name}.key").read_bytes())


def _kept(file: Path, new: Callable[[], str]) -> str:
    if not file.exists():
        _write(file, new(), None)
    return file.read_text(encoding="utf-8").strip()


def _ensure(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _write(file: Path, text: str, owner: int | None) -> bool:
    """Write a file that its owner alone can read, whole or not at all; False where it was so already."""
    is_same = file.exists() and file.read_text(encoding="utf-8") == text
    if not is_same:
        part = file.with_name(f".{file.name}.part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
        with part.open("w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)
    if owner is not None:
        os.chown(file, owner, -1)
    return not is_same


def _owner(given: str) -> tuple[str, int]:
    service, _, user = given.partition("=")
    return service, int(user)


def parser() -> argparse.ArgumentParser:
    """The arguments of the command."""
    made = argparse.ArgumentParser(prog="python -m pipeline.operations.deployment_secrets", description=__doc__)
    made.add_argument("folder", type=Path, help="where the folders of all services are")
    made.add_argument("--postgres", required=True, metavar="HOST:PORT", help="PostgreSQL, as Airflow reaches it")
    made.add_argument("--redis", required=True, metavar="HOST:PORT", help="Redis, as Airflow reaches it")
    made.add_argument(
        "--elasticsearch", required=True, metavar="NAME", action="append", help="a name or address of Elasticsearch"
    )
    made.add_argument(
        "--owner", type=_owner, action="append", default=[], metavar="SERVICE=UID", help="who may read its folder"
    )
    return made


def main() -> None:
    """Make the secrets, and name the files that changed; no secret is printed."""
    given = parser().parse_args()
    changed = make(given.folder, given, dict(given.owner))
    print(f"{len(changed)} files written" + "".join(f"\n  {name}" for name in changed))  # noqa: T201 - a program's


if __name__ == "__main__":
    main()

"""Runs the commands of a page as its reader would: one shell, from the first command to the last, in one folder."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from demo.files import write_files
from pipeline.local import light_node
from tests.support import PROJECT

LONGEST = 300
"""Seconds after which the commands of a page are ended: one of them waits for something that does not come."""

PRELUDE = """
make() { command make --no-print-directory -C "$PROJECT" --dry-run "$@"; }

# The gate holds a candidate: the catalogue lists half of its studies no more.
candidate() {
  python -c "import json, sys, pathlib
file = pathlib.Path(sys.argv[1])
file.write_text(json.dumps(json.loads(file.read_text())[1::2]))" "$PAGE_FOLDER/.state/demo/health/datasets.json"
  study-index run demo-health
}
"""
"""`make` shows what it would do, and fails for an unknown target; the rest brings about what a page assumes."""

DEMO = ("demo-archive", "demo-dataverse", "demo-harmony", "demo-health")


class Step(NamedTuple):
    """A command, and what brings about what it assumes."""

    command: str
    before: str = ""


class Ran(NamedTuple):
    """What became of a command; `code` is None where the shell had ended before it."""

    code: int | None
    out: str
    err: str


def make_folder(folder: Path) -> None:
    """A working folder like this project's after `make demo`: settings, the demo catalogues and their files."""
    for name in (".venv", "dags", "mappings", "docs"):
        (folder / name).symlink_to(PROJECT / name)
    shutil.copy(PROJECT / "study-index.toml", folder)
    (folder / "catalogues").mkdir()
    for name in DEMO:
        shutil.copy(PROJECT / "catalogues" / f"{name}.yaml", folder / "catalogues")
    write_files(folder / ".state" / "demo")
    (folder / ".state" / "elasticsearch").mkdir()
    (folder / ".state" / "elasticsearch" / "server").symlink_to(light_node.default_home() / "server")


def surroundings(folder: Path, elasticsearch: str, archive: str) -> dict[str, str]:
    """The environment of a reader's shell: an Elasticsearch, a home folder of its own, no setting of this machine."""
    ours = re.compile("STUDY_INDEX_|ELASTICSEARCH_|AIRFLOW|PYTEST_|COLUMNS|NO_COLOR|FORCE_COLOR|MAKE|MFLAGS")
    (port,) = re.findall(r":(\d+)", archive)
    return {
        **{name: value for name, value in os.environ.items() if not ours.match(name)},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder / "home"),
        "PYTHONPATH": str(PROJECT),
        "PROJECT": str(PROJECT),
        "PAGE_FOLDER": str(folder),
        "ELASTICSEARCH_URL": elasticsearch,
        "STUDY_INDEX_DEMO_PORT": port,
        "STUDY_INDEX_BACKOFF": "0",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }


def run(steps: Sequence[Step], folder: Path, environment: Mapping[str, str]) -> list[Ran]:
    """Run commands one after the other in one shell, so that `cd` and `export` last; "y" is answered to questions."""
    made = folder / "ran"
    made.mkdir()
    (folder / "home").mkdir(exist_ok=True)
    answers = made / "answers"
    answers.write_text("y\n" * 100, encoding="utf-8")
    script = made / "script"
    script.write_text(PRELUDE + "".join(_lines(steps, made, answers)), encoding="utf-8")
    with subprocess.Popen(
        ["bash", "--noprofile", "--norc", str(script)], cwd=folder, env=environment, start_new_session=True
    ) as shell:
        try:
            shell.wait(LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, 9)
    return [_ran(made, number) for number in range(len(steps))]


def _lines(steps: Sequence[Step], made: Path, answers: Path) -> Iterator[str]:
    for number, step in enumerate(steps):
        place = shlex.quote(str(made / str(number)))
        if step.before:
            yield f"{{ {step.before}\n}} < /dev/null > {place}.before 2>&1\n"
        yield f"{{ {step.command}\n}} < {shlex.quote(str(answers))} > {place}.out 2> {place}.err\n"
        yield f"echo $? > {place}.code\n"


def _ran(made: Path, number: int) -> Ran:
    def text(end: str) -> str:
        file = made / f"{number}.{end}"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    return Ran(int(code) if (code := text("code").strip()) else None, text("out"), text("before") + text("err"))

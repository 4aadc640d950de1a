"""What our own image has beside the virtual environment: the files, variables and folder of its Dockerfile."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path

_CONTINUED = re.compile(r"\\\n\s*")
BUILD_FOLDER = "/tmp/build/"  # noqa: S108 - of the image


@dataclass
class OwnImage:
    """The last stage of a Dockerfile. `copies` has the source in the project by the path in the image."""

    environment: dict[str, str] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    working_dir: str = "/opt/airflow"

    def paths(self) -> set[str]:
        """The folders of the image that commands and variables may name."""
        named = [value for value in self.environment.values() if value.startswith("/")]
        return {*named, *(target.rstrip("/") for target in self.copies), self.working_dir, "/opt/airflow"}

    def make(self, root: Path, project: Path) -> None:
        """Make what the image has below `root`, from the project."""
        for folder in [*self.folders, self.working_dir]:
            (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        for target, name in self.copies.items():
            source, place = project / name, root / target.lstrip("/")
            if source.is_dir():
                shutil.copytree(source, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place = place / source.name if target.endswith("/") else place
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, place)


def read_dockerfile(file: Path) -> OwnImage:
    """The last stage of a Dockerfile; what is only there to build is left out."""
    lines = _CONTINUED.sub(" ", file.read_text(encoding="utf-8")).splitlines()
    instructions = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    last = max(number for number, (name, *_) in enumerate(instructions) if name == "FROM")
    image = OwnImage()
    for name, *rest in instructions[last + 1 :]:
        _add(image, name, shlex.split(rest[0], comments=True) if rest else [])
    return image


def _add(image: OwnImage, name: str, words: list[str]) -> None:
    if name == "ENV":
        image.environment |= dict(word.split("=", 1) for word in words)
    elif name == "WORKDIR":
        image.working_dir = words[0]
    elif name == "RUN" and words[:2] == ["mkdir", "-p"]:
        image.folders += words[2 : words.index("&&") if "&&" in words else None]
    elif name == "COPY" and not any(word.startswith("--from") for word in words):
        *sources, target = [word for word in words if not word.startswith("--")]
        if not target.startswith(BUILD_FOLDER):
            image.copies |= dict.fromkeys([target], sources[0])

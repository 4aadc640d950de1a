"""The answers in docs/index.md: `python -m tests.docs.index_answers` runs the examples and writes what they print.

It starts a light Elasticsearch with the demo catalogues. `test_commands_of_the_docs` runs the same examples, and fails
where an answer differs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.archive import archive_repository
from demo.oai_server import serve
from pipeline.local.light_node import ephemeral_node
from tests.docs.page_shell import DEMO, Step, make_folder, run, surroundings
from tests.docs.shell_examples import Data, Example, examples
from tests.support import PROJECT

NAME = "docs/index.md"
PAGE = PROJECT / NAME


def answers() -> list[tuple[Example, str]]:
    """The examples of the page that have an answer, each with what it printed."""
    shown = [each for each in examples(NAME) if isinstance(each, Example) and not each.inline]
    with TemporaryDirectory() as folder, ephemeral_node() as url, serve(archive_repository()) as archive:
        place = Path(folder)
        make_folder(place)
        for block in examples(NAME):
            if isinstance(block, Data) and block.file:
                (place / block.file).write_text(block.text, encoding="utf-8")
        steps = [Step(f"study-index run {' '.join(DEMO)}"), *map(_step, shown)]
        ran = run(steps, place, surroundings(place, url, archive))
    for example, each in zip(shown, ran[1:], strict=True):
        if each.code:
            sys.exit(f"{example}\n{each.out}{each.err}")
    return [(example, each.out.strip()) for example, each in zip(shown, ran[1:], strict=True)]


def _step(example: Example) -> Step:
    text = (
        f"python - <<'END OF EXAMPLE'\n{example.text}\nEND OF EXAMPLE" if example.language == "python" else example.text
    )
    return Step(text, 'cd "$PAGE_FOLDER"')


def main() -> int:
    """Writes the answers into the page, last ones first, so that lines keep their numbers."""
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    for example, printed in reversed(answers()):
        if example.output is None:
            continue
        first = example.line - 1 + example.text.count("\n") + 1
        if example.language == "python":
            first = lines.index("```text", first) + 1
        last = first
        while not lines[last].startswith(("```", "$ ")):
            last += 1
        lines[first:last] = printed.split("\n")
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

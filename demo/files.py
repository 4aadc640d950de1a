"""The demo catalogues as files: what `python -m demo generate DIR` writes; deterministic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from demo import archive, dataverse, harmony, hdruk
from demo.queries import queries
from demo.studies import harmony_id, studies, truths
from pipeline.evaluation.labels import FIELDS

DATAVERSE_FILES = 2
"""Number of files of the demo Dataverse."""

_WRITTEN = {"archive": "DA*.xml", "dataverse": "part-*.ndjson.gz", "health": "datasets.json", "harmony": "*.page.txt"}


def write_files(directory: Path) -> None:
    """Write the files of all demo catalogues to a folder. Files that an earlier call wrote there are replaced.

    archive/*.xml, index.json          DDI-Codebook records, as the OAI-PMH server offers them
    dataverse/part-<n>.ndjson.gz       Dataverse native JSON
    health/datasets.json               a JSON list of HDR UK records
    harmony/<number>.page.txt          item pages
    truth.json                         the correct facet values of each study, by harmony_id
    labels.jsonl                       the same as gold labels for `study-index score`, of the archive's studies
    queries.yaml                       queries with judgements for `study-index evaluate`
    """
    for name, written in _WRITTEN.items():
        folder = directory / name
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(written):
            old.unlink()
    archive.write(directory / "archive")
    datasets = studies("demo-dataverse")
    size = -(-len(datasets) // DATAVERSE_FILES)
    for part in range(DATAVERSE_FILES):
        packed = dataverse.lines(datasets[part * size : (part + 1) * size])
        (directory / "dataverse" / f"part-{part + 1}.ndjson.gz").write_bytes(packed)
    (directory / "health" / "datasets.json").write_bytes(hdruk.listing(studies("demo-health")))
    for study in studies("demo-harmony"):
        (directory / "harmony" / f"{study.number}.page.txt").write_bytes(harmony.page(study))
    known = {name: asdict(truth) for name, truth in truths().items()}
    (directory / "truth.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    (directory / "labels.jsonl").write_text("".join(_labels()), encoding="utf-8")
    (directory / "queries.yaml").write_text(queries(), encoding="utf-8")


def _labels() -> Iterator[str]:
    """A line of gold labels for each study of the archive whose record can be read."""
    for study in studies("demo-archive"):
        if study.truth is not None:
            label = {
                "key": harmony_id(study),
                "file": f"archive/{study.number}.xml",
                "format": "ddi-codebook",
                "labels": {name: value for name, value in asdict(study.truth).items() if name in FIELDS},
            }
            yield json.dumps(label) + "\n"

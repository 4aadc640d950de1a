"""What a fork server loads before its workers are made, so that all of them share one copy of it."""

from __future__ import annotations

import gc
from importlib import import_module

from pipeline.enrich import enrich
from pipeline.index.quick_import import import_client
from pipeline.model.record import Role, Statement, StudyRecord

_TEXT = "A survey of 1,000 women and men aged 18 to 64 in Finland and the United Kingdom, collected in May 2019."


def load_code() -> None:
    """Load the code of workers."""
    import_client()
    import_module("pipeline.run.workers")


def load_tables() -> None:
    """Load all tables of enrichment, by enriching a record that states something of each kind."""
    statements = [Statement(role=role, text=_TEXT, field="text") for role in Role]
    enrich(StudyRecord(format="any", statements=statements), defaults={}, resource_type="dataset", harvest_year=2026)


load_code()
load_tables()
gc.collect()
gc.freeze()

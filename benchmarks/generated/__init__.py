"""Invented records for benchmarks, in any number: `python -m benchmarks.generated` writes them.

Record number i is always the same, so two runs on two machines read the same records. Texts are made of words in
varied order: only what repeats in real catalogues (countries, terms of access, populations, methods) repeats here.
"""

from benchmarks.generated.catalogues import changed_numbers, write_ddi, write_ndjson
from benchmarks.generated.dataverse import dataset
from benchmarks.generated.ddi import codebook
from benchmarks.generated.studies import Study, study

__all__ = ["Study", "changed_numbers", "codebook", "dataset", "study", "write_ddi", "write_ndjson"]

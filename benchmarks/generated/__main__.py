"""Writes generated records, and beside them a catalogue file for `study-index run`.

    python -m benchmarks.generated ddi 3000 OUT [--changed 10]
    python -m benchmarks.generated dataverse 100000 OUT.ndjson [--changed 10]

`ddi` writes one file a record, `OUT/records/GEN0000000.xml` and so on; `dataverse` one line a record. With `--changed`,
so many of the records have another description than without it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.generated.catalogues import write_ddi, write_ndjson

_WRITERS = {"ddi": write_ddi, "dataverse": write_ndjson}


def main() -> int:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("format", choices=_WRITERS)
    parser.add_argument("count", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--changed", type=int, default=0, metavar="K", help="records that differ")
    arguments = parser.parse_args()
    print(_WRITERS[arguments.format](arguments.count, arguments.out, arguments.changed))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Finding a run that somebody names."""

from __future__ import annotations

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.records import Run
from reskontra.engine.ports import Reader


def run_of(reader: Reader, run_id: int) -> Run:
    """The run; raises ``ReskontraError`` RK736 when there is none of this number."""
    for run in reader.records(Run, id=run_id):
        return run
    raise ReskontraError.of(
        "RK736",
        f"there is no run:{run_id}",
        help="`reskontra show runs` lists them",
        exit_code=Exit.USAGE,
    )

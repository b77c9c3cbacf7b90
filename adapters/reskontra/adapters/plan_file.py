"""The plan as a file: JSON lines, one decision a line, so that a plan of a million lines is
written and read as a stream.

First line: format, id and basis; then one line per decision; last line: the texts of configuration
and rules behind the
plan. The id covers every byte of content: a plan that was altered, cut or mixed is refused.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from reskontra.engine.errors import Place, ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.works import WORKS, Work
from reskontra.engine.plan.model import PLAN_FORMAT, Basis, Plan, plan_id, record_lines
from reskontra.engine.wording import worded


def write(plan: Plan | Work, path: Path) -> str:
    """Write the plan (whole or not at all) and return its id."""
    head = {"plan": plan.identifier, "basis": plan.basis.record(), "lines": len(plan.records)}
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as file:
        file.write(canonical(head).encode())
        file.writelines(record_lines(plan.records))
        file.write(b"\n" + canonical({"texts": dict(plan.texts)}).encode() + b"\n")
    partial.replace(path)
    return plan.identifier


def read(path: Path) -> tuple[Plan, str]:
    """The plan and its id; raises as ``read_any``, and RK742 for a work of the ledger."""
    plan, identifier = read_any(path)
    if isinstance(plan, Work):
        raise ReskontraError.of(
            "RK742",
            f"this plan ({worded(plan.basis.kind)}) is about no bank lines",
            place=Place(str(path)),
            help="`reskontra apply FILE` books it; `reskontra explain run:N` tells it afterwards",
        )
    return plan, identifier


def read_any(path: Path) -> tuple[Plan | Work, str]:
    """The plan, or the work of the ledger, and its id.

    Raises ``ReskontraError``: RK734 altered or damaged, RK735 of another version of the program,
    RK742 not a plan at all.
    """
    first, rest = _bytes(path)
    head = _parse(first, path, 1)
    if "plan" not in head or "basis" not in head:
        raise _not_a_plan(path)
    basis = dict(head["basis"])
    found = basis.pop("format", None)
    if found != PLAN_FORMAT:
        raise ReskontraError.of(
            "RK735",
            f"the plan has format {found}, this program reads format {PLAN_FORMAT}",
            place=Place(str(path), 1),
            help="make a new plan with `reskontra match`",
        )
    end = max(rest.rfind(b"\n", 0, -1), 0)
    body, lines = memoryview(rest)[:end], rest.count(b"\n", 0, end) + bool(end)
    texts = _parse(rest[end:], path, lines + 2).get("texts")
    if texts is None or lines != head["lines"]:
        raise _altered(path, "lines are missing")
    if plan_id(canonical(head["basis"]), [b"\n", body] if lines else [], texts) != head["plan"]:
        raise _altered(path, "its content does not fit its id")
    basis["overrides"] = tuple(basis["overrides"])
    made = Work if basis["kind"] in WORKS else Plan
    return made(Basis(**basis), _records(body), texts), head["plan"]


def _bytes(path: Path) -> tuple[bytes, bytes]:
    """The first line, and all others."""
    try:
        with path.open("rb") as file:
            return file.readline(), file.read()
    except OSError as error:
        raise ReskontraError.of(
            "RK743", f"cannot read the plan: {error.strerror}", place=Place(str(path))
        ) from error


def _records(body: memoryview) -> pl.Series:
    """The lines as they stand: one column, and nothing in a line parts it."""
    return pl.read_csv(
        BytesIO(body), has_header=False, schema={"record": pl.String}, separator="\x1f",
        quote_char=None, raise_if_empty=False,
    ).to_series()  # fmt: skip


def _parse(text: bytes, path: Path, line: int) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        if line == 1:
            raise _not_a_plan(path) from error
        raise _altered(path, f"line {line} is damaged") from error
    if not isinstance(value, dict):
        raise _not_a_plan(path)
    return value


def _altered(path: Path, why: str) -> ReskontraError:
    return ReskontraError.of(
        "RK734",
        f"the plan was altered or damaged: {why}",
        place=Place(str(path)),
        help="a plan is applied exactly as it was made: make a new one with `reskontra match`",
    )


def _not_a_plan(path: Path) -> ReskontraError:
    return ReskontraError.of(
        "RK742",
        "this is not a plan",
        place=Place(str(path)),
        help="plans are written by `reskontra match --out FILE`",
    )

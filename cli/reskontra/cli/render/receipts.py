"""Receipts of imports: what is new, what was there already, what to look at."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.problems import print_problems
from reskontra.cli.render.words import counted, say
from reskontra.engine.imports.receipt import Receipt, TableReceipt
from reskontra.engine.wording import worded

SHOWN_PRESENT = 10
"""So many skipped lines are listed; JSON holds them all."""


def print_receipts(
    receipts: Sequence[Receipt | TableReceipt], *, output_format: str, country: str
) -> None:
    """Print receipts for people, or as JSON (one object per file)."""
    for receipt in receipts:
        if output_format == "json":
            sys.stdout.write(receipt.to_json() + "\n")
            continue
        lines = (
            _bank(receipt, country) if isinstance(receipt, Receipt) else _table(receipt, country)
        )
        for text in lines:
            typer.echo(text)
        print_problems(receipt.warnings, output_format="text")


def _bank(receipt: Receipt, country: str) -> Iterator[str]:
    if not receipt.changes:
        told = say("imported before as import:{id}, nothing changed", id=receipt.import_id)
        yield f"{receipt.file_name}: {told}"
        return
    yield (
        f"import:{receipt.import_id}  {receipt.file_name}  {receipt.format}  "
        f"sha256 {receipt.sha256[:12]}"
    )
    told = say(
        "{new}, {present} present already, {reconcile} only reconcile, {pending} pending, "
        "{information} for information",
        new=counted(receipt.new_lines, "new line"),
        present=len(receipt.present),
        reconcile=receipt.reconciling_lines,
        pending=receipt.pending,
        information=receipt.information,
    )
    yield f"  {told}"
    yield from _sums(receipt, country)
    for present in receipt.present[:SHOWN_PRESENT]:
        told = say(
            "line {number} of the file equals line:{line} ({by})",
            number=present.file_line, line=present.equals, by=present.by,
        )  # fmt: skip
        yield f"  {told}"
    if len(receipt.present) > SHOWN_PRESENT:
        more = len(receipt.present) - SHOWN_PRESENT
        yield f"  {say('... and {number} more (--format json lists them)', number=more)}"


def _table(receipt: TableReceipt, country: str) -> Iterator[str]:
    rows = counted(receipt.rows, worded(receipt.kind).removesuffix("s"))
    if not receipt.changes:
        yield f"{receipt.file_name}: {rows}, {say('all present already, nothing changed')}"
        return
    told = say(
        "{new} new, {changed} changed, {unchanged} unchanged",
        new=receipt.new, changed=receipt.changed, unchanged=receipt.unchanged,
    )  # fmt: skip
    yield f"import:{receipt.import_id}  {receipt.file_name}  {rows}: {told}"
    yield from _sums(receipt, country)


def _sums(receipt: Receipt | TableReceipt, country: str) -> Iterator[str]:
    for sums in receipt.sums:
        money_in = local(sums.money_in, sums.currency, country)
        money_out = local(sums.money_out, sums.currency, country)
        told = say("{received} in, {paid} out", received=money_in, paid=money_out)
        yield f"  {sums.currency}  {told}"

"""Receipts of imports: what is new, what was there already, what to look at."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.problems import print_problems
from reskontra.cli.render.words import counted
from reskontra.engine.imports.receipt import Receipt, TableReceipt

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
        yield f"{receipt.file_name}: imported before as import:{receipt.import_id}, nothing changed"
        return
    yield (
        f"import:{receipt.import_id}  {receipt.file_name}  {receipt.format}  "
        f"sha256 {receipt.sha256[:12]}"
    )
    yield (
        f"  {counted(receipt.new_lines, 'new line')}, {len(receipt.present)} present already, "
        f"{receipt.reconciling_lines} only reconcile, {receipt.pending} pending, "
        f"{receipt.information} for information"
    )
    yield from _sums(receipt, country)
    for present in receipt.present[:SHOWN_PRESENT]:
        yield f"  line {present.file_line} of the file equals line:{present.equals} ({present.by})"
    if len(receipt.present) > SHOWN_PRESENT:
        yield f"  ... and {len(receipt.present) - SHOWN_PRESENT} more (--format json lists them)"


def _table(receipt: TableReceipt, country: str) -> Iterator[str]:
    rows = counted(receipt.rows, receipt.kind.replace("_", " ").removesuffix("s"))
    if not receipt.changes:
        yield f"{receipt.file_name}: {rows}, all present already, nothing changed"
        return
    yield (
        f"import:{receipt.import_id}  {receipt.file_name}  {rows}: "
        f"{receipt.new} new, {receipt.changed} changed, {receipt.unchanged} unchanged"
    )
    yield from _sums(receipt, country)


def _sums(receipt: Receipt | TableReceipt, country: str) -> Iterator[str]:
    for sums in receipt.sums:
        money_in = local(sums.money_in, sums.currency, country)
        money_out = local(sums.money_out, sums.currency, country)
        yield f"  {sums.currency}  {money_in} in, {money_out} out"

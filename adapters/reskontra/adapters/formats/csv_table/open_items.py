"""Open items from CSV, for cut-over (Swedish: *öppna poster*): every debit and credit that is open.

Required: ``number, kind, customer, document_date, currency, amount, open_amount``; ``due_date``
for what must be paid. Optional: ``references, order_number, external_number, base_amount, rate,
account, dunning_level, last_letter, fees_charged, disputed, location, discount_date,
discount_amount``. Amounts are positive for credits too: the kind gives the sign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import get_args

from reskontra.adapters.formats.csv_table import cells
from reskontra.adapters.formats.csv_table.dialect import CANONICAL, Dialect
from reskontra.adapters.formats.csv_table.table import Table, Wanted, read_table
from reskontra.adapters.formats.findings import Findings
from reskontra.engine.collection import no_collection
from reskontra.engine.errors import Problem
from reskontra.engine.masters import OpenItemKind, OpenItemRow, OpenItemsTable
from reskontra.engine.money import exact

_WANTED = Wanted(
    "open_items",
    required=(
        "number", "kind", "customer", "document_date", "currency", "amount", "open_amount",
    ),
    optional=(
        "due_date", "references", "order_number", "external_number", "base_amount", "rate",
        "account", "dunning_level", "last_letter", "fees_charged", "disputed", "location",
        "discount_date", "discount_amount",
    ),
)  # fmt: skip
_KINDS: tuple[OpenItemKind, ...] = get_args(OpenItemKind)
_UNDATED = frozenset({"credit_note", "payment", "prepayment"})
"""Kinds that nobody has to pay: they need no due date."""
_HIGHEST_LEVEL = 99


@no_collection()
def read_open_items(
    data: bytes,
    *,
    file: str,
    dialect: Dialect = CANONICAL,
    base_currency: str = "SEK",
    elsewhere: Callable[[Sequence[OpenItemRow]], Iterable[Problem]] = lambda _: (),
) -> OpenItemsTable:
    """All open items of a file; raises ``ReskontraError`` with every fault (RK505 to RK579).

    ``base_currency`` says how many decimals ``base_amount`` has. When the file has faults,
    ``elsewhere`` is asked what else is wrong with its rows, so that all is told at once.
    """
    findings = Findings(file)
    table = read_table(data, _WANTED, dialect, findings)
    numbers = cells.required(table, "number")
    kinds = cells.choices(table, "kind", _KINDS)
    cells.unique(table, zip(kinds, numbers, strict=True), "document")
    currency = cells.currencies(table)
    amount = cells.required_amounts(table, "amount", currency)
    left = cells.required_amounts(table, "open_amount", currency)
    _check_open(table, amount, left, currency)
    due = cells.dates(table, "due_date")
    _check_due(table, kinds, due)
    none = [None] * len(table)
    base = [base_currency] * len(table)
    fees = _optional_amounts(table, "fees_charged", currency)
    discount = _optional_amounts(table, "discount_amount", currency)
    _check_discount(table, discount, amount)
    has = table.has
    columns = (
        table.lines, numbers, kinds, cells.required(table, "customer"),
        cells.required_dates(table, "document_date"), due, currency, amount, left,
        cells.lists(table, "references"), table.texts("order_number"),
        table.texts("external_number"),
        cells.amounts(table, "base_amount", base) if has("base_amount") else none,
        cells.rates(table, "rate") if has("rate") else none,
        table.texts("account"), cells.counts(table, "dunning_level", _HIGHEST_LEVEL),
        cells.dates(table, "last_letter"), fees,
        [flag or False for flag in cells.flags(table, "disputed")],
        table.texts("location"), cells.dates(table, "discount_date"), discount,
    )  # fmt: skip
    rows = tuple(map(OpenItemRow, *columns))
    if findings.failed:
        findings.include(elsewhere(rows))
    findings.stop()
    return OpenItemsTable(dialect.format, rows, findings.problems())


def _optional_amounts(table: Table, name: str, currency: Sequence[str]) -> list[int]:
    if not table.has(name):
        return [0] * len(table)
    values = [value or 0 for value in cells.amounts(table, name, currency)]
    for line, value in zip(table.lines, values, strict=True):
        if value < 0:
            table.findings.error("RK578", f"{table.heading(name)} is below 0", line)
    return values


def _check_open(
    table: Table, amount: Sequence[int], left: Sequence[int], currency: Sequence[str]
) -> None:
    """What is open lies between nothing and the whole amount, where both could be read."""
    texts = list(zip(table.texts("amount"), table.texts("open_amount"), strict=True))
    for row, (whole, rest) in enumerate(zip(amount, left, strict=True)):
        unread = any(
            not value and text.strip(" 0.,")
            for value, text in zip((whole, rest), texts[row], strict=True)
        )
        if 0 <= rest <= whole or unread:
            continue
        unit = currency[row]
        if whole < 0 or rest < 0:
            message = f"amount {exact(whole, unit)}, open {exact(rest, unit)}: below 0"
        else:
            message = f"open {exact(rest, unit)} is more than the amount {exact(whole, unit)}"
        table.findings.error(
            "RK578",
            message,
            table.lines[row],
            help="amounts are positive for credit notes and payments too; the kind gives the sign",
        )


def _check_due(table: Table, kinds: Sequence[str], due: Sequence[date | None]) -> None:
    texts = table.texts("due_date")
    for row, day in enumerate(due):
        if day is None and not texts[row] and kinds[row] not in _UNDATED:
            table.findings.error(
                "RK577", f"due_date is empty; {kinds[row]} needs one", table.lines[row]
            )


def _check_discount(table: Table, discount: Sequence[int], amount: Sequence[int]) -> None:
    for line, granted, whole in zip(table.lines, discount, amount, strict=True):
        if granted > whole >= 0:
            table.findings.error("RK578", "the cash discount is more than the amount", line)

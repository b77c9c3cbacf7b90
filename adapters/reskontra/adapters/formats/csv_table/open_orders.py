"""Open orders from CSV: ``order, customer, currency, amount, on_hold``; all but the last are
required.
"""

from __future__ import annotations

from reskontra.adapters.formats.csv_table import cells
from reskontra.adapters.formats.csv_table.dialect import CANONICAL, Dialect
from reskontra.adapters.formats.csv_table.table import Wanted, read_table
from reskontra.adapters.formats.findings import Findings
from reskontra.engine.services.open_orders import WantedOrder

_WANTED = Wanted(
    "open_orders", required=("order", "customer", "currency", "amount"), optional=("on_hold",)
)


def read_open_orders(data: bytes, *, file: str, dialect: Dialect = CANONICAL) -> list[WantedOrder]:
    """All orders of a file; raises ``ReskontraError`` with every fault (RK505 to RK579)."""
    findings = Findings(file)
    table = read_table(data, _WANTED, dialect, findings)
    orders = cells.required(table, "order")
    cells.unique(table, ((order,) for order in orders), "order")
    currencies = cells.currencies(table)
    columns = (
        orders, cells.required(table, "customer"), currencies,
        cells.required_amounts(table, "amount", currencies),
        [bool(held) for held in cells.flags(table, "on_hold")], table.lines,
    )  # fmt: skip
    for line, amount in zip(table.lines, columns[3], strict=True):
        if amount < 0:
            findings.error("RK578", f"{table.heading('amount')} is below 0", line)
    findings.stop()
    return list(map(WantedOrder, *columns))

"""Customers from CSV: ``number, name, country, currency, org_number, parent, bank_accounts,
aliases, write_off, write_off_limit, terms, status, class, auto_apply``; the first two are required.
"""

from __future__ import annotations

from typing import get_args

from reskontra.adapters.formats.csv_table import cells
from reskontra.adapters.formats.csv_table.dialect import CANONICAL, Dialect
from reskontra.adapters.formats.csv_table.table import Wanted, read_table
from reskontra.adapters.formats.findings import Findings
from reskontra.engine.collection import no_collection
from reskontra.engine.masters import CustomerRow, CustomersTable, CustomerStatus

_WANTED = Wanted(
    "customers",
    required=("number", "name"),
    optional=(
        "country", "currency", "org_number", "parent", "bank_accounts", "aliases", "write_off",
        "write_off_limit", "terms", "status", "class", "auto_apply",
    ),
)  # fmt: skip
_STATUSES: tuple[CustomerStatus, ...] = get_args(CustomerStatus)


@no_collection()
def read_customers(data: bytes, *, file: str, dialect: Dialect = CANONICAL) -> CustomersTable:
    """All customers of a file; raises ``ReskontraError`` with every fault (RK505 to RK579)."""
    findings = Findings(file)
    table = read_table(data, _WANTED, dialect, findings)
    numbers = cells.required(table, "number")
    cells.unique(table, zip(numbers, strict=True), "customer")
    currency = cells.currencies(table, needed=False)
    limits = cells.amounts(table, "write_off_limit", currency)
    for line, limit in zip(table.lines, limits, strict=True):
        if limit is not None and limit < 0:
            findings.error("RK578", "write_off_limit is below 0", line)
    columns = (
        table.lines, numbers, cells.required(table, "name"), cells.countries(table), currency,
        table.texts("org_number"), table.texts("parent"),
        [tuple(map(cells.account, row)) for row in cells.lists(table, "bank_accounts")],
        cells.lists(table, "aliases"), cells.flags(table, "write_off"), limits,
        table.texts("terms"), cells.choices(table, "status", _STATUSES, "active"),
        table.texts("class"), cells.flags(table, "auto_apply"),
    )  # fmt: skip
    findings.stop()
    rows = tuple(map(CustomerRow, *columns))
    return CustomersTable(dialect.format, rows, findings.problems())

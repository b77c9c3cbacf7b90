"""Balances of the old system's general ledger from CSV, for cut-over: ``account, currency,
balance``, all required, and ``base_balance``, the same in the company's own currency; debit
positive.
"""

from __future__ import annotations

from reskontra.adapters.formats.csv_table import cells
from reskontra.adapters.formats.csv_table.dialect import CANONICAL, Dialect
from reskontra.adapters.formats.csv_table.table import Wanted, read_table
from reskontra.adapters.formats.findings import Findings
from reskontra.engine.services.cut_over import GlBalance

_WANTED = Wanted(
    "gl_balances", required=("account", "currency", "balance"), optional=("base_balance",)
)


def read_gl_balances(
    data: bytes, *, file: str, base_currency: str, dialect: Dialect = CANONICAL
) -> list[GlBalance]:
    """All balances of a file; raises ``ReskontraError`` with every fault (RK505 to RK579)."""
    findings = Findings(file)
    table = read_table(data, _WANTED, dialect, findings)
    accounts = cells.required(table, "account")
    currency = cells.currencies(table)
    cells.unique(table, zip(currency, accounts, strict=True), "account")
    balances = cells.required_amounts(table, "balance", currency)
    in_base = cells.amounts(table, "base_balance", [base_currency] * len(table))
    findings.stop()
    return list(map(GlBalance, accounts, currency, balances, in_base))

"""Tables from other systems as CSV: customers, open items, bank lines, open orders, exchange
rates, documents that are to be entered, balances of a general ledger; a dialect in YAML describes
each layout.

Strict on purpose: a header that is not as described, a column that nobody asked for, a number that
can be read in two ways refuse the file, and all faults of the file are told at once.
"""

from __future__ import annotations

from reskontra.adapters.formats.csv_table.bank import read_bank_csv
from reskontra.adapters.formats.csv_table.customers import read_customers
from reskontra.adapters.formats.csv_table.dialect import (
    CANONICAL,
    Dialect,
    Sign,
    dialect_from_mapping,
)
from reskontra.adapters.formats.csv_table.documents import read_documents
from reskontra.adapters.formats.csv_table.gl_balances import read_gl_balances
from reskontra.adapters.formats.csv_table.open_items import read_open_items
from reskontra.adapters.formats.csv_table.open_orders import read_open_orders
from reskontra.adapters.formats.csv_table.rates import read_rates

__all__ = [
    "CANONICAL",
    "Dialect",
    "Sign",
    "dialect_from_mapping",
    "read_bank_csv",
    "read_customers",
    "read_documents",
    "read_gl_balances",
    "read_open_items",
    "read_open_orders",
    "read_rates",
]

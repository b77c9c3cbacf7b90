"""Exchange rates from CSV: ``currency, from, rate, type``; the first three are required."""

from __future__ import annotations

from decimal import Decimal

from reskontra.adapters.formats.csv_table import cells
from reskontra.adapters.formats.csv_table.dialect import CANONICAL, Dialect
from reskontra.adapters.formats.csv_table.table import Wanted, read_table
from reskontra.adapters.formats.findings import Findings
from reskontra.engine.errors import Place
from reskontra.engine.ledger.exchange_rates import SPOT
from reskontra.engine.services.rates import WantedRate

_WANTED = Wanted("rates", required=("currency", "from", "rate"), optional=("type",))


def read_rates(data: bytes, *, file: str, dialect: Dialect = CANONICAL) -> list[WantedRate]:
    """All rates of a file; raises ``ReskontraError`` with every fault (RK505 to RK579)."""
    findings = Findings(file)
    table = read_table(data, _WANTED, dialect, findings)
    cells.required(table, "rate")
    columns = (
        [name or SPOT for name in table.texts("type")], cells.currencies(table),
        [day.isoformat() for day in cells.required_dates(table, "from")],
        [rate or Decimal(1) for rate in cells.rates(table, "rate")],
        [Place(file, line) for line in table.lines],
    )  # fmt: skip
    findings.stop()
    return list(map(WantedRate, *columns))

"""Files of exchange rates, YAML or CSV, as what somebody states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from reskontra.adapters.formats.csv_table import read_rates
from reskontra.adapters.imports import load_dialect, read_bytes
from reskontra.adapters.wiring import Application
from reskontra.config import files
from reskontra.config.strict_yaml import Loaded
from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.ledger.exchange_rates import SPOT
from reskontra.engine.services.rates import WantedRate


def read_rates_file(application: Application, path: Path, dialect: str = "") -> list[WantedRate]:
    """Rates from YAML or CSV, as the name ends; raises ``ReskontraError`` with every problem."""
    if path.suffix not in (".yaml", ".yml"):
        described = load_dialect(application, dialect or "rates")
        return read_rates(read_bytes(path), file=str(path), dialect=described)
    loaded, problems = files.read(path, str(path), "rates", "company")
    if loaded is None or problems:
        raise ReskontraError(tuple(problems))
    rates: list[dict[str, Any]] = (loaded.data or {}).get("rates") or []
    if wrong := tuple(_no_days(loaded, rates)):
        raise ReskontraError(wrong)
    return [
        WantedRate(
            rate.get("type", SPOT), rate["currency"], rate["from"], Decimal(rate["rate"]),
            loaded.place(("rates", n)),
        )
        for n, rate in enumerate(rates)
    ]  # fmt: skip


def _no_days(loaded: Loaded, rates: list[dict[str, Any]]) -> Iterator[Problem]:
    """RK106 for every day that no calendar has."""
    for n, rate in enumerate(rates):
        try:
            date.fromisoformat(rate["from"])
        except ValueError:
            path = ("rates", n, "from")
            yield loaded.problem("RK106", f"{rate['from']} is no day of the calendar", path)

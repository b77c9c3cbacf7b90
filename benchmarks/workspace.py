"""A workspace to measure in: one company that books every safe kind of evidence by itself."""

from __future__ import annotations

import getpass
from pathlib import Path

from reskontra.adapters.wiring import Application, open_application
from reskontra.config.scaffold import create

COMPANY = "bench"

CONFIGURATION = {
    "references.yaml": """\
references:
  - id: ocr
    preset: se_ocr
    params: {level: hard}
    status: active
""",
    "cash_accounts.yaml": """\
cash_accounts:
  - id: main
    account: 1930
    currency: SEK
    identifiers: {bankgiro: 991-2346}
    feed: details
""",
    "differences.yaml": """\
differences:
  write_off: true
  rounding: {SEK: 1.00}
  write_off_limit: {SEK: 1.00}
  short: keep_open
  over: open_payment
""",
    "matching.yaml": """\
matching:
  auto:
    tiers: [reference, reference_fee, invoice_number, list, text, account_amount]
    max_amount:
      account_amount: {SEK: 50000.00}
""",
}
"""What the company decided for itself: as the example company (``examples/nordljus``)."""

DIALECT = """\
name: bench
table: bank
description: Bank lines in the canonical layout, all of one account
constants: {account: 991-2346}
"""


def make(folder: Path) -> None:
    """Write the workspace."""
    create(folder, country="se", company=COMPANY, name="Bench AB", login=getpass.getuser())
    for name, text in CONFIGURATION.items():
        (folder / "companies" / COMPANY / name).write_text(text, encoding="utf-8")
    dialect(folder).write_text(DIALECT, encoding="utf-8")


def dialect(folder: Path) -> Path:
    """The file that describes the bank lines of this workspace."""
    return folder / ".reskontra" / "bench.yaml"


def opened(folder: Path) -> Application:
    """The application, as every command opens it."""
    return open_application(folder, company=COMPANY)

"""A workspace to measure in: one company that books what is proven right often enough."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path

from reskontra.adapters.wiring import Application, open_application
from reskontra.config.scaffold import create
from reskontra.engine.preferences.matching import TIERS

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
    tiers: [measured]
""",
}
"""What the company decided for itself: the widest ``auto`` that ``target_precision`` allows."""

EVIDENCE = [tier for tier in TIERS if tier not in {"rule", "manual"}]
EVERY_TIER = (f"matching.auto.tiers=[{', '.join(EVIDENCE)}]",)
"""Every line for which the kernel has one answer is applied, whatever its evidence."""

DIALECT = """\
name: bench
table: bank
description: Bank lines in the canonical layout, all of one account
constants: {account: 991-2346}
"""


def make(folder: Path, world: Path | None = None) -> None:
    """Write the workspace; a world with reference schemes of its own brings ``references.yaml``."""
    create(folder, country="se", company=COMPANY, name="Bench AB", login=getpass.getuser())
    own = world / "references.yaml" if world else None
    schemes = {own.name: own.read_text(encoding="utf-8")} if own and own.exists() else {}
    texts = CONFIGURATION | schemes
    for name, text in texts.items():
        (folder / "companies" / COMPANY / name).write_text(text, encoding="utf-8")
    dialect(folder).write_text(DIALECT, encoding="utf-8")


def dialect(folder: Path) -> Path:
    """The file that describes the bank lines of this workspace."""
    return folder / ".reskontra" / "bench.yaml"


def opened(folder: Path, overrides: Sequence[str] = ()) -> Application:
    """The application, as every command opens it; ``overrides`` as after ``--set``."""
    return open_application(folder, company=COMPANY, overrides=overrides)

"""Vouchers as they are handed over to the general ledger, whatever the format of the file.

Writers and readers in ``adapters/formats`` speak in these records. Amounts are minor units of the
base currency, debit positive; dates ISO 8601.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from reskontra.engine.errors import Problem


class VoucherLine(NamedTuple):
    """One line of a voucher."""

    account: str
    amount: int
    branch: str = ""


class Voucher(NamedTuple):
    """A voucher (Swedish: *verifikation*); its lines sum to zero."""

    date: str
    text: str
    """Begins with our number: the general ledger numbers its vouchers itself and keeps the
    text."""
    lines: tuple[VoucherLine, ...]

    @property
    def number(self) -> str:
        """Our number.

        >>> Voucher("2026-11-20", "J00000012 Glas AB", ()).number
        'J00000012'
        """
        return self.text.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class VoucherFile:
    """What one file of vouchers says; made_on and made_by are empty where it does not."""

    company_name: str
    org_number: str
    currency: str
    vouchers: tuple[Voucher, ...]
    company: str = ""
    """Id of the company."""
    made_on: str = ""
    made_by: str = ""
    warnings: tuple[Problem, ...] = ()

"""VAT codes and zones (TX205000 *Moms*, TX206000 *Momszon*)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reskontra.engine.preferences.by_id import by_id

PER_CENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
VatKind = Literal["standard", "reduced", "zero", "exempt", "reverse_charge", "export"]


@dataclass(frozen=True, slots=True)
class VatCode:
    """A rate of VAT and where it is booked."""

    id: str
    description: str
    rate: int
    """1/10 000 of the net amount: 2550 = 25.5 %."""
    kind: VatKind
    account: str
    """Ledger account; empty = the role ``vat_out``."""


@dataclass(frozen=True, slots=True)
class VatZone:
    """Where a customer is, for VAT: which code replaces a line's own, which sales account is
    used.
    """

    id: str
    description: str
    code: str
    """VAT code of every line; empty = the line's own."""
    sales: Literal["taxable", "non_taxable", "eu", "export"]
    """Which sales account of the customer is booked."""


@dataclass(frozen=True, slots=True)
class VatPreferences:
    """All VAT codes and zones of a company."""

    codes: tuple[VatCode, ...]
    default: str
    """Code of a line that names none."""
    zones: tuple[VatZone, ...]
    zone: str
    """Zone of a customer that names none."""

    def code(self, ident: str) -> VatCode:
        """The code with this id, or the only one that charges so many per cent (``25``, ``25.5``);
        ``KeyError`` when there is none.
        """
        if PER_CENT.fullmatch(ident):
            rate = Decimal(ident) * 100
            charging = [code for code in self.codes if code.rate == rate and rate > 0]
            if len(charging) == 1 and charging[0].kind in {"standard", "reduced"}:
                return charging[0]
        return by_id(self.codes, ident)

    def zone_of(self, ident: str = "") -> VatZone:
        """The zone with this id, the default one for none; ``KeyError`` when unknown."""
        return by_id(self.zones, ident or self.zone)

"""What the lines of a document come to: net, VAT by code, rounding of the total. Minor units.

VAT is worked out once per code, on the sum of its lines, and the rounding of the total leaves it
alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from reskontra.engine.documents.rounding import rounded
from reskontra.engine.money import share
from reskontra.engine.preferences.ledger import Rounding
from reskontra.engine.preferences.vat import VatCode

RATE_ONE = 10_000
"""A rate of 100 percent, in the unit of ``VatCode.rate``."""


def percent(rate: int) -> str:
    """A rate of 1/10 000 as percent.

    >>> percent(2550), percent(2500), percent(0)
    ('25.5', '25', '0')
    """
    whole, rest = divmod(rate, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


class TaxedLine(Protocol):
    """The part of a line that the totals follow from."""

    @property
    def net(self) -> int:
        """Without VAT; negative on a line that lowers the document."""

    @property
    def vat(self) -> VatCode | None:
        """``None``: interest and fees carry no VAT."""


@dataclass(frozen=True, slots=True)
class VatSum:
    """VAT of one code."""

    code: VatCode
    net: int
    vat: int


@dataclass(frozen=True, slots=True)
class Totals:
    """``net + vat + rounding = amount``."""

    vats: tuple[VatSum, ...]
    """By code, in the order of their ids."""
    net: int
    vat: int
    rounding: int
    amount: int
    """To be paid."""


def totals_of(lines: Iterable[TaxedLine], rounding: Rounding | None) -> Totals:
    """The totals of these lines."""
    net = 0
    codes: dict[str, VatCode] = {}
    nets: dict[str, int] = {}
    for line in lines:
        net += line.net
        if line.vat:
            codes[line.vat.id] = line.vat
            nets[line.vat.id] = nets.get(line.vat.id, 0) + line.net
    vats = tuple(
        VatSum(codes[code], nets[code], share(nets[code], codes[code].rate, RATE_ONE))
        for code in sorted(nets)
    )
    vat = sum(one.vat for one in vats)
    amount = rounded(net + vat, rounding)
    return Totals(vats, net, vat, amount - net - vat, amount)

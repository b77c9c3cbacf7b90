"""Swedish clearing numbers (clearingnummer): which bank, which form of account, which check digit.

Facts of Bankgirot's *Bankernas kontonummer* (2019-10-22) and of banks that came later. The bank
code of an IBAN is the one under which the bank's accounts are written abroad; where it is empty no
rule is published.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clearing:
    """A range of clearing numbers, both ends included."""

    first: int
    last: int
    bank: str
    account_type: int
    """1: four digits of clearing and seven of account; 2: the account stands alone."""
    comment: int
    """Type 1: 1 = check digit over three clearing digits and account, 2 = over all four. Type 2:
    1 = ten digits, Luhn; 2 = nine digits, modulus 11; 3 = up to ten digits, Luhn, not always."""
    iban_code: str


RANGES: tuple[Clearing, ...] = (
    Clearing(1100, 1199, "Nordea", 1, 1, "300"),
    Clearing(1200, 1399, "Danske Bank", 1, 1, "120"),
    Clearing(1400, 2099, "Nordea", 1, 1, "300"),
    Clearing(2300, 2399, "Ålandsbanken", 1, 2, "230"),
    Clearing(2400, 2499, "Danske Bank", 1, 1, "120"),
    Clearing(3000, 3299, "Nordea", 1, 1, "300"),
    Clearing(3300, 3300, "Nordea", 2, 1, "300"),
    Clearing(3301, 3399, "Nordea", 1, 1, "300"),
    Clearing(3400, 3409, "Länsförsäkringar Bank", 1, 1, "902"),
    Clearing(3410, 3781, "Nordea", 1, 1, "300"),
    Clearing(3782, 3782, "Nordea", 2, 1, "300"),
    Clearing(3783, 3999, "Nordea", 1, 1, "300"),
    Clearing(4000, 4999, "Nordea", 1, 2, "300"),
    Clearing(5000, 5999, "SEB", 1, 1, "500"),
    Clearing(6000, 6999, "Handelsbanken", 2, 2, "600"),
    Clearing(7000, 7999, "Swedbank", 1, 1, "800"),
    Clearing(8000, 8999, "Swedbank", 2, 3, "800"),
    Clearing(9020, 9029, "Länsförsäkringar Bank", 1, 2, "902"),
    Clearing(9040, 9049, "Citibank", 1, 2, "904"),
    Clearing(9060, 9069, "Länsförsäkringar Bank", 1, 1, "902"),
    Clearing(9070, 9079, "Multitude Bank", 1, 1, "907"),
    Clearing(9100, 9109, "Nordnet Bank", 1, 2, "910"),
    Clearing(9120, 9124, "SEB", 1, 1, "500"),
    Clearing(9130, 9149, "SEB", 1, 1, "500"),
    Clearing(9150, 9169, "Skandiabanken", 1, 2, "915"),
    Clearing(9170, 9179, "IKANO Bank", 1, 1, "917"),
    Clearing(9180, 9189, "Danske Bank", 2, 1, "120"),
    Clearing(9190, 9199, "DNB Bank", 1, 2, "919"),
    Clearing(9230, 9239, "Marginalen Bank", 1, 1, "923"),
    Clearing(9250, 9259, "SBAB", 1, 1, "925"),
    Clearing(9260, 9269, "DNB Bank", 1, 2, "919"),
    Clearing(9270, 9279, "ICA Banken", 1, 1, "927"),
    Clearing(9280, 9289, "Resurs Bank", 1, 1, "928"),
    Clearing(9300, 9349, "Swedbank", 2, 1, ""),
    Clearing(9390, 9399, "Landshypotek", 1, 2, "939"),
    Clearing(9400, 9449, "Forex Bank", 1, 1, "940"),
    Clearing(9460, 9469, "Santander Consumer Bank", 1, 1, "946"),
    Clearing(9470, 9479, "BNP Paribas", 1, 2, "947"),
    Clearing(9500, 9549, "Nordea/Plusgirot", 2, 3, "950"),
    Clearing(9550, 9569, "Avanza Bank", 1, 2, "955"),
    Clearing(9570, 9579, "Sparbanken Syd", 2, 1, "957"),
    Clearing(9580, 9589, "Aion Bank", 1, 1, "958"),
    Clearing(9590, 9599, "Erik Penser", 1, 2, "959"),
    Clearing(9630, 9639, "Lån & Spar Bank", 1, 1, "963"),
    Clearing(9640, 9649, "NOBA", 1, 2, "964"),
    Clearing(9650, 9659, "MedMera Bank", 1, 2, "965"),
    Clearing(9660, 9669, "Svea Bank", 1, 2, "966"),
    Clearing(9670, 9679, "JAK Medlemsbank", 1, 2, "967"),
    Clearing(9680, 9689, "BlueStep Finans", 1, 1, "968"),
    Clearing(9700, 9709, "Ekobanken", 1, 2, "970"),
    Clearing(9710, 9719, "Lunar Bank", 1, 2, "971"),
    Clearing(9750, 9759, "Northmill Bank", 1, 2, "975"),
    Clearing(9780, 9789, "Klarna Bank", 1, 2, "978"),
    Clearing(9880, 9889, "Riksgälden", 1, 2, "988"),
    Clearing(9890, 9899, "Riksgälden", 2, 1, ""),
    Clearing(9960, 9969, "Nordea/Plusgirot", 2, 3, "950"),
)
"""Sorted by ``first``, without overlap."""

_STARTS = [entry.first for entry in RANGES]


def clearing(number: int) -> Clearing | None:
    """The range of a clearing number of four digits; None when no bank has it.

    >>> clearing(3405).bank, clearing(3410).bank
    ('Länsförsäkringar Bank', 'Nordea')
    """
    found = RANGES[max(bisect_right(_STARTS, number) - 1, 0)]
    return found if found.first <= number <= found.last else None

"""BgMax files for tests, put together from values; their layout stands here again on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

START = f"01{'BGMAX':<20}01{'20261120183000000000'}P"


@dataclass(frozen=True)
class Extra:
    """Record 22, or 23 when ``amount`` is below 0."""

    reference: str
    amount: int = 0
    code: str = "2"
    minus: bool = False


@dataclass(frozen=True)
class Paid:
    """Record 20, or 21 when ``deduction`` names a code, and its details."""

    amount: int
    reference: str = ""
    code: str = "2"
    bankgiro: str = "3783511"
    channel: str = "1"
    serial: int = 1
    deduction: str = ""
    extras: tuple[Extra, ...] = ()
    texts: tuple[str, ...] = ()
    name: str = ""
    extra_name: str = ""
    street: str = ""
    post_code: str = ""
    town: str = ""
    country: str = ""
    country_code: str = ""
    org_number: str = ""

    @property
    def signed(self) -> int:
        return -self.amount if self.deduction else self.amount

    def records(self) -> list[str]:
        kind = "21" if self.deduction else "20"
        rows = [self._money(kind, self.reference, self.amount, self.code) + self.deduction]
        for extra in self.extras:
            kind = "23" if extra.minus else "22"
            rows.append(self._money(kind, extra.reference, extra.amount, extra.code))
        rows += [f"25{text}" for text in self.texts]
        if self.name or self.extra_name:
            rows.append(f"26{self.name:<35}{self.extra_name}")
        if self.street or self.post_code:
            rows.append(f"27{self.street:<35}{self.post_code}")
        if self.town or self.country or self.country_code:
            rows.append(f"28{self.town:<35}{self.country:<35}{self.country_code}")
        if self.org_number:
            rows.append(f"29{self.org_number}")
        return rows

    def _money(self, kind: str, reference: str, amount: int, code: str) -> str:
        return (
            f"{kind}{self.bankgiro:0>10}{reference:>25}{amount:018}{code}{self.channel}"
            f"{self.serial:012}0"
        )


def section(
    *payments: Paid,
    bankgiro: str = "9912346",
    plusgiro: str = "",
    currency: str = "SEK",
    day: str = "20261120",
    deposit: int = 56,
    total: int | None = None,
    number: int | None = None,
) -> list[str]:
    """Records 05 to 15; sum and number are right unless they are given."""
    total = sum(p.signed for p in payments) if total is None else total
    number = len(payments) if number is None else number
    return [
        f"05{bankgiro:0>10}{plusgiro:>10}{currency}",
        *(record for payment in payments for record in payment.records()),
        f"15{'5841':0>35}{day}{deposit:05}{total:018}{currency}{number:08}",
    ]


def records(*sections: Sequence[str], start: str = START) -> list[str]:
    """All records of a file, padded to 80, with right counts at the end."""
    body = [record for each in sections for record in each]
    kinds = [record[:2] for record in body]
    end = "70" + "".join(
        f"{number:08}"
        for number in (
            kinds.count("20"), kinds.count("21"), kinds.count("22") + kinds.count("23"),
            kinds.count("15"),
        )
    )  # fmt: skip
    return [record.ljust(80) for record in (start, *body, end)]


def data(rows: Sequence[str], *, end: str = "\r\n", encoding: str = "iso-8859-1") -> bytes:
    """The bytes of a file."""
    return (end.join(rows) + end).encode(encoding)

"""Customers and documents of the second generator: a trading company in Sweden, Norway and Finland.

Written from descriptions of real ledgers, apart from ``benchmarks.generator``: other names, number
series, references and prices. Every document carries what a payer could copy from it: its number,
a payment reference in the country's own form, the order it came from.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

OPENING = date(2026, 9, 1)
POPULAR = (9_900, 14_900, 19_900, 29_900, 49_900, 50_000, 75_000, 99_500, 120_000, 250_000)
"""Prices on many invoices of many customers, in minor units."""
ITEMS_PER_CUSTOMER = 9
OUT_OF_LEDGER = 0.08
"""Documents that were paid before the first bank line."""

_PLACES = (
    "Vika", "Mora", "Lund", "Åmål", "Höör", "Oslo", "Hamar", "Moss", "Bodø", "Tromsø", "Turku",
    "Espoo", "Kotka", "Öster", "Söder", "Norrby", "Falu", "Kalix", "Ystad", "Gävle", "Skövde",
    "Ålesund", "Porvoo", "Lahti", "Täby", "Nacka", "Järfälla", "Mölndal", "Sæby", "Rømø",
)  # fmt: skip
_BRANCHES = (
    "Snickeri", "Rör", "Tandvård", "Juridik", "Redskap", "Catering", "Trädgård", "Bokhandel",
    "Elektronik", "Glas & Ram", "Kylteknik", "Bilvård", "Rakennus", "Huolto", "Regnskap",
    "Fisk & Skaldjur", "Reklambyrå", "Bostäder", "Väveri", "Ur & Guld", "Spedition", "Lantbruk",
)  # fmt: skip
_FIRST = ("Anna", "Lars", "Eva", "Karl", "Maria", "Erik", "Kari", "Ole", "Liisa", "Jukka", "Sofia",
          "Nils", "Åsa", "Göran", "Björn", "Håkon", "Päivi", "Märta")  # fmt: skip
_LAST = ("Andersson", "Johansson", "Nilsson", "Hansen", "Johansen", "Korhonen", "Virtanen",
         "Lindström", "Öberg", "Åkesson", "Bjørnstad", "Mäkinen", "Sjögren", "Lind")  # fmt: skip
_FORMS = {"SE": ("AB", "AB", "AB", "HB", "Ek. för."), "NO": ("AS", "AS", "ASA", "ANS"),
          "FI": ("Oy", "Oy Ab", "Ky")}  # fmt: skip
_IBAN_DIGITS = {"SE": 20, "NO": 11, "FI": 14}


@dataclass(slots=True)
class Payer:
    """A customer, or somebody who pays for one."""

    number: str
    name: str
    country: str
    account: str
    known: bool
    """Whether the books know the account."""
    habit: int
    """Days after the due date on which it usually pays."""
    parent: Payer | None = None
    alias: str = ""
    documents: list[Paper] = field(default_factory=list)

    @property
    def head(self) -> Payer:
        """The customer that stands for the whole group."""
        return self.parent or self


@dataclass(slots=True)
class Paper:
    """An invoice or a credit note."""

    number: str
    kind: str
    owner: Payer
    amount: int
    issued: date
    due: date
    reference: str
    order: str
    discount: int = 0
    discount_until: date | None = None
    disputed: bool = False
    taken: bool = False
    """A line of the world pays it (or it is not for paying)."""


def luhn_digit(body: str) -> str:
    """Check digit modulo 10 with weights 2 and 1 from the right."""
    doubled = [int(c) * (2 - n % 2) for n, c in enumerate(reversed(body))]
    return str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def swedish_ocr(number: str) -> str:
    """Number, length digit, Luhn digit."""
    body = number + str((len(number) + 2) % 10)
    return body + luhn_digit(body)


def norwegian_kid(customer: str, number: str) -> str:
    """Customer and number in seven digits each, Luhn digit."""
    body = customer.zfill(7) + number.zfill(7)
    return body + luhn_digit(body)


def finnish_viite(number: str) -> str:
    """Number and a digit modulo 10 with weights 7, 3, 1 from the right."""
    weighted = sum(int(c) * (7, 3, 1)[n % 3] for n, c in enumerate(reversed(number)))
    return number + str(-weighted % 10)


def creditor_reference(number: str) -> str:
    """ISO 11649: RF, two check digits, the content."""
    digits = "".join(str(int(c, 36)) for c in number + "RF00")
    return f"RF{98 - int(digits) % 97:02}{number}"


def iban(country: str, rnd: random.Random) -> str:
    """A number that passes the checks of an IBAN."""
    size = _IBAN_DIGITS[country]
    body = str(rnd.randrange(10 ** (size - 1), 10**size))
    digits = body + "".join(str(int(c, 36)) for c in country) + "00"
    return f"{country}{98 - int(digits) % 97:02}{body}"


@dataclass(slots=True)
class Masters:
    """Makes customers and documents; ``countries`` = weights of SE, NO, FI."""

    rnd: random.Random
    documents: int
    countries: tuple[int, int, int]
    known_accounts: float
    creditor_references: float
    """Share of documents with an RF reference, whatever the country."""
    payers: list[Payer] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    closed: list[Paper] = field(default_factory=list)

    def make(self) -> None:
        """Fill ``payers``, ``papers`` (open) and ``closed``."""
        number = 20_000
        for _ in range(max(8, self.documents // ITEMS_PER_CUSTOMER)):
            number += self.rnd.randint(1, 7)
            self.payers.append(self._payer(str(number)))
        self._relate()
        self._invoice()

    def _payer(self, number: str) -> Payer:
        rnd = self.rnd
        country = rnd.choices(("SE", "NO", "FI"), self.countries)[0]
        if rnd.random() < 0.25:  # people share names; companies hardly
            name = f"{rnd.choice(_FIRST)} {rnd.choice(_LAST)}"
        else:
            word = rnd.choice(_PLACES) + rnd.choice(("", "", "s", "vall", "berg", "ax", "lux"))
            owner = rnd.choice(("", "", f"{rnd.choice(_LAST)}s ", f"{rnd.choice(_FIRST)}s "))
            form = rnd.choice(_FORMS[country])
            name = f"{owner}{word} {rnd.choice(_BRANCHES)} {form}"
        return Payer(
            number, name, country, iban(country, rnd), rnd.random() < self.known_accounts,
            round(rnd.gauss(-1, 9)),
        )  # fmt: skip

    def _relate(self) -> None:
        """Groups with one payer, second names, accounts that two customers share."""
        rnd, heads = self.rnd, self.payers[: max(2, len(self.payers) // 50)]
        for payer in self.payers[len(heads) :]:
            chance = rnd.random()
            if chance < 0.06:
                payer.parent = rnd.choice(heads)
            elif chance < 0.08:
                payer.account = rnd.choice(self.payers).account
            if rnd.random() < 0.07:
                payer.alias = f"{rnd.choice(_PLACES)} {rnd.choice(('Grupp', 'Konsern', 'Yhtiöt'))}"

    def _invoice(self) -> None:
        rnd = self.rnd
        total = self.documents + int(self.documents * OUT_OF_LEDGER)
        weights = list(accumulate((rank + 3) ** -1.18 for rank in range(len(self.payers))))
        numbers = {"SE": 2_614_300, "NO": 7_301_150, "FI": 481_020}
        while len(self.papers) + len(self.closed) < total:
            owner = rnd.choices(self.payers, cum_weights=weights)[0]
            price = self._price()
            months = rnd.choice((2, 3, 3)) if rnd.random() < 0.05 else 1
            day = OPENING - timedelta(days=rnd.randint(2, 75))
            for month in range(months):
                numbers[owner.country] += rnd.choice((1, 1, 1, 2))
                paper = self._paper(owner, str(numbers[owner.country]), price,
                                    day + timedelta(days=30 * month))  # fmt: skip
                if rnd.random() < OUT_OF_LEDGER and months == 1:
                    self.closed.append(paper)
                else:
                    self.papers.append(paper)
                    owner.documents.append(paper)

    def _price(self) -> int:
        rnd = self.rnd
        if rnd.random() < 0.12:
            return rnd.choice(POPULAR)
        amount = max(2_500, int(math.exp(rnd.gauss(math.log(310_000), 1.6))))
        return amount - amount % 100 if rnd.random() < 0.4 else amount

    def _paper(self, owner: Payer, number: str, price: int, day: date) -> Paper:
        rnd = self.rnd
        kind = "credit_note" if rnd.random() < 0.05 else "invoice"
        amount = price if kind == "invoice" else price // rnd.randint(3, 20)
        due = day + timedelta(days=rnd.choice((8, 14, 15, 30, 30, 30, 45)))
        paper = Paper(
            number, kind, owner, amount, day, due, self._reference(owner, number),
            f"SO{rnd.randrange(100_000, 999_999)}",
        )  # fmt: skip
        if kind == "invoice" and rnd.random() < 0.04:
            paper.discount, paper.discount_until = price * 2 // 100, day + timedelta(days=8)
        if rnd.random() < 0.01:
            paper.disputed = paper.taken = True
        return paper

    def _reference(self, owner: Payer, number: str) -> str:
        if self.rnd.random() < self.creditor_references:
            return creditor_reference(number)
        if owner.country == "NO":
            return norwegian_kid(owner.number, number)
        return finnish_viite(number) if owner.country == "FI" else swedish_ocr(number)

"""Bank lines with known truth: customers, open items and payments as they are in the real world.

Seeded and without a clock. Choices (the rest follows public figures named in the constants): a
customer pays from one account and writes its name in several spellings; invoices carry an OCR
reference of customer number, document number and a Luhn digit; the share of each way to pay depends
on the mix: ``reference`` (Nordic giro), ``sepa`` (structured but often missing) and ``messy`` (free
text, lists cut off, batches without a list).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

from benchmarks.generator_tables import Customer, Item, Line, Reference, World, frames, write_csv

ZIPF = 1.18
AMOUNT_SD = 1.7
SUBSCRIPTION_SHARE = 0.10
CREDIT_NOTE_SHARE = 0.04
PARENT_SHARE = 0.05
START = date(2026, 9, 1)
MIXES: dict[str, dict[str, float]] = {
    "reference": {
        "ocr": 60, "ocr_mistyped": 1.5, "ocr_in_text": 4, "number": 3, "number_in_text": 6,
        "silent": 7, "wrong_reference": 0.5, "list": 2, "list_in_text": 1, "list_cut": 0.5,
        "batch": 1.5, "batch_first": 0.7, "netted": 3, "part": 3, "small_short": 1.5,
        "small_over": 0.4, "over": 0.2, "discount": 0.7, "instalments": 1.5, "third_party": 0.5,
        "duplicate": 0.4, "closed": 0.3, "foreign": 3,
    },
    "sepa": {
        "ocr": 30, "ocr_mistyped": 1.5, "ocr_in_text": 8, "number": 5, "number_in_text": 20,
        "silent": 14, "wrong_reference": 0.5, "list": 3, "list_in_text": 3, "list_cut": 1,
        "batch": 2, "batch_first": 1, "netted": 3, "part": 2.5, "small_short": 1.5,
        "small_over": 0.4, "over": 0.2, "discount": 1, "instalments": 1, "third_party": 0.7,
        "duplicate": 0.4, "closed": 0.3, "foreign": 3,
    },
    "messy": {
        "ocr": 15, "ocr_mistyped": 3, "ocr_in_text": 9, "number": 4, "number_in_text": 25,
        "silent": 20, "wrong_reference": 1, "list": 1, "list_in_text": 4, "list_cut": 2,
        "batch": 3.5, "batch_first": 2, "netted": 2.5, "part": 2.5, "small_short": 1.5,
        "small_over": 0.5, "over": 0.3, "discount": 1, "instalments": 1, "third_party": 1.5,
        "duplicate": 0.5, "closed": 0.4, "foreign": 3,
    },
}  # fmt: skip
"""Percent of lines per way to pay; ``foreign`` = no receivable at all."""
KNOWN_ACCOUNTS = {"reference": 0.75, "sepa": 0.75, "messy": 0.5}

_SYLLABLES = (
    "al", "ba", "be", "da", "de", "el", "fa", "fi", "gu", "ha", "ho", "in", "ka", "ko", "la",
    "le", "lu", "ma", "mo", "na", "no", "or", "pa", "ra", "ro", "sa", "se", "to", "va", "vi",
)  # fmt: skip
_TRADES = (
    "Bygg", "Åkeri", "Konsult", "Fastigheter", "Industri", "El", "Måleri", "Transport", "Städ",
    "Handel", "Livs", "Verkstad", "Plåt", "Trä", "Data", "Redovisning", "Café", "Hotell", "Optik",
    "Möbler",
)  # fmt: skip
_FORMS = ("AB", "AB", "AB", "HB", "Aktiebolag", "AS", "Oy", "ApS", "")
_NOISE = ("BETALNING", "Faktura", "fakt nr", "inv", "Invoice", "avser", "ref", "TACK", "Payment")


@dataclass(slots=True)
class Generator:
    """Makes one world."""

    mix: str
    lines: int
    items: int
    seed: int
    random: random.Random = field(init=False)
    customers: list[Customer] = field(default_factory=list)
    ledger: list[Item] = field(default_factory=list)
    settled: list[Item] = field(default_factory=list)
    by_customer: dict[int, list[Item]] = field(default_factory=dict)
    made: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(f"{self.mix}-{self.seed}")

    def world(self) -> World:
        self._make_customers()
        self._make_items()
        self._make_lines()
        return frames(self.customers, self.ledger, self.settled, self.made)

    # -- masters and items --

    def _make_customers(self) -> None:
        rnd = self.random
        for index in range(max(3, self.items // 12)):
            word = "".join(rnd.choice(_SYLLABLES) for _ in range(rnd.randint(2, 4))).capitalize()
            name = " ".join(filter(None, (word, rnd.choice(_TRADES), rnd.choice(_FORMS))))
            account = f"SE{rnd.randrange(10**20, 10**21)}"
            customer = Customer(
                index + 1, str(10001 + index), name, account,
                rnd.random() < KNOWN_ACCOUNTS[self.mix], rnd.gauss(0, 10),
            )  # fmt: skip
            if index > 50 and rnd.random() < PARENT_SHARE:
                customer.parent = rnd.randint(1, 50)
            if rnd.random() < 0.1:
                word = "".join(rnd.choice(_SYLLABLES) for _ in range(3))
                customer.alias = word.capitalize() + " Gruppen"
            self.customers.append(customer)

    def _make_items(self) -> None:
        rnd = self.random
        weights = list(accumulate((rank + 8) ** -ZIPF for rank in range(len(self.customers))))
        closed = max(10, self.items // 10)
        owners = rnd.choices(self.customers, cum_weights=weights, k=self.items + closed)
        prices = {c.id: self._amount() // 100 * 100 or 9900 for c in self.customers}
        for index, owner in enumerate(owners):
            subscription = rnd.random() < SUBSCRIPTION_SHARE
            amount = prices[owner.id] if subscription else self._amount()
            issued = START - timedelta(days=rnd.randint(0, 70))
            credit = rnd.random() < CREDIT_NOTE_SHARE
            number = str(200001 + index)
            base = owner.number + number
            item = Item(
                index + 1, number, "credit_note" if credit else "invoice", owner,
                max(100, amount // 5) if credit else amount, issued,
                issued + timedelta(days=rnd.choice((10, 14, 20, 30, 30, 30, 45, 60))),
                base + luhn(base),
            )  # fmt: skip
            if rnd.random() < 0.03 and not credit:
                item.discount, item.discount_date = amount * 2 // 100, issued + timedelta(days=10)
            if index < self.items:
                self.ledger.append(item)
                self.by_customer.setdefault(owner.id, []).append(item)
            else:
                self.settled.append(item)

    def _amount(self) -> int:
        kronor = math.exp(self.random.gauss(math.log(4000), AMOUNT_SD))
        whole = self.random.random() < 0.35
        return max(100, int(kronor) * 100 if whole else int(kronor * 100))

    # -- lines --

    def _make_lines(self) -> None:
        rnd = self.random
        ways = list(MIXES[self.mix])
        shares = list(MIXES[self.mix].values())
        order = [item for item in self.ledger if item.kind == "invoice"]
        rnd.shuffle(order)
        supply = iter(order)
        makers = self._makers()
        while len(self.made) < self.lines:
            way = rnd.choices(ways, weights=shares)[0]
            first = len(self.made)
            if way == "foreign":
                self._foreign()
                self.made[-1].way = way
                continue
            item = next((i for i in supply if not i.used), None)
            if item is None:
                break
            item.used = True
            makers[way](item)
            for line in self.made[first:]:
                line.way = way
        rnd.shuffle(self.made)

    def _makers(self) -> dict[str, Callable[[Item], None]]:
        return {
            "ocr": lambda i: self._pay(i, [i.ocr]),
            "ocr_mistyped": lambda i: self._pay(i, [self._mistype(i.ocr)]),
            "ocr_in_text": lambda i: self._pay(i, text=self._phrase(i.ocr)),
            "number": lambda i: self._pay(i, [i.number], kind="invoice"),
            "number_in_text": lambda i: self._pay(i, text=self._phrase(i.number)),
            "silent": self._silent,
            "wrong_reference": self._wrong_reference,
            "list": lambda i: self._batch(i, "list"),
            "list_in_text": lambda i: self._batch(i, "list_in_text"),
            "list_cut": lambda i: self._batch(i, "list_cut"),
            "batch": lambda i: self._batch(i, "batch"),
            "batch_first": lambda i: self._batch(i, "batch_first"),
            "netted": self._netted,
            "part": self._part,
            "small_short": self._small_short,
            "small_over": self._small_over,
            "over": self._over,
            "discount": self._discounted,
            "instalments": self._instalments,
            "third_party": self._third_party,
            "duplicate": self._duplicate,
            "closed": lambda _: self._closed(),
        }  # fmt: skip

    def _silent(self, item: Item) -> None:
        self._pay(item, text=self.random.choice(("", "", "Betalning", "TACK")))

    def _part(self, item: Item) -> None:
        share = self.random.randint(20, 90)
        self._pay(item, [item.ocr], amount=max(100, item.amount * share // 100))

    def _small_short(self, item: Item) -> None:
        self._pay(item, [item.ocr], amount=max(1, item.amount - self.random.randint(1, 99)))

    def _small_over(self, item: Item) -> None:
        self._pay(item, [item.ocr], amount=item.amount + self.random.randint(1, 99))

    def _over(self, item: Item) -> None:
        self._pay(item, [item.ocr], amount=item.amount + self.random.randint(100, 50000))

    def _pay(
        self, item: Item, ocr: list[str] | None = None, *, kind: str = "payment_reference",
        text: str = "", amount: int | None = None, truth: tuple[Item, ...] | None = None,
        shift: int = 0,
    ) -> None:  # fmt: skip
        customer = item.customer
        delay = round(self.random.gauss(customer.delay, 7)) + shift
        booked = max(item.due + timedelta(days=delay), item.issued)
        payer = customer
        if customer.parent and self.random.random() < 0.3:
            payer = self.customers[customer.parent - 1]
        references: list[Reference] = [(value, kind, None, "unchecked") for value in ocr or ()]
        self._add(
            booked,
            item.amount if amount is None else amount,
            references,
            text,
            payer,
            truth or (item,),
        )

    def _add(
        self, booked: date, amount: int, references: Sequence[Reference], text: str,
        payer: Customer, truth: tuple[Item, ...], way: str = "",
    ) -> None:  # fmt: skip
        name = self._spelling(payer) if self.random.random() < 0.9 else ""
        account = payer.account if self.random.random() < 0.8 else ""
        self.made.append(Line(booked, amount, references, text, name, account, truth, way))

    def _batch(self, item: Item, way: str) -> None:
        rnd = self.random
        free = [i for i in self.by_customer[item.customer.id] if not i.used and i.kind == "invoice"]
        free.sort(key=lambda i: (i.due, i.number))
        wanted = min(len(free), rnd.choice((1, 1, 2, 2, 3, 4, 6)))
        near = [i for i in free if abs((i.due - item.due).days) <= 20]
        others = (near if rnd.random() < 0.7 and len(near) >= wanted else free)[:wanted]
        members = [item, *others]
        for member in members:
            member.used = True
        total, numbers = sum(i.amount for i in members), [i.number for i in members]
        if way == "list":
            kind = rnd.choice(("payment_reference", "invoice"))
            references: list[Reference] = [
                (i.ocr if kind == "payment_reference" else i.number, kind,
                 i.amount if rnd.random() < 0.5 else None, "unchecked")
                for i in members
            ]  # fmt: skip
            self._add(self._day(item), total, references, "", item.customer, tuple(members))
            return
        texts = {
            "list_in_text": "Faktura " + rnd.choice((", ", " ", "/", "; ")).join(numbers),
            "list_cut": "Fakturor " + ", ".join(numbers[: max(1, len(numbers) - 1)]) + ", 2",
            "batch": "",
            "batch_first": f"Faktura {numbers[0]} m fl",
        }
        self._add(self._day(item), total, [], texts[way], item.customer, tuple(members))

    def _day(self, item: Item) -> date:
        return max(
            item.due + timedelta(days=round(self.random.gauss(item.customer.delay, 7))), item.issued
        )

    def _netted(self, item: Item) -> None:
        notes = [
            i for i in self.by_customer[item.customer.id]
            if i.kind == "credit_note" and not i.used and i.amount < item.amount
        ]  # fmt: skip
        if not notes:
            self._pay(item, [item.ocr])
            return
        notes[0].used = True
        self._pay(item, [item.ocr], amount=item.amount - notes[0].amount, truth=(item, notes[0]))

    def _discounted(self, item: Item) -> None:
        if not item.discount or item.discount_date is None:
            self._pay(item, [item.ocr])
            return
        reference: Reference = (item.ocr, "payment_reference", None, "unchecked")
        net = item.amount - item.discount
        self._add(item.discount_date, net, [reference], "", item.customer, (item,))

    def _instalments(self, item: Item) -> None:
        first = item.amount // 2
        self._pay(item, [item.ocr], amount=first)
        self._pay(item, [item.ocr], amount=item.amount - first, shift=20)

    def _third_party(self, item: Item) -> None:
        stranger = self.random.choice(self.customers)
        references: list[Reference] = [(item.ocr, "payment_reference", None, "unchecked")]
        self._add(self._day(item), item.amount, references, "", stranger, (item,))

    def _wrong_reference(self, item: Item) -> None:
        other = self.random.choice(self.by_customer[item.customer.id])
        self._pay(item, [other.ocr], truth=(item,))

    def _duplicate(self, item: Item) -> None:
        day = self._day(item)
        references: list[Reference] = [(item.ocr, "payment_reference", None, "unchecked")]
        self._add(day, item.amount, references, "", item.customer, (item,))
        self._add(day + timedelta(days=self.random.randint(1, 10)), item.amount, references, "",
                  item.customer, ())  # fmt: skip

    def _closed(self) -> None:
        item = self.random.choice(self.settled)
        reference: Reference = (item.ocr, "payment_reference", None, "unchecked")
        self._add(self._day(item), item.amount, [reference], "", item.customer, ())

    def _foreign(self) -> None:
        rnd = self.random
        text = rnd.choice(
            ("RANTA", "Skattekonto", "Insattning", "KORTINLOSEN 4711", f"LB {rnd.randrange(10**6)}")
        )
        stranger = Customer(0, "", "Svenska " + rnd.choice(_TRADES) + "kassan",
                            f"SE{rnd.randrange(10**20, 10**21)}", False, 0.0)  # fmt: skip
        booked = START + timedelta(days=rnd.randint(-30, 40))
        self._add(booked, self._amount(), [], text, stranger, ())

    def _phrase(self, value: str) -> str:
        rnd = self.random
        shown = value
        if len(value) > 8 and rnd.random() < 0.15:
            shown = " ".join(value[i : i + 4] for i in range(0, len(value), 4))
        extra = rnd.choice(
            ("", "", f" {rnd.randint(1, 28)}/9", " 2026-09", f" kundnr {rnd.randint(100, 9999)}")
        )
        return f"{rnd.choice(_NOISE)} {shown}{extra}"

    def _mistype(self, value: str) -> str:
        rnd, digits = self.random, list(value)
        place = rnd.randrange(len(digits) - 1)
        kind = rnd.random()
        if kind < 0.7:
            digits[place] = str((int(digits[place]) + rnd.randint(1, 9)) % 10)
        elif kind < 0.85:
            digits[place], digits[place + 1] = digits[place + 1], digits[place]
        else:
            del digits[place]
        return "".join(digits)

    def _spelling(self, customer: Customer) -> str:
        rnd, name = self.random, customer.name
        if customer.alias and rnd.random() < 0.3:
            name = customer.alias
        if rnd.random() < 0.4:
            name = name.upper()
        if rnd.random() < 0.3:
            name = name.translate(str.maketrans("åäöÅÄÖé", "aaoAAOe"))
        if rnd.random() < 0.2:
            name = name.rsplit(" ", 1)[0]
        if rnd.random() < 0.1:
            name = name[: rnd.choice((22, 30, 35))]
        if rnd.random() < 0.05 and len(name) > 6:
            place = rnd.randrange(1, len(name) - 1)
            name = name[:place] + name[place + 1 :]
        return name


def luhn(base: str) -> str:
    """Check digit of Swedish OCR references."""
    total = 0
    for place, character in enumerate(reversed(base)):
        product = int(character) * (2 if place % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return str(-total % 10)


def world(mix: str = "reference", *, lines: int = 1000, items: int = 3000, seed: int = 1) -> World:
    """A world of one mix; ``items`` should be at least about 2.5 times ``lines``."""
    return Generator(mix, lines, items, seed).world()


__all__ = ["MIXES", "Generator", "World", "luhn", "world", "write_csv"]

"""Matching decisions, slow and obvious: what the kernel must agree with on small ledgers.

Written from the specification, with plain loops over plain records, one currency, no parents.
Covers the tiers ``reference``, ``invoice_number``, ``list``, ``text`` and ``account_amount`` with
equal, short and over amounts, rounding, credit notes netted, instalments, second payments, closed
documents and interchangeable documents. Does not cover fees, cash discount, names, combinations,
relevance, mistyped references, other currencies, existing payments, disbursements: no ledger that
is compared may hold them. ``Unspecified`` = the specification leaves the answer open; ``wait`` =
not booked, and whether it is held or reviewed is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

ROUNDING = 100
DUPLICATE_DAYS = 14
STRENGTH = ("reference", "invoice_number", "list", "text")


class Unspecified(Exception):  # noqa: N818 - it is no error
    """The specification does not say what is right here."""


@dataclass(frozen=True)
class Document:
    """An open (or closed) invoice or credit note; amounts in minor units."""

    number: str
    amount: int
    customer: str
    due: int
    reference: str = ""
    kind: str = "invoice"
    closed: bool = False


@dataclass(frozen=True)
class Payment:
    """A bank line; ``customer`` = whose account it comes from (empty = unknown)."""

    label: str
    amount: int
    day: int
    structured: tuple[str, ...] = ()
    in_text: tuple[str, ...] = ()
    customer: str = ""


@dataclass(frozen=True)
class Decision:
    """``apply`` with what is paid on each document (credit notes negative), ``hold``, ``review``,
    ``wait``."""

    outcome: str
    paid: tuple[tuple[str, int], ...] = ()


REVIEW, HOLD, WAIT = Decision("review"), Decision("hold"), Decision("wait")


@dataclass
class Matcher:
    """Decides every payment of one run."""

    documents: Sequence[Document]
    payments: Sequence[Payment]
    left: dict[str, int] = field(default_factory=dict)
    decided: dict[str, Decision] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    """Documents named by a line that a person must look at: nobody says what others may take."""

    def decide(self) -> dict[str, Decision]:
        """Decision by label of the payment: stronger tiers first, inside a tier by day."""
        self.left = {d.number: 0 if d.closed else d.amount for d in self.documents}
        for tier in STRENGTH:
            for payment in self._by_day():
                if self._tier(payment) == tier:
                    named = [d for d in map(self._find, self._stated(payment)) if d]
                    self._certain(named)
                    self._one_tier(named, tier)
                    self.decided[payment.label] = self._named(payment, named, tier)
                    if self.decided[payment.label] in {REVIEW, WAIT}:
                        self.doubtful |= {d.number for d in named}
        for payment in self._by_day():
            if payment.label not in self.decided:
                silent = not self._stated(payment)
                self.decided[payment.label] = self._unnamed(payment) if silent else WAIT
        return self.decided

    def _stated(self, payment: Payment) -> tuple[str, ...]:
        return payment.structured or payment.in_text

    def _certain(self, documents: Sequence[Document]) -> None:
        if self.doubtful & {d.number for d in documents}:
            raise Unspecified

    def _by_day(self) -> Iterator[Payment]:
        yield from sorted(self.payments, key=lambda p: p.day)

    # -- lines that name documents --

    def _one_tier(self, named: Sequence[Document], tier: str) -> None:
        """Whether an exact list goes before a part by reference is not said."""
        for other in self.payments:
            shared = set(named) & set(map(self._find, self._stated(other)))
            if shared and self._tier(other) not in {"", tier}:
                raise Unspecified

    def _tier(self, payment: Payment) -> str:
        """The kind of evidence, empty = it names no document or not all that it states."""
        stated = self._stated(payment)
        found = [self._find(value) for value in stated]
        if not stated or None in found:
            return ""
        if payment.in_text:
            return "text"
        if len(found) > 1:
            return "list"
        return "reference" if found[0] and found[0].reference == stated[0] else "invoice_number"

    def _find(self, value: str) -> Document | None:
        hits = [d for d in self.documents if value in {d.number, d.reference}]
        return hits[0] if hits else None

    def _named(self, payment: Payment, named: Sequence[Document], tier: str) -> Decision:
        if self._came_before(payment):
            return HOLD
        spent = [d for d in named if not self.left[d.number]]
        exact = payment.amount == sum(self.left[d.number] for d in named)
        if tier == "text" and not exact and payment.customer not in {d.customer for d in named}:
            raise Unspecified  # a number in the text and somebody else's account: chance?
        if spent and len(named) > 1:
            raise Unspecified
        if spent:  # beside another amount a number in the text may be chance
            return WAIT if tier == "text" and payment.amount != spent[0].amount else HOLD
        several = len({d.customer for d in named}) > 1
        difference = payment.amount - sum(self.left[d.number] for d in named)
        if difference == 0 and (tier == "list" or not several):
            return self._apply(payment, named)
        if len(named) > 1 and payment.amount in {self.left[d.number] for d in named}:
            raise Unspecified  # it states two and pays exactly one of them
        if any(self.left[d.number] == payment.amount for d in self.documents):
            raise Unspecified  # the amount speaks for another document
        if several:
            return REVIEW
        notes = self._netting(named, -difference)
        if notes is not None:
            return self._apply(payment, [*named, *notes])
        if abs(difference) <= ROUNDING:
            return self._apply(payment, named)
        if difference > 0:
            return self._over(payment, named, tier)
        return self._short(payment, named, tier)

    def _short(self, payment: Payment, named: Sequence[Document], tier: str) -> Decision:
        if payment.customer not in {"", named[0].customer}:
            raise Unspecified  # a stranger pays a part: the document or another?
        return REVIEW if tier in {"list", "text"} else self._apply(payment, named)

    def _over(self, payment: Payment, named: Sequence[Document], tier: str) -> Decision:
        if tier == "text" or payment.customer != named[0].customer:
            return REVIEW
        return self._apply(payment, named)

    def _came_before(self, payment: Payment) -> bool:
        """The same reference and amount a short time before."""
        mine = set(map(self._find, self._stated(payment)))
        again = [
            other for other in self.payments
            if other is not payment and other.amount == payment.amount
            and abs(payment.day - other.day) <= DUPLICATE_DAYS
            and mine & set(map(self._find, self._stated(other)))
        ]  # fmt: skip
        if any(self._stated(other) != self._stated(payment) for other in again):
            raise Unspecified  # the same document under another name
        return any(other.day < payment.day for other in again)

    def _netting(self, named: Sequence[Document], missing: int) -> list[Document] | None:
        """The one set of the customer's credit notes that explains what is missing."""
        free = [
            d for d in self.documents
            if d.kind == "credit_note" and d.customer == named[0].customer and self.left[d.number]
        ]  # fmt: skip
        sets = [
            list(chosen)
            for size in range(1, len(free) + 1)
            for chosen in combinations(free, size)
            if sum(self.left[d.number] for d in chosen) == missing
        ]
        worth = {tuple(sorted(self.left[d.number] for d in chosen)) for chosen in sets}
        if len(worth) > 1:
            raise Unspecified
        return sets[0] if sets else None

    def _apply(self, payment: Payment, documents: Sequence[Document]) -> Decision:
        """Credit notes give, invoices take what there is."""
        notes = [d for d in documents if d.kind == "credit_note"]
        money = payment.amount + sum(self.left[d.number] for d in notes)
        paid = [(d.number, -self.left[d.number]) for d in notes]
        for document in documents:
            if document.kind == "credit_note":
                self.left[document.number] = 0
                continue
            part = min(money, self.left[document.number])
            paid.append((document.number, part))
            money -= part
            rest = self.left[document.number] - part
            self.left[document.number] = 0 if rest <= ROUNDING else rest
        return Decision("apply", tuple(sorted(paid)))

    # -- lines that name nothing --

    def _unnamed(self, payment: Payment) -> Decision:
        """An account of one customer, who has an open document of the amount."""
        if not payment.customer:
            return REVIEW
        repeats = [
            other for other in self.payments
            if other.customer == payment.customer and other.amount == payment.amount
            and other is not payment and abs(payment.day - other.day) <= DUPLICATE_DAYS
        ]  # fmt: skip
        if any(self._stated(other) for other in repeats):
            raise Unspecified  # the same payer's named payment of the same amount
        repeats = [other for other in repeats if other.day < payment.day]
        fitting = [
            d for d in self.documents
            if d.kind == "invoice" and d.customer == payment.customer
            and self.left[d.number] == payment.amount
        ]  # fmt: skip
        self._certain(fitting)
        if repeats:
            return HOLD if fitting else WAIT
        if not fitting:
            return REVIEW
        if any(d.amount != self.left[d.number] for d in fitting):
            raise Unspecified  # the rest of a document that another line paid in part
        return self._apply(payment, [min(fitting, key=lambda d: (d.due, d.number))])

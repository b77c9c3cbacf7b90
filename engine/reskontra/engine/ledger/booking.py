"""From planned lines to the records that book them: documents, applications, vouchers, decisions.

Follows the plan to the minor unit and decides nothing. Every open amount is carried along and
compared with what the plan
saw; numbers are taken in the plan's order, so that the same plan gives the same books everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.records import (
    Application,
    BankLineState,
    Decision,
    Document,
    DocumentReference,
    JournalEntry,
    JournalLine,
)
from reskontra.engine.ledger.series import Numberer
from reskontra.engine.money import exact
from reskontra.engine.plan.model import Allocation, PlannedLine
from reskontra.engine.text import reference_key

STATES = {
    "apply": "booked",
    "open_payment": "booked",
    "cash_entry": "booked",
    "hide": "hidden",
    "hold": "hold",
    "review": "review",
}
"""State of a bank line after an outcome was applied to it."""


@dataclass(slots=True)
class Counters:
    """Next free ids of the records that a run appends."""

    document: int
    reference: int
    application: int
    entry: int
    line: int
    decision: int


@dataclass(slots=True)
class Booking:
    """Collects the records of one run; nothing is written before all of it stands."""

    company: str
    run_id: int
    branch: str
    counters: Counters
    numberer: Numberer
    customers: Mapping[str, int]
    """Customer number -> id."""
    open_amounts: dict[int, int]
    """Open amount of every document that the plan touches; kept up to date while booking."""
    imported: frozenset[str] = frozenset()
    """Numbers of imported payments and write-offs: a series must not meet them."""
    documents: list[Document] = field(default_factory=list)
    references: list[DocumentReference] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    entries: list[JournalEntry] = field(default_factory=list)
    lines: list[JournalLine] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    states: list[BankLineState] = field(default_factory=list)

    def record(self, line: PlannedLine, decision_id: str, record: str) -> None:
        """Book one planned line (or note that it waits) under its decision id."""
        state = "review" if line.blocked else STATES[line.outcome]
        self.states.append(BankLineState(self.company, line.line, state, decision_id, self.run_id))
        self.decisions.append(
            Decision(
                self.company, self.counters.decision, decision_id, self.run_id, line.line,
                line.outcome, line.tier, line.rule, line.relevance, line.runner_up, record,
            )
        )  # fmt: skip
        self.counters.decision += 1
        if line.is_booked:
            self._book(line, decision_id)

    def _book(self, line: PlannedLine, decision_id: str) -> None:
        payments = list(self._payments(line, decision_id))
        self._apply(line, payments, decision_id)
        self._write_off(line, payments, decision_id)
        self._voucher(line, payments, decision_id)

    def _payments(self, line: PlannedLine, decision_id: str) -> Iterator[Document]:
        """The payment that the line becomes; one per customer when it pays for several."""
        if line.outcome == "cash_entry":
            return
        for customer, amount in _shares(line):
            yield self._document(
                "payment", line, amount, customer, line.account, decision_id, slot="payment"
            )

    def _document(
        self,
        kind: str,
        line: PlannedLine,
        amount: int,
        customer: str,
        account: str,
        decision_id: str,
        *,
        slot: str,
    ) -> Document:
        number = self.numberer.next(slot, line.booking_date)
        if number in self.imported:
            raise ReskontraError.of(
                "RK744",
                f"number {number} of the series for {slot} belongs to an imported document",
                help="let the series in numbering.yaml start after the imported numbers",
            )
        document = Document(
            company=self.company, id=self.counters.document, kind=kind, number=number,
            customer_id=self.customers.get(customer), branch=self.branch,
            document_date=line.booking_date, due_date=None, currency=line.currency,
            amount=amount, base_amount=amount, account=account, order_number="",
            external_number="", discount_date=None, discount_amount=0, disputed=False,
            migrated=False, initial_open=amount, import_id=None, run_id=self.run_id,
            decision_id=decision_id, reverses_id=None, bank_line_id=line.line,
        )  # fmt: skip
        self.counters.document += 1
        self.documents.append(document)
        self.references.append(
            DocumentReference(
                self.company, self.counters.reference, document.id, "number",
                reference_key(number), number,
            )
        )  # fmt: skip
        self.counters.reference += 1
        self.open_amounts[document.id] = amount
        return document

    def _apply(self, line: PlannedLine, payments: list[Document], decision_id: str) -> None:
        """Use the credit notes first, then the cash, on the settled documents in their order."""
        for allocation in line.allocations:
            self._require_unmoved(allocation, line.currency)
        credit_notes = [[a.document, a.paid] for a in line.allocations if a.sign < 0]
        cash = [[payment.id, payment.amount] for payment in payments]
        sources = credit_notes + cash
        for target in (a for a in line.allocations if a.sign > 0):
            wanted, discount = target.paid, target.discount
            for source in sources:
                used = min(wanted, source[1])
                if used:
                    self._application(
                        source[0], target.document, used, discount, line.booking_date, decision_id
                    )
                    discount, wanted, source[1] = 0, wanted - used, source[1] - used
            assert wanted == 0, "the plan applies no more than there is"
            assert discount == 0, "a discount belongs to a payment"

    def _require_unmoved(self, allocation: Allocation, currency: str) -> None:
        found = self.open_amounts.get(allocation.document, 0)
        if found != allocation.before:
            raise ReskontraError.of(
                "RK730",
                f"document {allocation.number} has {exact(found, currency)} {currency} open, "
                f"the plan was made when it had {exact(allocation.before, currency)} {currency}",
                help="make a new plan with `reskontra match`",
                exit_code=Exit.MOVED,
            )

    def _application(
        self, source: int, target: int, amount: int, discount: int, on: str, decision_id: str
    ) -> None:
        self.applications.append(
            Application(
                self.company, self.counters.application, source, target, amount, discount, on,
                self.run_id, decision_id, None,
            )
        )  # fmt: skip
        self.counters.application += 1
        self.open_amounts[source] -= amount
        self.open_amounts[target] -= amount + discount
        assert self.open_amounts[source] >= 0, "no credit is used twice"
        assert self.open_amounts[target] >= 0, "no document is over-applied"

    def _write_off(self, line: PlannedLine, payments: list[Document], decision_id: str) -> None:
        for a in line.allocations:
            if a.write_off:
                document = self._document(
                    "small_balance_write_off", line, a.write_off, a.customer, a.account,
                    decision_id, slot="write_off",
                )  # fmt: skip
                self._application(
                    document.id, a.document, a.write_off, 0, line.booking_date, decision_id
                )
        if line.written_off:
            payment = next(p for p in payments if self.open_amounts[p.id] >= line.written_off)
            document = self._document(
                "small_credit_write_off", line, line.written_off, line.customer,
                payment.account, decision_id, slot="write_off",
            )  # fmt: skip
            self._application(
                payment.id, document.id, line.written_off, 0, line.booking_date, decision_id
            )

    def _voucher(self, line: PlannedLine, payments: list[Document], decision_id: str) -> None:
        entry_id = self.counters.entry
        self.counters.entry += 1
        text = " ".join(part for part in (line.payer, line.reference or line.source_id) if part)
        self.entries.append(
            JournalEntry(
                self.company, entry_id, self.numberer.numbering.use["journal"],
                self.numberer.next("journal", line.booking_date), line.booking_date, text,
                self.run_id, decision_id, None,
            )
        )  # fmt: skip
        document_id = payments[0].id if payments else None
        assert sum(posting.amount for posting in line.postings) == 0, "a voucher must balance"
        for position, posting in enumerate(line.postings, start=1):
            self.lines.append(
                JournalLine(
                    self.company, self.counters.line, entry_id, position, posting.account,
                    posting.role, line.currency, posting.amount, posting.amount,
                    self.customers.get(posting.customer), document_id,
                )
            )  # fmt: skip
            self.counters.line += 1


def _shares(line: PlannedLine) -> list[tuple[str, int]]:
    """(customer, cash) of the payments that a line becomes: one, or one per customer it names.

    Cash that stays unapplied, or was written off, belongs to the payer; a customer whose credit
    notes outweigh what is paid for it cannot stand alone, so the payer's single payment covers all.
    """
    payer = line.customer
    shares: dict[str, int] = {}
    for a in line.allocations:
        shares[a.customer] = shares.get(a.customer, 0) + a.sign * a.paid
    rest = line.unapplied + line.written_off
    if len(shares) < 2 or not line.facts.get("several_customers") or min(shares.values()) <= 0:
        return [(payer, line.amount)]
    if rest:
        shares[payer] = shares.get(payer, 0) + rest
    assert sum(shares.values()) == line.amount, "the parts are the whole"
    return list(shares.items())

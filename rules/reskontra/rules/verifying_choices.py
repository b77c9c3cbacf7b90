"""Judges what people chose (``resolve``), from the record of the choice and the books before it.

No rule stands behind a choice. What it must keep is told here a second time: the bank line is the
bank's, each document was there with so much open, the identities and limits of money hold, the
voucher moves what the record says, and what was known of the line is what was known before.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import (
    Application,
    Audit,
    BankLine,
    Customer,
    Decision,
    Document,
    FormerNumber,
    Run,
)
from reskontra.engine.money import exact, exponent
from reskontra.engine.ports import Reader
from reskontra.engine.services.replay import kept_texts
from reskontra.engine.services.resolve import OPEN_STATES, RELEASED
from reskontra.rules.verifying import (
    UNREADABLE,
    Verifier,
    bank_lines,
    booked,
    does_not_hold,
    judge_head,
    judge_money,
    read_record,
)

Record = Mapping[str, Any]
_TAKEN_OVER = ("reference", "facts", "evidence", "suggestions")
"""What a choice repeats of the decision before it."""
_CHANGES_OF_CUSTOMERS = ["import customers", "change customer"]


def verify_choices(reader: Reader, runs: Iterable[Run]) -> Iterator[Problem]:
    """RK749 for every decision of ``runs`` (kind ``resolve``) that the books do not bear out."""
    by_id = {run.id: run for run in runs}
    chosen: list[tuple[Decision, dict[str, Any]]] = []
    for decision in reader.records(Decision, run_id=list(by_id)):
        record = read_record(decision)
        if record is None:
            yield from does_not_hold(decision, [UNREADABLE])
        else:
            chosen.append((decision, record))
    before = Before.of(reader, chosen)
    known: dict[str, Verifier] = {}
    for decision, record in chosen:
        run = by_id[decision.run_id]
        if run.pack_hash not in known:
            known[run.pack_hash] = Verifier.of_texts(kept_texts(reader, run))
        yield from does_not_hold(decision, before.judge_actor(run))
        yield from does_not_hold(decision, judge_head(decision, record, before.lines))
        yield from does_not_hold(decision, before.judge(decision, record, known[run.pack_hash]))


@dataclass(frozen=True, slots=True)
class Before:
    """What the books held before each of some runs."""

    earlier: Mapping[int, Sequence[Decision]]
    """Bank line -> everything that was decided about it, oldest first."""
    lines: Mapping[int, BankLine]
    documents: Mapping[int, Document]
    taken: Mapping[int, Sequence[tuple[int, int]]]
    """Document -> each run that used it, and by how much its open amount fell."""
    written_off: Mapping[int, Sequence[tuple[int, int]]]
    """Document -> each run that wrote off on it, and how much."""
    customers: Mapping[int, Customer]
    """As they are today: their past is not kept."""
    numbers: Mapping[int, frozenset[str]]
    """Customer -> the number it has and those it had."""
    applied_by: Mapping[int, Audit]
    """Run -> the row of the audit trail that tells of it."""
    customers_changed: int
    """The last row of the audit trail that changed customers."""

    @classmethod
    def of(cls, reader: Reader, chosen: Sequence[tuple[Decision, dict[str, Any]]]) -> Before:
        """Everything that judging these decisions asks of the books, read at once."""
        made = [decision for decision, _ in chosen]
        earlier: dict[int, list[Decision]] = defaultdict(list)
        for decision in reader.records(Decision, bank_line_id=[d.bank_line_id for d in made]):
            earlier[decision.bank_line_id].append(decision)
        ids = sorted({a["document"] for _, record in chosen for a in record["allocations"]})
        changes = reader.records(Audit, action=_CHANGES_OF_CUSTOMERS)
        subjects = sorted({f"run:{decision.run_id}" for decision in made})
        return cls(
            earlier=earlier,
            lines=bank_lines(reader, made),
            documents={document.id: document for document in reader.records(Document, id=ids)},
            **_uses(reader, ids),
            customers={customer.id: customer for customer in reader.records(Customer)},
            numbers=_numbers(reader),
            applied_by={
                int(row.subject.removeprefix("run:")): row
                for row in reader.records(Audit, action="apply resolve", subject=subjects)
            },
            customers_changed=max((row.id for row in changes), default=0),
        )

    def judge_actor(self, run: Run) -> Iterator[str]:
        """Who chose, and why, is what the chained audit trail tells."""
        row = self.applied_by.get(run.id)
        if row is None:
            yield "the audit trail does not tell who chose"
        elif (row.actor, row.reason) != (run.actor, run.reason):
            yield f"the audit trail tells that {row.actor} chose ({row.reason or 'no reason'})"

    def judge(self, decision: Decision, record: Record, verifier: Verifier) -> Iterator[str]:
        """What is wrong with a choice, in words; nothing = it holds."""
        run, record = decision.run_id, _as_paid(record)
        if (record["tier"], record["rule"]) != ("manual", "manual"):
            yield f"a person chose; it names tier {record['tier']} and rule {record['rule']}"
        if record["state"] not in OPEN_STATES:
            yield f"the bank line was {record['state']}: it could not be chosen for"
        yield from judge_money(record)
        if booked(record):
            yield from _voucher(record, verifier)
        elif record["allocations"] or record["postings"]:
            yield f"{record['outcome']} moves no money, its record does"
        for allocation in record["allocations"]:
            yield from self._document(allocation, record["currency"], run)
        yield from self._write_offs(record, run, verifier)
        if record["why"]["because"] != RELEASED:
            yield from self._taken_over(decision, record)

    def _document(self, told: Record, currency: str, run: int) -> Iterator[str]:
        """What an allocation says of its document, and what was so before the run."""
        document = self.documents.get(told["document"])
        if document is None:
            yield f"there is no document {told['number']} (id {told['document']})"
            return
        for what, said, was in (
            ("number", told["number"], document.number),
            ("kind", told["kind"], document.kind),
            ("sign", told["sign"], sign(document.kind)),
            ("account", told["account"], document.account),
            ("currency", currency, document.currency),
        ):
            if said != was:
                yield f"the {what} of document {document.number} is {was}, not {said}"
        owners = self.numbers.get(document.customer_id or 0, frozenset([""]))
        if told["customer"] not in owners:
            whose = " or ".join(sorted(owners)) or "nobody"
            yield f"the customer of document {document.number} is {whose}, not {told['customer']}"
        was_open = document.initial_open - _before(self.taken[document.id], run)
        if told["before"] != was_open:
            yield (
                f"document {document.number} had {exact(was_open, document.currency)} "
                f"{document.currency} open, not {exact(told['before'], document.currency)}"
            )

    def _write_offs(self, record: Record, run: int, verifier: Verifier) -> Iterator[str]:
        """The tighter limit of company and customer holds, all write-offs on a document together.

        Where customers changed since, only the company's can be told.
        """
        currency = record["currency"]
        company = int(verifier.limits.get(currency, 0) * 10 ** exponent(currency))
        for allocation in filter(lambda a: a["write_off"], record["allocations"]):
            own = self._own_limit(allocation["document"], run, company)
            limit = min(company, own)
            so_far = _before(self.written_off[allocation["document"]], run)
            if so_far + allocation["write_off"] > limit:
                yield (
                    f"{exact(so_far + allocation['write_off'], currency)} {currency} of "
                    f"{allocation['number']} is written off, the limit was {exact(limit, currency)}"
                )
        if record["written_off"] > company:
            yield (
                f"{exact(record['written_off'], currency)} {currency} of the payment is written "
                f"off, the limit was {exact(company, currency)}"
            )

    def _own_limit(self, document: int, run: int, company: int) -> int:
        known = self.documents.get(document)
        owner = self.customers.get((known and known.customer_id) or 0)
        row = self.applied_by.get(run)
        if owner is None or row is None or row.id < self.customers_changed:
            return company
        if not owner.write_off:
            return 0
        return company if owner.write_off_limit is None else owner.write_off_limit

    def _taken_over(self, decision: Decision, record: Record) -> Iterator[str]:
        """What was known of the line is what the decision before told."""
        earlier = [d for d in self.earlier[decision.bank_line_id] if d.id < decision.id]
        told = _known(json.loads(earlier[-1].record)) if earlier else {}
        for name, said in _known(record).items():
            if said != told.get(name, said if not said else None):
                yield f"its {name} is not what the decision before it told"


def _known(record: Record) -> dict[str, Any]:
    why = record | record["why"]
    return {name: why[name] for name in _TAKEN_OVER}


def _numbers(reader: Reader) -> dict[int, frozenset[str]]:
    numbers: dict[int, set[str]] = defaultdict(set)
    for customer in reader.records(Customer):
        numbers[customer.id].add(customer.number)
    for former in reader.records(FormerNumber):
        numbers[former.customer_id].add(former.number)
    return {customer: frozenset(known) for customer, known in numbers.items()}


def _as_paid(record: Record) -> Record:
    """The record with amount and currency as its documents are paid."""
    if not record.get("paid_currency"):
        return record
    return {**record, "amount": record["paid"], "currency": record["paid_currency"]}


def _before(uses: Iterable[tuple[int, int]], run: int) -> int:
    return sum(amount for user, amount in uses if user < run)


def _uses(reader: Reader, ids: Sequence[int]) -> dict[str, Any]:
    """``taken`` and ``written_off`` of these documents."""
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
    written_off: dict[int, list[tuple[int, int]]] = defaultdict(list)
    targets = tuple(reader.records(Application, target_id=ids))
    sources = sorted({use.source_id for use in targets})
    kinds = {document.id: document.kind for document in reader.records(Document, id=sources)}
    for use in targets:
        taken[use.target_id].append((use.run_id, use.amount + use.discount))
        if kinds[use.source_id] == "small_balance_write_off":
            written_off[use.target_id].append((use.run_id, use.amount))
    for use in reader.records(Application, source_id=ids):
        taken[use.source_id].append((use.run_id, use.amount))
    return {"taken": taken, "written_off": written_off}


_DIFFERENCES = ("cash_discount", "vat_out", "rounding", "fx_gain", "fx_loss")
"""Roles of what documents and money are apart."""


def _voucher(record: Record, verifier: Verifier) -> Iterator[str]:
    """Bank and receivables move by what the record says; discounts and write-offs in sum."""
    expected: dict[tuple[str, str], int] = defaultdict(int)
    expected[(verifier.bank_accounts.get(record["cash_account"], ""), "")] += record["amount"]
    expected[(record["account"], record["customer"])] -= record["unapplied"]
    for a in record["allocations"]:
        settled = a["paid"] + a["discount"] + a["write_off"]
        expected[(a["account"], a["customer"])] -= a["sign"] * settled
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for posting in record["postings"]:
        key = (posting["account"], posting["customer"])
        if key in expected:
            moved[key] += posting["amount"]
        elif posting["role"] not in _DIFFERENCES:
            yield f"nothing in it moves account {posting['account']} ({posting['role']})"
    for (account, customer), amount in expected.items():
        if moved[account, customer] != amount:
            whose = f" of customer {customer}" if customer else ""
            yield (
                f"account {account or 'of the bank'}{whose} moves by "
                f"{exact(moved[account, customer], record['currency'])}, not "
                f"{exact(amount, record['currency'])}"
            )

"""Resolve: how a person chooses where the rules did not, or chose otherwise.

The choice becomes a plan of one line (tier ``manual``) that is applied, recorded and undoable like
every other. A person may
choose documents and amounts, but not break the identities of money or the limits of write-offs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import (
    BankLine,
    BankLineState,
    Customer,
    Decision,
    Document,
    OpenItem,
    Run,
)
from reskontra.engine.money import exact
from reskontra.engine.plan.build import book
from reskontra.engine.plan.model import Allocation, Plan, PlannedLine, plan_of
from reskontra.engine.plan.settling import write_off_room
from reskontra.engine.ports import Books, Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.customer_numbers import numbers_of, todays_numbers
from reskontra.engine.services.discounts import granting_of, offers_of
from reskontra.engine.services.exchange import exchange_of, paid_in
from reskontra.engine.services.match import basis_of, written_off_earlier
from reskontra.engine.services.setting import Setting

Act = Literal["apply", "open_payment", "hide", "hold", "release"]
RELEASED = "released to the next run"
OPEN_STATES = ("new", "review", "hold", "taken_back", "hidden")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants done with one bank line."""

    act: Act
    documents: tuple[tuple[str, int | None], ...] = ()
    """Document number and amount in minor units (``None`` = as much as is open)."""
    customer: str = ""
    """Whose open payment it is; empty = the customer known from the line, if any."""
    write_off: bool = False
    """Write the rest off (within the limits)."""
    reason: str = ""


_REMEDIES = {
    "RK722": "name more documents, or let the rest stay an open payment",
    "RK724": "leave the rest open, or have `differences.write_off_limit` or the customer's own "
    "limit raised: the tighter holds",
}
"""What to do about a choice that cannot be booked, by code."""
_PAGE = "`reskontra explain {code}` tells what can be done"


def plan_choice(books: Books, line_id: int, choice: Choice, setting: Setting) -> Plan:
    """The plan of one line that carries out ``choice``.

    Raises ``ReskontraError`` RK750 (no such line), RK751 (already decided), RK752 (unknown or
    closed
    document), RK753 (amounts do not fit), RK754 (unknown customer), RK721 and RK960 (documents in
    another currency).
    """
    with books.read() as reader:
        line = _waiting_line(reader, line_id)
        currency, allocations = _allocations(reader, line, choice, setting.preferences)
        if currency != line.currency:
            line = paid_in(reader, line, currency, allocations, setting.preferences)
        planned = _planned(reader, line, choice, allocations, setting)
        basis = basis_of(reader, setting, kind="resolve", as_of=line.booking_date)
    if planned.blocked:
        code, _, message = planned.blocked.partition(" ")
        raise ReskontraError.of(code, message, help=_REMEDIES.get(code, _PAGE.format(code=code)))
    return plan_of(basis, (planned,), setting.texts)


def plan_release(books: Books, run_id: int, setting: Setting) -> Plan:
    """The plan that gives every line which an undo of ``run_id`` took back to the next run.

    ``run_id`` names the run or its undo. Raises ``ReskontraError`` RK739 when nothing waits.
    """
    with books.read() as reader:
        undone = [run.id for run in reader.records(Run, reverses_id=run_id)]
        states = list(reader.records(BankLineState, run_id=[run_id, *undone], state="taken_back"))
        if not states:
            raise ReskontraError.of(
                "RK739", f"run:{run_id} took back no line that waits", exit_code=Exit.USAGE
            )
        found = reader.records(BankLine, id=[state.bank_line_id for state in states])
        lines = tuple(
            replace(_line(line, "taken_back", None), outcome="review", because=RELEASED)
            for line in found
        )
        basis = basis_of(reader, setting, kind="resolve", as_of=max(x.booking_date for x in lines))
    return plan_of(basis, lines, setting.texts)


_HELP = {
    "booked": "take it back first with `reskontra undo line:N`, then choose",
    "reconciles": "the other feed of the account carries this money: resolve its line",
    "withdrawn": "its import was taken back: import the file again",
}


def _waiting_line(reader: Reader, line_id: int) -> PlannedLine:
    found = next(iter(reader.records(BankLine, id=line_id)), None)
    if found is None:
        raise ReskontraError.of("RK750", f"there is no line:{line_id}", exit_code=Exit.USAGE)
    state = next(iter(reader.records(BankLineState, bank_line_id=line_id)))
    if state.state not in OPEN_STATES:
        raise ReskontraError.of(
            "RK751",
            f"line:{line_id} is {state.state}; lines that can be resolved are "
            f"{', '.join(OPEN_STATES)}",
            help=_HELP.get(state.state, ""),
            exit_code=Exit.USAGE,
        )
    return _line(found, state.state, _stored(reader, line_id))


def _line(found: BankLine, state: str, previous: PlannedLine | None) -> PlannedLine:
    """A bank line before the choice, with what was known about it."""
    return PlannedLine(
        line=found.id, source_id=found.source_id, cash_account=found.cash_account,
        booking_date=found.booking_date, amount=found.amount, currency=found.currency,
        payer=found.payer_name, text=found.text,
        reference=previous.reference if previous else "",
        outcome="", treat="", tier="manual", rule="manual", rule_at="", because="",
        relevance=0, runner_up=0, customer="", account="", role="", state=state,
        facts=previous.facts if previous else {},
        evidence=previous.evidence if previous else (),
        suggestions=previous.suggestions if previous else (),
    )  # fmt: skip


def _stored(reader: Reader, line_id: int) -> PlannedLine | None:
    """What was decided last about the line, when something was."""
    decisions = list(reader.records(Decision, bank_line_id=line_id))
    return PlannedLine.from_text(decisions[-1].record) if decisions else None


def suggested_documents(
    reader: Reader, line_id: int, rank: int
) -> tuple[tuple[str, int | None], ...]:
    """Documents of a stored suggestion; RK755 when there is none of that rank."""
    stored = _stored(reader, line_id)
    for suggestion in stored.suggestions if stored else ():
        if suggestion["rank"] == rank:
            return tuple((number, None) for number in suggestion["documents"])
    raise ReskontraError.of(
        "RK755",
        f"line:{line_id} has no suggestion {rank}",
        help=f"`reskontra explain line:{line_id}` lists them",
        exit_code=Exit.USAGE,
    )


def _allocations(
    reader: Reader, line: PlannedLine, choice: Choice, preferences: Preferences
) -> tuple[str, tuple[Allocation, ...]]:
    """The currency of the chosen documents (without any, of the line), and what each gets."""
    customers = numbers_of(reader)
    numbers = [number for number, _ in choice.documents]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise ReskontraError.of(
            "RK753",
            f"{', '.join(twice)} is named twice",
            help="name every document once, with the whole amount that goes to it",
            exit_code=Exit.USAGE,
        )
    chosen = [(_open_document(reader, number), amount) for number, amount in choice.documents]
    currency = _currency([document for (document, _), _ in chosen], line, preferences)
    allocations = []
    for (document, open_amount), amount in chosen:
        if amount is not None and not 0 < amount <= open_amount:
            raise ReskontraError.of(
                "RK753",
                f"{document.number} has {_money(open_amount, currency)} open, "
                f"{_money(amount, currency)} was asked for",
                help=f"`{document.number}` without an amount takes all that is open",
            )
        allocations.append(
            Allocation(
                document=document.id, number=document.number, kind=document.kind,
                customer=customers.get(document.customer_id or 0, ""), account=document.account,
                sign=sign(document.kind), before=open_amount,
                paid=open_amount if amount is None else amount,
            )
        )  # fmt: skip
    return currency, tuple(allocations)


def _currency(documents: Sequence[Document], line: PlannedLine, preferences: Preferences) -> str:
    """The one currency of these documents; the line may be in it or in the company's own."""
    currencies = sorted({document.currency for document in documents}) or [line.currency]
    if len(currencies) > 1:
        told = ", ".join(f"{document.number} {document.currency}" for document in documents)
        raise ReskontraError.of(
            "RK752", f"one payment settles documents of one currency: {told}",
            help="choose documents of one currency", exit_code=Exit.USAGE,
        )  # fmt: skip
    if line.currency not in (currencies[0], preferences.company.currency):
        raise ReskontraError.of(
            "RK752",
            f"{documents[0].number} is in {currencies[0]}, the payment in {line.currency}",
            help=f"choose documents in {line.currency}, or --open-payment",
        )
    return currencies[0]


def _open_document(reader: Reader, number: str) -> tuple[Document, int]:
    open_documents = [
        (document, item.open_amount)
        for document in reader.records(Document, number=number)
        for item in reader.records(OpenItem, document_id=document.id)
    ]
    if len(open_documents) != 1:
        found = "is not open" if not open_documents else "names several open documents"
        raise ReskontraError.of(
            "RK752",
            f"document {number!r} {found}",
            help="`reskontra show documents` lists what is open",
            exit_code=Exit.USAGE,
        )
    return open_documents[0]


def _planned(
    reader: Reader,
    line: PlannedLine,
    choice: Choice,
    allocations: tuple[Allocation, ...],
    setting: Setting,
) -> PlannedLine:
    outcome = "review" if choice.act == "release" else choice.act
    line = replace(
        line,
        outcome=outcome,
        because=choice.reason or (RELEASED if choice.act == "release" else "a person chose"),
        customer=_customer(reader, line, choice),
    )
    _require_affordable(line, choice, allocations)
    room = write_off_room(
        _customer_limits(reader), written_off_earlier(reader), setting.preferences
    )
    given = any(amount is not None for _, amount in choice.documents)
    if not given:
        allocations = _less_discounts(reader, line, allocations, setting.preferences)
    discounted = sorted(a.document for a in allocations if a.discount)
    exchange = exchange_of(
        reader, [(line.document_currency, line.booking_date)], [a.document for a in allocations],
        setting.preferences.company.currency,
    )  # fmt: skip
    return book(
        replace(line, treat="write_off" if choice.write_off else "open_payment"),
        allocations,
        room=room,
        preferences=setting.preferences,
        granting=granting_of(reader, discounted, setting.preferences),
        exchange=exchange,
        rest_written_off=choice.write_off and given,
    )


def _less_discounts(
    reader: Reader,
    line: PlannedLine,
    allocations: tuple[Allocation, ...],
    preferences: Preferences,
) -> tuple[Allocation, ...]:
    """Less every cash discount in time, where the payment is exactly that; else as before."""
    found = next(iter(reader.records(BankLine, id=line.line)))
    documents = reader.records(Document, id=sorted(a.document for a in allocations))
    offers = {
        identifier: offer.amount
        for identifier, offer in offers_of(reader, documents, preferences).items()
        if (found.value_date or found.booking_date) <= offer.last_day
    }
    less = tuple(
        replace(a, paid=a.paid - offers[a.document], discount=offers[a.document])
        if offers.get(a.document, a.paid) < a.paid else a
        for a in allocations
    )  # fmt: skip
    return less if sum(a.sign * a.paid for a in less) == line.amount else allocations


def _require_affordable(
    line: PlannedLine, choice: Choice, allocations: tuple[Allocation, ...]
) -> None:
    """Amounts that a person gave are taken as given: the payment must hold them all."""
    named = sum(a.sign * a.paid for a in allocations)
    given = any(amount is not None for _, amount in choice.documents)
    if given and not line.paid and not 0 <= named <= line.amount:
        raise ReskontraError.of(
            "RK753",
            f"the chosen amounts come to {_money(named, line.currency)}, "
            f"the payment is {_money(line.amount, line.currency)}",
            help="name less; a document without an amount counts with all that is open on it",
        )


def _money(minor: int, currency: str) -> str:
    return f"{exact(minor, currency)} {currency}"


def _customer(reader: Reader, line: PlannedLine, choice: Choice) -> str:
    """The named customer; of an open payment, else the one that the line was known to come from."""
    if choice.act == "open_payment" and not choice.customer:
        return str(line.facts.get("customer") or "")
    number = todays_numbers(reader).get(choice.customer, choice.customer)
    if number and not reader.count(Customer, number=number):
        raise ReskontraError.of(
            "RK754", f"there is no customer {choice.customer!r}", exit_code=Exit.USAGE
        )
    return number


def _customer_limits(reader: Reader) -> pl.DataFrame:
    return reader.frame(Customer, ("id", "number", "write_off", "write_off_limit"))

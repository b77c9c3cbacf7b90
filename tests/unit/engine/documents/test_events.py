"""The published bookings of events, on the accounts of every country, by the code that books them.

Each event is planned on books of its own; what it posts is compared account by account.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from tests.published import rows
from tests.unit.engine.services.test_settling import ON, book, customer, fill, migrated

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.config.company import load_company
from reskontra.config.scaffold import create
from reskontra.config.workspace import load_workspace
from reskontra.engine.documents.booking import release_step
from reskontra.engine.documents.completing import complete
from reskontra.engine.documents.entry import entry_of
from reskontra.engine.documents.vat_shares import Taxed
from reskontra.engine.ledger.records import Document, ExchangeRate
from reskontra.engine.ledger.works import PlannedStep, Voucher
from reskontra.engine.money import parse_amount
from reskontra.engine.plan.build import book as planned
from reskontra.engine.plan.model import Allocation, PlannedLine
from reskontra.engine.plan.postings import Granting
from reskontra.engine.plan.settling import WriteOffRoom
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.accounts import CashAccount
from reskontra.engine.preferences.ledger import LateCompensation, Rounding
from reskontra.engine.services.applications import plan_application
from reskontra.engine.services.compensation import plan_compensation
from reskontra.engine.services.corrections import plan_reversal, plan_void
from reskontra.engine.services.credit_loss import Loss, plan_credit_loss
from reskontra.engine.services.drafts import ground_of
from reskontra.engine.services.month_end import (
    plan_doubtful,
    plan_expected_losses,
    plan_revaluation,
)
from reskontra.engine.services.paying_back import PayBack, plan_refund
from reskontra.engine.services.receipts import Receipt, plan_receipt
from reskontra.engine.services.recovery import Recovered, plan_recovery
from reskontra.engine.services.write_off import Small, plan_write_offs

COUNTRIES = ("SE", "NO", "FI", "DK")
Moves = dict[tuple[str, str], int]
"""(role, account) -> base amount, debit positive."""


@dataclass(frozen=True)
class World:
    """Books of a company, empty until ``fill``."""

    books: SqlBooks
    preferences: Preferences
    currency: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "currency", self.preferences.company.currency)

    def account(self, role: str) -> str:
        return self.preferences.accounts.account(role)

    def owes(self, *documents: Document) -> SqlBooks:
        buyer = customer(1)._replace(currency=self.currency)
        return fill(self.books, *documents, customers=(buyer,))

    def unrounded(self) -> World:
        """The same without rounding of totals."""
        ledger = replace(self.preferences.ledger, roundings={})
        return World(self.books, replace(self.preferences, ledger=ledger))

    def item(
        self, id_: int, kind: str, amount: int, role: str = "ar_trade", **more: Any
    ) -> Document:
        told = {"currency": self.currency, "account": self.account(role), **more}
        return migrated(id_, kind, amount, **told)

    def entered(self, kind: str, **said: Any) -> PlannedStep:
        """What the release of an entry books."""
        entry = entry_of({"kind": kind, "customer": "C1", "date": ON, **said})
        with self.books.read() as reader:
            done, problems = complete(entry, ground_of(reader, self.preferences, [entry]))
        assert done is not None, problems
        return release_step("draft:1", done, self.preferences)


def moves(parts: Iterable[tuple[str, str, int]]) -> Moves:
    sums: Moves = {}
    for role, account, amount in parts:
        sums[role, account] = sums.get((role, account), 0) + amount
    return {key: amount for key, amount in sums.items() if amount}


def posted(*vouchers: Voucher) -> Moves:
    return moves((n.role, n.account, n.base_amount) for v in vouchers for n in v.lines)


def bank(
    world: World, amount: int, owed: int = 0, *, outcome: str = "apply", treat: str = "",
    discount: int = 0, granting: Granting | None = None,
) -> Moves:  # fmt: skip
    """What a line of a bank file books."""
    world.owes()
    line = PlannedLine(
        line=1, source_id="B1", cash_account="main", booking_date=ON, amount=amount,
        currency=world.currency, payer="", text="", reference="", outcome=outcome, treat=treat,
        tier="", rule="r", rule_at="", because="", relevance=0, runner_up=0,
        customer="C1" if owed else "", account="", role="",
    )  # fmt: skip
    receivable = world.account("ar_trade")
    proposed = Allocation(1, "1", "invoice", "C1", receivable, 1, owed, owed - discount, discount)
    room = WriteOffRoom(company={world.currency: 1_00}, customer={}, used={})
    done = planned(
        line,
        [proposed] if owed else [],
        room=room,
        preferences=world.preferences,
        granting=granting,
    )
    assert not done.blocked
    return moves((p.role, p.account, p.amount) for p in done.postings)


def as_liability(world: World) -> World:
    """The same where a surplus is a liability."""
    differences = replace(world.preferences.differences, surplus="liability")
    return World(world.books, replace(world.preferences, differences=differences))


def claim(world: World, kind: str, price: str, **said: Any) -> Moves:
    world.owes(world.item(1, "invoice", 20_000_00))
    return posted(*world.entered(kind, lines=[{"text": "x", "price": price}], **said).vouchers)


def money(world: World, kind: str, amount: str, **said: Any) -> Moves:
    world.owes()
    return posted(*world.entered(kind, amount=amount, cash_account="main", **said).vouchers)


def advanced(world: World) -> PlannedStep:
    """10 000 and VAT, paid on receipt."""
    world.owes()
    lines = [{"text": "x", "price": "10000"}]
    return world.entered("cash_sale", lines=lines, advance=True, cash_account="main")


def final(world: World) -> Moves:
    made = book(world.books, "documents", [advanced(world)], world.preferences).documents[0]
    step = world.entered(
        "invoice", lines=[{"text": "x", "price": "10000"}], deducts=[made.number]
    )  # fmt: skip
    assert step.documents[0].document.amount == 0
    return posted(*step.vouchers)


def discounted(world: World) -> Moves:
    vat = {1: [Taxed("standard", 2500, 12_500_00, world.account("vat_out"))]}
    return bank(world, 12_250_00, 12_500_00, discount=250_00, granting=Granting(vat))


def used(world: World, credit: Document, debit: Document) -> Moves:
    with world.owes(credit, debit).read() as reader:
        step = plan_application(reader, credit.number, debit.number, "", ON, world.preferences)
    return posted(*step.vouchers)


def from_unknown(world: World) -> Moves:
    receipt = world.item(1, "payment", 777_00, "unidentified_receipts", customer_id=None)
    return used(world, receipt, world.item(2, "invoice", 777_00))


def written_off(world: World, kind: str, reason: str) -> Moves:
    world.owes(world.item(1, kind, 1_000_00, initial_open=4_00))
    small = Small(ON, world.preferences.ledger.reason_code(reason))
    with world.books.read() as reader:
        (step,) = plan_write_offs(reader, small, world.preferences)
    return posted(*step.vouchers)


def foreign(world: World, pays: str, received: str) -> Moves:
    """USD 1 000 booked at 11.20."""
    world.owes(world.item(1, "invoice", 1_000_00, base_amount=11_200_00, currency="USD"))
    receipt = Receipt(ON, (("D1", pays),), received=received)
    with world.books.read() as reader:
        (step,) = plan_receipt(reader, receipt, world.preferences)
    return posted(*step.vouchers)


def paid(world: World, amount: str, **told: Any) -> Moves:
    """By hand."""
    world.owes(world.item(1, "invoice", 12_500_00))
    receipt = Receipt(ON, (("D1", ""),), amount=amount, cash_account=told.pop("into", ""), **told)
    with world.books.read() as reader:
        (step,) = plan_receipt(reader, receipt, world.preferences)
    return posted(*step.vouchers)


def paid_back(world: World, kind: str, role: str) -> Moves:
    credit = world.item(1, kind, 12_500_00, role)
    with world.owes(credit).read() as reader:
        wanted = PayBack("D1", cash_account="main")
        return posted(*plan_refund(reader, wanted, world.preferences).vouchers)


def revalued(world: World) -> Moves:
    world.owes(world.item(1, "invoice", 1_000_00, base_amount=11_200_00, currency="USD"))
    with world.books.write() as writer:
        writer.append([ExchangeRate("ACME", 1, "spot", "USD", ON, "11.30", "anna", "")])
    with world.books.read() as reader:
        (step,) = plan_revaluation(reader, ON, world.preferences)
    booked, reversed_ = step.vouchers
    assert posted(booked, reversed_) == {}, "for a night"
    return posted(booked)


def expected(world: World) -> Moves:
    """Half of 7 200 without VAT."""
    world.owes(world.item(1, "invoice", 9_000_00))
    with world.books.read() as reader:
        (step,) = plan_expected_losses(reader, ON, world.preferences)
    return posted(step.vouchers[0])


def doubtful(world: World) -> Moves:
    world.owes(world.item(1, "invoice", 4_500_00, due_date="2026-08-01"))
    with world.books.read() as reader:
        (step,) = plan_doubtful(reader, ON, world.preferences)
    booked, reversed_ = step.vouchers
    assert posted(booked, reversed_) == {}, "for a night"
    return posted(booked)


def loss_of(world: World, invoice: Document) -> PlannedStep:
    loss = Loss(invoice, ON, evidence="bankruptcy", vat_code="standard")
    with world.books.read() as reader:
        (step,) = plan_credit_loss(reader, loss, world.preferences)
    return step


def lost(world: World) -> Moves:
    invoice = world.item(1, "invoice", 4_500_00)
    world.owes(invoice)
    return posted(*loss_of(world, invoice).vouchers)


def released(world: World) -> Moves:
    """Half of 7 200 stays provided for until the claim is lost."""
    invoice = world.item(1, "invoice", 9_000_00)
    world.owes(invoice)
    ledger = replace(world.preferences.ledger, keep_allowance=True)
    kept = replace(world.preferences, ledger=ledger)
    with world.books.read() as reader:
        steps = plan_expected_losses(reader, ON, kept)
    book(world.books, "expected_losses", steps, kept)
    book(world.books, "credit_losses", [loss_of(world, invoice)], kept)
    with world.books.read() as reader:
        (step,) = plan_expected_losses(reader, "2026-12-31", kept)
    return posted(*step.vouchers)


def recovered(world: World) -> Moves:
    invoice = world.item(1, "invoice", 4_500_00)
    world.owes(invoice)
    book(world.books, "credit_losses", [loss_of(world, invoice)], world.preferences)
    with world.books.read() as reader:
        wanted = Recovered("W0000001", "1250", ON, "main")
        return posted(*plan_recovery(reader, wanted, world.preferences).vouchers)


def compensated(world: World) -> Moves:
    with world.owes(world.item(1, "invoice", 1_000_00)).read() as reader:
        return posted(*plan_compensation(reader, "D1", ON, world.preferences).vouchers)


def waived(world: World) -> Moves:
    world.owes()
    fee = world.entered("dunning_fee", lines=[{"text": "x", "price": "60"}])
    (made,) = book(world.books, "documents", [fee], world.preferences).documents
    with world.books.read() as reader:
        return posted(*plan_reversal(reader, made.number, ON, world.preferences).vouchers)


def bounced(world: World) -> Moves:
    world.owes(world.item(1, "invoice", 12_500_00))
    receipt = Receipt(ON, (("D1", ""),))
    with world.books.read() as reader:
        (step,) = plan_receipt(reader, receipt, world.preferences)
    (made,) = book(world.books, "documents", [step], world.preferences).documents
    with world.books.read() as reader:
        return posted(*plan_void(reader, made.number, ON, world.preferences).vouchers)


EVENTS: dict[str, Callable[[World], Moves]] = {
    "E01": lambda w: claim(w, "invoice", "9999.60"),
    "E02": lambda w: claim(w, "credit_note", "9999.60", corrects=["D1"]),
    "E03": lambda w: bank(w, 12_500_00, 12_500_00),
    "E04": lambda w: bank(w, 5_000_00, 12_500_00, treat="keep_open"),
    "E05": lambda w: bank(w, 12_499_60, 12_500_00, treat="write_off"),
    "E06a": lambda w: bank(w, 12_800_00, 12_500_00, treat="open_payment"),
    "E06b": lambda w: bank(as_liability(w), 12_800_00, 12_500_00, treat="open_payment"),
    "E07a": lambda w: money(w, "prepayment", "12500", order_number="PO 7"),
    "E07b": lambda w: posted(*advanced(w).vouchers),
    "E08a": lambda w: used(
        w, w.item(1, "prepayment", 12_500_00, "prepayment"), w.item(2, "invoice", 12_500_00)
    ),
    "E08b": final,
    "E09": lambda w: money(w, "refund", "300"),
    "E10": lambda w: money(w, "refund", "1250"),
    "E10b": lambda w: paid_back(w, "prepayment", "prepayment"),
    "E11": lambda w: written_off(w, "invoice", "SMALL"),
    "E11b": lambda w: written_off(w, "payment", "SMALLCR"),
    "E12": discounted,
    "E13": lambda w: paid(w, "12500", fee="50", into="main"),
    "E14": lambda w: foreign(w, "", "11350"),
    "E15": lambda w: foreign(w, "", "11050"),
    "E15b": lambda w: foreign(w, "400", "4540"),
    "E16": revalued,
    "E17": expected,
    "E18": lost,
    "E17b": doubtful,
    "E18b": released,
    "E19": recovered,
    "E20": lambda w: claim(w, "dunning_fee", "60"),
    "E21": lambda w: claim(w.unrounded(), "overdue_charge", "152.33"),
    "E22": compensated,
    "E23": waived,
    "E24": lambda w: paid(w, "5000", netted=True),
    "E25": lambda w: bank(w, 777_00, outcome="open_payment"),
    "E25b": from_unknown,
    "E26": bounced,
    "E27": lambda w: paid(w, "12500", commission="100", into="main"),
}


@pytest.fixture(scope="module", params=COUNTRIES)
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Preferences:
    """A company of the country as it is scaffolded, with one VAT rate and rounding for all."""
    folder = tmp_path_factory.mktemp("workspace") / "workspace"
    create(folder, country=request.param.lower(), company="nord", name="Nord", login="anna")
    found = load_company(load_workspace(folder), "nord").preferences
    currency, ledger = found.company.currency, found.ledger
    vat = tuple(
        replace(code, rate=2500) if code.id == "standard" else code for code in found.vat.codes
    )
    limits = {currency: 5_00}
    return replace(
        found,
        company=replace(found.company, id="ACME"),
        vat=replace(found.vat, codes=vat),
        ledger=replace(
            ledger, roundings={currency: Rounding("nearest", 100)},
            expected_losses={"31-60": 50_00}, late_compensation=LateCompensation(True, 450_00),
        ),
        differences=replace(found.differences, write_off=True, write_off_limit=limits),
        cash_accounts=tuple(
            CashAccount(name, found.accounts.account("bank"), held, (), "details", "import", "off")
            for name, held in (("main", currency), ("dollars", "USD"))
        ),
    )  # fmt: skip


def test_events_are_booked_as_published(
    company: Preferences, tmp_path: Path, sqlite_template: Path
) -> None:
    column = f"account_{company.company.country}"
    wanted: dict[str, list[tuple[str, str, int]]] = {}
    for row in rows("postings"):
        amount = parse_amount(row["debit"], "SEK") - parse_amount(row["credit"], "SEK")
        wanted.setdefault(row["event"], []).append((row["role"], row[column], amount))
    assert EVENTS.keys() == wanted.keys()
    for event, happens in EVENTS.items():
        path = tmp_path / f"{event}.sqlite"
        shutil.copy(sqlite_template, path)
        world = World(open_books(f"sqlite:///{path}", "ACME"), company)
        assert happens(world) == moves(wanted[event]), event

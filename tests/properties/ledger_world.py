"""A small company that can do everything a ledger can: written for properties, driven by numbers.

An action is a name and three numbers; what they point at (a line, a run, a document) is found in
the books as they stand. So a sequence of actions means the same on every database, shrinks well,
and what is refused is refused everywhere.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.bank_files import bank_file, statement, transaction
from tests.properties.looking import Looking

from reskontra.adapters.wiring import open_application
from reskontra.config.scaffold import create
from reskontra.engine.bank_file import Account, BankFile, Party, Transaction
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.periods import last_day, period_states
from reskontra.engine.ledger.records import (
    APPEND_ONLY,
    MASTERS,
    PROJECTIONS,
    Application,
    BankLine,
    BankLineState,
    Customer,
    Decision,
    Document,
    ImportFile,
    JournalEntry,
    JournalLine,
    OpenItem,
    Record,
    Run,
    SeriesCounter,
)
from reskontra.engine.ledger.series import ordinal
from reskontra.engine.masters import CustomerRow, CustomersTable, OpenItemRow, OpenItemsTable
from reskontra.engine.plan.model import Plan, decision_ids
from reskontra.engine.services.apply_plan import apply_plan
from reskontra.engine.services.check import check
from reskontra.engine.services.closing import Checklist, close, reopen
from reskontra.engine.services.import_bank import import_bank
from reskontra.engine.services.import_masters import import_customers, import_open_items
from reskontra.engine.services.match import match
from reskontra.engine.services.reconcile import reconciliation
from reskontra.engine.services.resolve import (
    OPEN_STATES,
    Choice,
    plan_choice,
    plan_release,
    suggested_documents,
)
from reskontra.engine.services.setting import Setting
from reskontra.engine.services.undo import undo
from reskontra.engine.services.withdraw_import import withdraw_import

COMPANY = "nord"
BANKGIRO = "9912346"
DAY = date(2026, 11, 20)
COMPANY_LIMIT = 200
"""Write-off limit of the company per document, in öre."""
CUSTOMERS = (
    CustomerRow(2, "C1", "Ek Bygg AB", write_off=True, bank_accounts=(Account("1111111", "bban"),)),
    CustomerRow(3, "C2", "Alm Service AB", write_off=True, write_off_limit=60, parent="C1"),
    CustomerRow(4, "C3", "Björk & Co", write_off=False),
    CustomerRow(5, "C4", "Asp Transport AB", write_off=True, write_off_limit=900),
)
LIMITS = {"C1": 200, "C2": 60, "C3": 0, "C4": 200}
"""What may be written off per document: the tighter of company and customer."""
KINDS = (
    "invoice", "invoice", "invoice", "credit_note", "debit_note", "overdue_charge", "payment",
)  # fmt: skip
AMOUNTS = (10000, 10000, 25000, 4950, 7, 123456)
Action = tuple[str, int, int, int]
IMPORTS = ("items", "again", "withdraw")
"""Actions that bring documents of the system before, or take them away: without vouchers, and on
whatever day they were made there."""
PERIODS = ("2026-10", "2026-11")
"""The month of the documents, and that of the payments."""
ACTS: tuple[str, ...] = (
    "match", "resolve", "undo", "undo_line", "again", "withdraw", "bank", "items", "release",
    "close", "close", "reopen",
)  # fmt: skip
_CASH = """\
cash_accounts:
  - {id: bankgiro, account: 1930, currency: SEK, identifiers: {bankgiro: 991-2346}, feed: details}
"""
_DIFFERENCES = """\
differences:
  write_off: true
  rounding: {SEK: 1.00}
  write_off_limit: {SEK: 2.00}
  short: keep_open
  over: open_payment
"""
_MATCHING = """\
matching:
  auto:
    tiers: [reference, reference_fee, invoice_number, list, text, account_amount]
"""


def setting_in(folder: Path) -> Setting:
    """The shipped rules, for a new company that writes off and has widened what is automatic."""
    workspace = folder / "workspace"
    create(workspace, country="se", company=COMPANY, name="Nord AB", login=getpass.getuser())
    room = workspace / "companies" / COMPANY
    for name, text in (
        ("cash_accounts", _CASH), ("differences", _DIFFERENCES), ("matching", _MATCHING),
    ):  # fmt: skip
        (room / f"{name}.yaml").write_text(text, encoding="utf-8")
    return open_application(workspace).setting()


def documents(batch: int, seeds: Iterable[tuple[int, int, int]]) -> OpenItemsTable:
    """A table of open items: kind, amount and what is left of it by the seeds."""
    rows = []
    for n, (kind, amount, part) in enumerate(seeds):
        total = AMOUNTS[amount % len(AMOUNTS)]
        credit = KINDS[kind % len(KINDS)] in ("credit_note", "payment")
        discounted = not credit and part % 5 == 4
        rows.append(
            OpenItemRow(
                line=n + 2,
                number=f"{batch + 1}{kind % len(KINDS)}0{n:02}",
                kind=KINDS[kind % len(KINDS)],  # type: ignore[arg-type]
                customer=CUSTOMERS[(kind + amount + part) % len(CUSTOMERS)].number,
                document_date=date(2026, 10, 1 + n % 20),
                due_date=None if credit else date(2026, 11, 1 + n % 28),
                currency="SEK",
                amount=total,
                open_amount=total if part % 3 else total - total // 3,
                discount_date=date(2026, 11, 19 + part % 4) if discounted else None,
                discount_amount=total // 50 if discounted else 0,
            )
        )
    return OpenItemsTable("csv:open_items", tuple(rows))


def payments(table: OpenItemsTable, seeds: Iterable[tuple[int, int, int]]) -> BankFile:
    """A bank file that pays those documents: exactly, nearly, together, anonymously, or not."""
    lines = [
        _payment(table.rows, n, seed) for n, seed in enumerate(seeds)
    ]  # fmt: skip
    return bank_file(
        statement(*lines, account=Account(BANKGIRO, "bankgiro")),
        message_id=f"M{table.rows[0].number}",
    )


def _payment(rows: tuple[OpenItemRow, ...], n: int, seed: tuple[int, int, int]) -> Transaction:
    which, how, difference = seed
    row, other = rows[which % len(rows)], rows[(which + 1) % len(rows)]
    payer = next(c for c in CUSTOMERS if c.number == row.customer)
    off = (0, 0, -50, 40, -150, 180, -1000, 2500)[difference % 8]
    amount, reference, text = row.open_amount, row.number, ""
    if how % 8 == 5:
        amount, reference, text = amount + other.open_amount, "", f"{row.number}, {other.number}"
    elif how % 8 == 6:
        reference, text = "", f"Invoice {row.number}"
    elif how % 8 == 7:
        reference, off = "", off - 2 * amount if difference % 2 else off
    elif how % 8 == 4:
        amount -= row.discount_amount
    name, account = (payer.name, None) if how % 3 else ("", None)
    if payer.bank_accounts and how % 2:
        account = payer.bank_accounts[0]
    return transaction(
        amount + off or 1, reference, bank_reference=f"{row.number}-{n}",
        booking_date=DAY.replace(day=20 + difference % 4), counterparty=Party(name, account),
        text=(text,) if text else (),
    )  # fmt: skip


@dataclass(slots=True)
class World(Looking):
    """Books, what was imported into them, and what was seen of them before."""

    setting: Setting
    batches: list[tuple[OpenItemsTable, BankFile]]
    at: str = "2026-12-04T10:00:00Z"
    seen: dict[type[Record], list[Record]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """Codes of refusals, in order."""
    prove_undo: bool = False
    """Take every new run back at once, compare, and carry it out again."""

    @property
    def actor(self) -> Actor:
        """Who does everything; no controller, so that a closed period is closed for all."""
        return Actor("anna", "property", self.at)

    def open(self) -> None:
        """Customers, and the first batch of documents and payments."""
        table = CustomersTable("csv:customers", CUSTOMERS)
        import_customers(self.books, table, **self._source(table))
        self.act(("items", 0, 0, 0))
        self.act(("bank", 0, 0, 0))

    def act(self, action: Action) -> None:
        """Do it; what the program refuses must leave the books as they are."""
        name, a, b, c = action
        with self.books.read() as reader:
            before = reader.revision()
        closed = {} if name in IMPORTS else self._closed()
        try:
            getattr(self, f"_{name}")(a, b, c)
        except ReskontraError as refusal:
            self.refused.append(refusal.problems[0].code)
            with self.books.read() as reader:
                assert reader.revision() == before, "a refusal changes nothing"
        now = self._closed()
        assert all(now.get(period, stood) == stood for period, stood in closed.items()), action

    # What can be done -----------------------------------------------------------------------

    def _source(self, content: object) -> dict[str, Any]:
        digest = sha256(repr(content).encode()).hexdigest()
        return {
            "file_name": "f", "sha256": digest, "preferences": self.setting.preferences,
            "actor": "anna", "at": self.at,
        }  # fmt: skip

    def _items(self, a: int, _b: int, _c: int) -> None:
        table = self.batches[a % len(self.batches)][0]
        import_open_items(self.books, table, **self._source(table))

    def _bank(self, a: int, _b: int, _c: int) -> None:
        file = self.batches[a % len(self.batches)][1]
        import_bank(self.books, file, **self._source(file))

    def _again(self, a: int, b: int, c: int) -> None:
        """The same files once more: nothing is new, unless an import was withdrawn."""
        with self.books.read() as reader:
            withdrawn = reader.count(ImportFile, kind="withdrawal")
            counts = {kind: reader.count(kind) for kind in (BankLine, Document)}
        imported = self.records(ImportFile)
        files = {self._source(x)["sha256"] for x in self.batches[a % len(self.batches)]}
        if withdrawn or not files <= {file.sha256 for file in imported}:
            return
        self._items(a, b, c)
        self._bank(a, b, c)
        with self.books.read() as reader:
            assert {kind: reader.count(kind) for kind in counts} == counts

    def _withdraw(self, a: int, _b: int, _c: int) -> None:
        imports = self.records(ImportFile)
        number = imports[a % len(imports)].id
        withdraw_import(self.books, number, actor="anna", reason="property", at=self.at)

    def _match(self, _a: int, _b: int, _c: int) -> None:
        try:
            self._carry_out(lambda: match(self.books, self.setting))
        except ReskontraError as refusal:
            raise AssertionError("a fresh plan can always be applied") from refusal

    def _resolve(self, a: int, b: int, c: int) -> None:
        with self.books.read() as reader:
            waiting = [
                state.bank_line_id
                for state in reader.records(BankLineState)
                if state.state in OPEN_STATES
            ]
            if not waiting:
                return
            line = waiting[a % len(waiting)]
            amount = next(iter(reader.records(BankLine, id=line))).amount
            choice = self._choice(list(reader.records(OpenItem)), line, amount, b, c)
        self._carry_out(lambda: plan_choice(self.books, line, choice, self.setting))

    def _choice(self, items: list[OpenItem], line: int, amount: int, b: int, c: int) -> Choice:
        customer = ("", *(row.number for row in CUSTOMERS), "C9")[c % 6]
        act = b % 8
        if act in (0, 1, 2, 3) and items:
            numbers = {document.id: document.number for document in self.records(Document)}
            near = sorted(items, key=lambda i: (abs(i.open_amount - abs(amount)), i.document_id))
            chosen = near[: 1 + c % 3] if act < 3 else [items[c % len(items)]]
            parts = [
                (
                    numbers[item.document_id],
                    None if act in (0, 3) or (act == 2 and n) else
                    max(1, min(item.open_amount, abs(amount)) - c % 7 // 2 * 30),
                )
                for n, item in enumerate(chosen)
            ]  # fmt: skip
            return Choice("apply", tuple(parts), customer, write_off=act in (0, 3) and c % 2 == 0)
        if act == 4:
            with self.books.read() as reader:
                return Choice("apply", suggested_documents(reader, line, 1 + c % 2))
        plain = ("open_payment", "hide", "hold", "release")[(b + c) % 4]
        return Choice(plain, customer=customer)  # type: ignore[arg-type]

    def _undo(self, a: int, b: int, _c: int) -> None:
        if runs := self.records(Run):
            self._take_back(runs[a % len(runs)].id, cascade=b % 2 == 1)

    def _undo_line(self, a: int, b: int, c: int) -> None:
        if decisions := self.records(Decision):
            one = decisions[a % len(decisions)]
            self._take_back(one.run_id, cascade=b % 2 == 1, bank_line=one.bank_line_id)

    def _release(self, a: int, _b: int, _c: int) -> None:
        if runs := self.records(Run):
            run = runs[a % len(runs)].id
            self._carry_out(lambda: plan_release(self.books, run, self.setting))

    def _take_back(self, run: int, *, cascade: bool, bank_line: int | None = None) -> None:
        undo(
            self.books, run, preferences=self.setting.preferences, actor=self.actor,
            bank_line=bank_line, cascade=cascade,
        )  # fmt: skip

    def _carry_out(self, planned: Callable[[], Plan]) -> None:
        before = self.balances()
        run = self._apply(planned())
        if not (run and self.prove_undo):
            return
        with self.books.read() as reader:
            states = [
                s for s in reader.records(BankLineState, run_id=run)
                if s.state in ("booked", "hidden", "hold")
            ]  # fmt: skip
        if not states:
            return
        self._take_back(run, cascade=False)
        assert self.balances() == before, f"undo of run:{run} is its inverse"
        self._apply(plan_release(self.books, run, self.setting))
        self._apply(planned())

    def _apply(self, plan: Plan) -> int:
        applied = apply_plan(
            self.books, plan, plan.identifier, preferences=self.setting.preferences,
            pack_hash=self.setting.pack_hash, actor=self.actor,
        )  # fmt: skip
        if not applied.run:
            return 0
        with self.books.read() as reader:
            stored = {d.bank_line_id: d for d in reader.records(Decision, run_id=applied.run)}
        identifiers = decision_ids(plan.basis, plan.records)
        for line, record, identifier in zip(plan.lines, plan.records, identifiers, strict=True):
            if line.line in stored:
                assert stored[line.line].record == record
                assert stored[line.line].decision_id == identifier
        return applied.run

    def _close(self, a: int, b: int, _c: int) -> None:
        period, hard = PERIODS[a % len(PERIODS)], b % 3 == 0
        with self.books.read() as reader:
            nothing_left = Checklist(period, reader.revision(), ())
        close(self.books, nothing_left, hard=hard, actor=self.actor)

    def _reopen(self, a: int, _b: int, _c: int) -> None:
        reopen(self.books, PERIODS[a % len(PERIODS)], actor=self.actor)

    def undo_everything(self) -> None:
        """Take back whatever stands, latest run first."""
        for run in reversed(self.records(Run)):
            if run.kind != "undo":
                try:
                    self._take_back(run.id, cascade=False)
                except ReskontraError as refusal:
                    assert [problem.code for problem in refusal.problems] == ["RK739"]  # noqa: PT017

    # What can be seen -----------------------------------------------------------------------

    def _closed(self) -> dict[str, list[Any]]:
        """What was open at the end of each closed period before which none was opened again, and
        what its vouchers come to.
        """
        with self.books.read() as reader:
            states = period_states(reader)
            opened = min((one for one, state in states.items() if state == "open"), default="9")
            return {
                period: [
                    reader.item_frame(last_day(period)).drop("disputed").rows(),
                    list(reconciliation(reader, last_day(period))),
                ]
                for period in states
                if period < opened
            }

    def balances(self) -> tuple[dict[int, int], dict[tuple[str, int | None], int]]:
        """Open amount by document; journal by account and customer. Zeros left out."""
        journal: dict[tuple[str, int | None], int] = {}
        for line in self.records(JournalLine):
            key = (line.account, line.customer_id)
            journal[key] = journal.get(key, 0) + line.amount
        items = {item.document_id: item.open_amount for item in self.records(OpenItem)}
        return items, {key: amount for key, amount in journal.items() if amount}

    def opening(self) -> dict[int, int]:
        """Open amounts of what was imported and not withdrawn."""
        withdrawn = {record.withdraws_id for record in self.records(ImportFile)} - {None}
        return {
            document.id: document.initial_open
            for document in self.records(Document)
            if document.migrated and document.initial_open and document.import_id not in withdrawn
        }

    def dump(self) -> Iterator[str]:
        """Every record, but for the clock and the hashes over it."""
        with self.look():
            for kind in (*APPEND_ONLY, *MASTERS, *PROJECTIONS):
                for record in self.records(kind):
                    fields = record._asdict()
                    fields.pop("at", None)
                    fields.pop("chain", None)
                    yield f"{kind.__name__} {fields!r}"

    # What must hold -------------------------------------------------------------------------

    def prove(self) -> None:
        """The laws by ``check``, and by arithmetic that shares nothing with it."""
        assert check(self.books) == []
        with self.look():
            self._nothing_old_changed()
            self._lines_are_conserved()
            self._documents_stay_in_bounds()
            self._limits_hold()
            self._numbers_follow()

    def _nothing_old_changed(self) -> None:
        for kind in APPEND_ONLY:
            rows, old = self.records(kind), self.seen.get(kind, [])
            assert rows[: len(old)] == old, kind
            self.seen[kind] = rows

    def _lines_are_conserved(self) -> None:
        """Applied cash + unapplied + credit written off = amount; on the bank account once."""
        made = self._standing_documents()
        applied = self.records(Application)
        entries = {entry.id: entry for entry in self.records(JournalEntry)}
        decisions = {d.decision_id: d.bank_line_id for d in self.records(Decision)}
        banked: dict[int, int] = {}
        for line in self.records(JournalLine):
            if line.role == "bank":
                on = decisions[entries[line.entry_id].decision_id]
                banked[on] = banked.get(on, 0) + line.amount
        states = {state.bank_line_id: state for state in self.records(BankLineState)}
        outcomes = {d.decision_id: d.outcome for d in self.records(Decision)}
        for line in self.records(BankLine):
            state = states[line.id]
            booked = state.state == "booked"
            assert banked.get(line.id, 0) == (line.amount if booked else 0)
            own = [d for d in made if d.kind == "payment" and d.bank_line_id == line.id]
            if not booked or outcomes[state.decision_id] == "cash_entry":
                assert own == []
                continue
            ids = {document.id for document in own}
            used = sum(a.amount for a in applied if a.source_id in ids)
            left = sum(i.open_amount for i in self.records(OpenItem) if i.document_id in ids)
            assert sum(document.amount for document in own) == used + left == line.amount

    def _standing_documents(self) -> list[Document]:
        """Documents that were made here and not taken back."""
        every = self.records(Document)
        voided = {document.reverses_id for document in every}
        return [
            d
            for d in every
            if d.run_id is not None and d.reverses_id is None and d.id not in voided
        ]

    def _documents_stay_in_bounds(self) -> None:
        open_amounts = {item.document_id: item.open_amount for item in self.records(OpenItem)}
        balance: dict[tuple[str, str], int] = {}
        for document in self.records(Document):
            left = open_amounts.pop(document.id, 0)
            assert 0 <= left <= document.initial_open <= document.amount
            key = (document.account, document.currency)
            balance[key] = balance.get(key, 0) + sign(document.kind) * left
        assert open_amounts == {}
        opening = self.opening()
        for document in self.records(Document):
            if document.id in opening:
                key = (document.account, document.currency)
                balance[key] -= sign(document.kind) * opening[document.id]
        for line in self.records(JournalLine):
            if (line.account, line.currency) in balance:
                balance[line.account, line.currency] -= line.amount
        assert set(balance.values()) <= {0}, "subledger = control account"

    def _limits_hold(self) -> None:
        customers = {customer.id: customer.number for customer in self.records(Customer)}
        every = {document.id: document for document in self.records(Document)}
        written: dict[int, int] = {}
        for a in self.records(Application):
            source, target = every[a.source_id], every[a.target_id]
            if source.kind == "small_balance_write_off" and target.kind != "small_credit_write_off":
                written[target.id] = written.get(target.id, 0) + a.amount
        for number, amount in written.items():
            customer = every[number].customer_id
            limit = LIMITS[customers[customer]] if customer else COMPANY_LIMIT
            assert 0 <= amount <= limit, every[number].number
        for document in self._standing_documents():
            if document.kind == "small_credit_write_off":
                assert document.amount <= COMPANY_LIMIT

    def _numbers_follow(self) -> None:
        """Voucher, payment and write-off numbers: 1, 2, 3 ... up to their counters."""
        own = [d for d in self.records(Document) if d.run_id and d.reverses_id is None]
        taken = {
            "journal": [entry.number for entry in self.records(JournalEntry)],
            "payments": [d.number for d in own if d.kind == "payment"],
            "writeoffs": [d.number for d in own if "write_off" in d.kind],
        }
        counters = {c.series: c.taken for c in self.records(SeriesCounter)}
        for series, numbers in taken.items():
            assert [ordinal(n) for n in numbers] == list(range(1, len(numbers) + 1)), series
            assert counters.get(series, 0) == len(numbers), series

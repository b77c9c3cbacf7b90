"""A small customer ledger that people work on by hand: written for properties, driven by numbers.

An action is a name and three numbers; what they point at is found in the books as they stand, so
that a sequence means the same on every database, and what is refused is refused everywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from tests.properties.looking import Looking

from reskontra.engine.documents.entry import Entry, EntryLine
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.base_amounts import open_base
from reskontra.engine.ledger.exchange_rates import SPOT
from reskontra.engine.ledger.records import (
    APPEND_ONLY,
    PROJECTIONS,
    Application,
    Customer,
    CustomerProfile,
    Document,
    ExchangeRate,
    ImportFile,
    JournalLine,
    OpenItem,
    Run,
)
from reskontra.engine.ledger.works import PlannedStep, Work, work_of
from reskontra.engine.money import exact
from reskontra.engine.ports import Reader
from reskontra.engine.services.applications import plan_application, plan_unapplication
from reskontra.engine.services.apply_payments import Wanted, plan_applications
from reskontra.engine.services.check import check
from reskontra.engine.services.corrections import plan_reversal, plan_void
from reskontra.engine.services.credit_loss import Loss, plan_credit_loss
from reskontra.engine.services.drafts import enter
from reskontra.engine.services.match import basis_of
from reskontra.engine.services.month_end import (
    plan_reclassification,
    plan_revaluation,
    require_month_end,
)
from reskontra.engine.services.receipts import Receipt, plan_receipt
from reskontra.engine.services.release import mark_released, payment_references, plan_release
from reskontra.engine.services.setting import Setting
from reskontra.engine.services.undo import undo
from reskontra.engine.services.vat_report import vat_report
from reskontra.engine.services.work import apply_work
from reskontra.engine.services.write_off import Small, plan_write_offs, reason_for

COMPANY = "nord"
DAY, MONTH_END = "2026-11-20", "2026-11-30"
ACTS = (
    "release", "pay", "apply", "unapply", "reverse", "void", "settle", "write_off", "lose",
    "month_end", "undo",
)  # fmt: skip
SHORT: tuple[Literal["open", "write_off", "discount"], ...] = ("open", "write_off", "discount")
Action = tuple[str, int, int, int]
_AMOUNTS = ("100.00", "33.33", "0.07", "1234.56")
_OPENING: tuple[tuple[str, str, int, int, str, int | None], ...] = (
    ("invoice", "SEK", 10000, 10000, "1510", 1), ("invoice", "SEK", 150, 150, "1510", 2),
    ("invoice", "EUR", 10003, 112007, "1510", 1), ("invoice", "EUR", 7, 79, "1510", 2),
    ("payment", "SEK", 9850, 9850, "1510", 1), ("payment", "EUR", 3334, 37777, "1510", 1),
    ("credit_note", "EUR", 5001, 55555, "1510", 2), ("payment", "SEK", 77, 77, "2990", None),
    ("prepayment", "SEK", 5000, 5000, "2420", 2),
)  # fmt: skip
"""Kind, currency, amount, base amount, account, customer of what another system left."""


@dataclass(slots=True)
class DocumentWorld(Looking):
    """Books with open items, and what was refused in them."""

    setting: Setting
    refused: list[str] = field(default_factory=list)
    prove_undo: bool = False
    """Take every new run back at once, compare, and do it again."""

    def open(self) -> None:
        """Two customers, one the parent of the other, and what they owe and have paid."""
        documents = list(_opening())
        with self.books.write() as writer:
            writer.append(
                [ImportFile(COMPANY, 1, "open_items", "f", "0" * 64, "t", "", 9, "{}", "a", "",
                            None, "")]
            )  # fmt: skip
            writer.append([_customer(1, None), _customer(2, 1)])
            writer.append(
                [ExchangeRate(COMPANY, 1, SPOT, "EUR", "2026-01-01", "11.20", "anna", "")]
            )
            writer.replace(
                [CustomerProfile(COMPANY, 1, "STANDARD", "", True, True, "disabled", None, None,
                                 False, False, False, "{}")]
            )  # fmt: skip
            writer.append(documents)
            writer.replace(
                [OpenItem(COMPANY, d.id, d.customer_id, d.kind, d.currency, d.amount)
                 for d in documents]
            )  # fmt: skip

    def act(self, action: Action) -> None:
        """Do it; what the program refuses must leave the books as they are."""
        name, a, b, c = action
        with self.books.read() as reader:
            before = reader.revision()
        try:
            getattr(self, f"_{name}")(a, b, c)
        except ReskontraError as refusal:
            self.refused.append(refusal.problems[0].code)
            with self.books.read() as reader:
                assert reader.revision() == before, "a refusal changes nothing"

    # What can be done -----------------------------------------------------------------------

    def _release(self, a: int, b: int, c: int) -> None:
        kind = ("invoice", "debit_note", "cash_sale", "credit_note", "invoice")[a % 5]
        foreign = c % 2 == 1 and kind != "cash_sale"
        corrected = self._numbered(("invoice",), b)
        if kind == "credit_note" and corrected is not None:
            foreign = corrected.currency == "EUR"
        entry = Entry(
            kind=kind, customer=f"C{1 + b % 2}", date=DAY,
            lines=(
                EntryLine("Work", Decimal(_AMOUNTS[b % 4])),
                EntryLine("More", Decimal(_AMOUNTS[c % 4]), Decimal(1 + c % 3)),
            ),
            currency="EUR" if foreign else "SEK", rate=Decimal("11.2345") if foreign else None,
            corrects=(corrected.number,) if kind == "credit_note" and corrected else (),
        )  # fmt: skip
        preferences = self.setting.preferences
        made = enter(self.books, [entry], preferences=preferences, actor=self._actor)
        self._carry_out(lambda: plan_release(self.books, [made[0].draft.id], self.setting)[0])

    def _pay(self, a: int, b: int, c: int) -> None:
        found = self._numbered(("invoice", "debit_note"), a)
        if found is None:
            return
        left = self._open().get(found.id, 0)
        amount = left * (1 + b % 3) // 2
        receipt = Receipt(
            DAY, ((f"{found.kind}:{found.number}", ""),),
            amount=exact(amount, found.currency) if amount and b % 4 else "",
            received=exact(amount * 11 + c, "SEK") if amount and found.currency == "EUR" else "",
            cash_account="bankgiro", short=SHORT[c % 3],
        )  # fmt: skip
        preferences = self.setting.preferences
        self._steps("documents", lambda reader: plan_receipt(reader, receipt, preferences))

    def _apply(self, a: int, b: int, c: int) -> None:
        items = self._open()
        documents = [d for d in self.records(Document) if d.id in items]
        credits_ = [d for d in documents if sign(d.kind) < 0]
        debits = [d for d in documents if sign(d.kind) > 0]
        if not credits_ or not debits:
            return
        credit = credits_[a % len(credits_)]
        fitting = [d for d in debits if d.currency == credit.currency] or debits
        debit = fitting[b % len(fitting)]
        part = min(items[credit.id], items[debit.id]) // (1 + c % 3)
        amount = exact(part, credit.currency) if c % 4 else ""
        self._step("applications", plan_application, _name(credit), _name(debit), amount, "")

    def _unapply(self, a: int, _b: int, _c: int) -> None:
        documents = {d.id: d for d in self.records(Document)}
        made = self.records(Application)
        gone = {use.reverses_id for use in made}
        uses = [use for use in made if use.reverses_id is None and use.id not in gone]
        if uses:
            use = uses[a % len(uses)]
            credit, debit = documents[use.source_id], documents[use.target_id]
            self._step("applications", plan_unapplication, _name(credit), _name(debit), "")

    def _reverse(self, a: int, _b: int, _c: int) -> None:
        found = self._numbered(("invoice", "debit_note", "credit_note", "cash_sale"), a)
        if found is not None:
            self._step("documents", plan_reversal, _name(found), "")

    def _void(self, a: int, _b: int, _c: int) -> None:
        found = self._numbered(("payment", "small_balance_write_off"), a)
        if found is not None:
            self._step("voids", plan_void, _name(found), "")

    def _settle(self, a: int, b: int, _c: int) -> None:
        wanted = Wanted(DAY, frozenset({"C1", "C2"}), bool(a % 2), bool(b % 2))
        preferences = self.setting.preferences
        self._steps(
            "applications", lambda reader: plan_applications(reader, wanted, preferences, str)
        )

    def _write_off(self, a: int, _b: int, _c: int) -> None:
        preferences = self.setting.preferences
        small = Small(DAY, reason_for("", credits_=bool(a % 2), preferences=preferences))
        self._steps("write_offs", lambda reader: plan_write_offs(reader, small, preferences))

    def _lose(self, a: int, b: int, c: int) -> None:
        found = self._numbered(("invoice", "debit_note"), a)
        if found is None:
            return
        amount = self._open().get(found.id, 0) // (1 + b % 2)
        evidence = "bankruptcy" if c % 3 else ""
        code = "standard" if evidence and found.migrated else ""
        loss = Loss(found, DAY, amount, evidence, code)
        preferences = self.setting.preferences
        self._steps("credit_losses", lambda reader: plan_credit_loss(reader, loss, preferences))

    def _month_end(self, a: int, _b: int, _c: int) -> None:
        kind, planner = (
            ("revaluation", plan_revaluation), ("reclassification", plan_reclassification),
        )[a % 2]  # fmt: skip
        preferences = self.setting.preferences

        def plan(reader: Reader) -> list[PlannedStep]:
            require_month_end(reader, kind, MONTH_END)
            return planner(reader, MONTH_END, preferences)

        self._steps(kind, plan, MONTH_END)

    def _undo(self, a: int, b: int, _c: int) -> None:
        if runs := self.records(Run):
            self.take_back(runs[a % len(runs)].id, cascade=b % 2 == 1)

    # How it is done -------------------------------------------------------------------------

    @property
    def _actor(self) -> Actor:
        return Actor("anna", "property", "2026-11-24T10:00:00Z")

    def _step(self, kind: str, plan: Callable[..., PlannedStep], *of: Any) -> None:
        preferences = self.setting.preferences
        self._steps(kind, lambda reader: [plan(reader, *of, preferences)])

    def _steps(
        self, kind: str, plan: Callable[[Reader], Sequence[PlannedStep]], on: str = DAY
    ) -> None:
        def planned() -> Work:
            with self.books.read() as reader:
                basis = basis_of(reader, self.setting, kind=kind, as_of=on)
                return work_of(basis, plan(reader), {})

        self._carry_out(planned)

    def _carry_out(self, planned: Callable[[], Work]) -> None:
        before = self.standing()
        run = self._book(planned())
        if not self.prove_undo or not run:
            return
        try:
            self.take_back(run)
        except ReskontraError as refusal:
            assert [problem.code for problem in refusal.problems] == ["RK737"]  # noqa: PT017
            return
        assert self.standing() == before, f"undo of run:{run} is its inverse"

    def _book(self, work: Work) -> int:
        if not work.steps:
            return 0
        with self.books.read() as reader:
            references = payment_references(reader, work, self.setting.preferences)
        worked = apply_work(
            self.books, work, preferences=self.setting.preferences,
            pack_hash=self.setting.pack_hash, actor=self._actor, references=references,
            also=lambda writer, worked: mark_released(writer, worked, work),
        )  # fmt: skip
        return worked.run

    def take_back(self, run: int, *, cascade: bool = False) -> None:
        """Undo a run."""
        undo(
            self.books, run, preferences=self.setting.preferences, actor=self._actor,
            cascade=cascade,
        )  # fmt: skip

    def undo_everything(self) -> None:
        """Take back whatever stands, latest run first; takings back stay as they are."""
        for run in reversed(self.records(Run)):
            if run.kind != "undo":
                try:
                    self.take_back(run.id)
                except ReskontraError as refusal:
                    codes = {problem.code for problem in refusal.problems}
                    assert codes <= {"RK737", "RK739"}, refusal  # noqa: PT017

    # What can be seen -----------------------------------------------------------------------

    def _open(self) -> dict[int, int]:
        return {item.document_id: item.open_amount for item in self.records(OpenItem)}

    def _numbered(self, kinds: Sequence[str], at: int) -> Document | None:
        """One of these kinds; more often of those that were made here and still stand."""
        found = [d for d in self.records(Document) if d.kind in kinds]
        gone = {d.reverses_id for d in self.records(Document)}
        ours = [d for d in found if not d.migrated and d.id not in gone]
        chosen = ours if ours and at % 4 else found
        return chosen[at // 4 % len(chosen)] if chosen else None

    def standing(self) -> tuple[dict[int, int], dict[tuple[str, str], tuple[int, int]]]:
        """Open amount by document; amount and base amount by account and currency. Zeros left out.

        What is realised when documents are settled stands together: between its accounts a minor
        unit may move, where shares are rounded.
        """
        accounts = self.setting.preferences.accounts
        roles = ("fx_gain", "fx_loss", "cash_discount")
        both = {accounts.account(role): "realised" for role in roles}
        journal: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for line in self.records(JournalLine):
            key = (both.get(line.account, line.account), line.currency)
            amount, base = journal[key]
            journal[key] = (amount + line.amount, base + line.base_amount)
        return self._open(), {key: sums for key, sums in journal.items() if any(sums)}

    def dump(self) -> Iterator[str]:
        """Every record, but for the hashes over the clock."""
        with self.look():
            for kind in (*APPEND_ONLY, *PROJECTIONS):
                for record in self.records(kind):
                    fields = record._asdict()
                    fields.pop("chain", None)
                    yield f"{kind.__name__} {fields!r}"

    # What must hold -------------------------------------------------------------------------

    def prove(self) -> None:
        """Every law; balance = original - applications; the base value of what is open is what the
        control account holds; documents tell the VAT that vouchers move, but for rounding.
        """
        assert check(self.books) == []
        with self.books.read() as reader:
            report = list(vat_report(reader, (DAY[:7],), "SEK"))
        untold = sum(abs(row["vat"]) for row in report if row["source"] == "other_vouchers")
        documents, items = self.records(Document), self._open()
        assert untold <= len(documents), "a minor unit for each in foreign currency"
        used: dict[int, int] = defaultdict(int)
        for use in self.records(Application):
            used[use.source_id] += use.amount
            used[use.target_id] += use.amount + use.discount
        base: dict[str, int] = defaultdict(int)
        for one in documents:
            left = items.get(one.id, 0)
            assert 0 <= left == one.initial_open - used[one.id] <= one.amount
            base[one.account] += sign(one.kind) * open_base(one, left)
            if one.migrated:
                base[one.account] -= sign(one.kind) * open_base(one, one.initial_open)
        for line in self.records(JournalLine):
            if line.account in base:
                base[line.account] -= line.base_amount
        assert not any(base.values()), dict(base)


def _name(document: Document) -> str:
    return f"{document.kind}:{document.number}"


def _customer(identifier: int, parent: int | None) -> Customer:
    return Customer(
        COMPANY, identifier, f"C{identifier}", f"Ek {identifier} AB", "SE", "SEK", "", parent, "30",
        True, None, "active", None,
    )  # fmt: skip


def _opening() -> Iterator[Document]:
    for n, (kind, currency, amount, base, account, customer) in enumerate(_OPENING, 1):
        debit = sign(kind) > 0
        yield Document(
            COMPANY, n, kind, f"D{n}", customer, "", f"2026-09-{n:02d}",
            f"2026-10-{n:02d}" if debit else None, currency, amount, base, account, "", "",
            DAY if debit else None, amount // 50 if debit else 0, False, True, amount, 1, None, "",
            None, None,
        )  # fmt: skip

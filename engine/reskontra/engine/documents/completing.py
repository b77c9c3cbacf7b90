"""What follows from an entry: due date, currency, lines, VAT, rounding and total; or why it cannot
be. Every problem of an entry is found, never only the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from reskontra.engine.customers.fields import default_of
from reskontra.engine.documents.advances import Advance
from reskontra.engine.documents.discounts import offered
from reskontra.engine.documents.entry import CLAIMS, MONEY_KINDS, PAID_BY, Entry, EntryLine
from reskontra.engine.documents.rounding import in_minor
from reskontra.engine.documents.terms import discount_date, due_date
from reskontra.engine.documents.totals import Totals, totals_of
from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.ledger.base_amounts import in_base
from reskontra.engine.ledger.exchange_rates import SPOT
from reskontra.engine.ledger.records import Customer, Document
from reskontra.engine.money import exact
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.accounts import CashAccount
from reskontra.engine.preferences.customers import Fields
from reskontra.engine.preferences.features import CODE, HELP, off_parts
from reskontra.engine.preferences.terms import Terms
from reskontra.engine.preferences.vat import VatCode

INCOME_ROLES = {"overdue_charge": "interest_income", "dunning_fee": "dunning_fee_income"}
"""Role that the lines of a kind are booked to; those of others are ``revenue``."""
ADVANCE_KINDS = ("invoice", "cash_sale")
DEDUCTIONS = {"bank_fee": "bank_fee", "commission": "collection_cost"}
"""Field that tells what somebody kept of a payment, and the role that bears it."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer and every field that holds for it."""

    customer: Customer
    fields: Fields
    owed: Mapping[str, int]
    """Balance by currency, minor units."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an entry is completed on."""

    preferences: Preferences
    buyers: Mapping[str, Buyer]
    """By number, old numbers too."""
    documents: Mapping[str, tuple[Document, ...]]
    """The documents of the numbers that entries name."""
    rates: Mapping[int, Decimal]
    """Their exchange rates, by id."""
    rate: Callable[[str, str, str], Decimal]
    """(currency, ISO date, type) -> base currency per unit; ``ReskontraError`` when not known."""
    advances: Mapping[int, Advance] = field(default_factory=dict)
    """The advances among the documents, by id."""


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One line with what follows from it."""

    entered: EntryLine
    vat: VatCode | None
    """``None``: interest and fees carry no VAT."""
    account: str
    role: str
    net: int


@dataclass(frozen=True, slots=True)
class Completed:
    """A document that can be booked; amounts in minor units, positive for every kind."""

    entry: Entry
    customer: Customer
    currency: str
    rate: Decimal
    """Base currency per unit: 1 of the base currency itself."""
    terms: str
    due_date: str | None
    discount_date: str | None
    discount_amount: int
    account: str
    """Ledger account that carries the balance."""
    role: str
    cash: CashAccount | None
    """Where money comes in or goes out; ``None`` = no money moves."""
    money: tuple[tuple[str, str, int], ...]
    """Account, role and amount of each part of a payment, prepayment or refund, else none."""
    lines: tuple[BookedLine, ...]
    """None of a payment, prepayment or refund."""
    totals: Totals
    base_amount: int
    overdue_charges: bool
    corrects: tuple[Document, ...]
    deducts: tuple[Advance, ...]


def complete(entry: Entry, ground: Ground) -> tuple[Completed | None, list[Problem]]:
    """The document that ``entry`` becomes, or ``None`` and why not.

    RK801 a name that nothing defines, RK802 fields that do not fit, RK803 control total, RK810
    what a credit note corrects, RK830 unknown customer, RK892 no exchange rate.
    """
    buyer = ground.buyers.get(entry.customer)
    work = _Completing(entry, ground, buyer or _nobody(entry.customer))
    if buyer is None:
        close = _close(entry.customer, ground.buyers)
        remedy = f"did you mean {close}?" if close else "`reskontra customers list` finds customers"
        work.report("RK830", f"there is no customer {entry.customer}", "customer", remedy)
    found = work.completed()
    return (None if work.problems else found), work.problems


def _nobody(number: str) -> Buyer:
    """Stands for a customer who is not known, so that everything else is looked at."""
    nobody = Customer("", 0, number, "", "", "", "", None, "", False, None, "active", None)
    return Buyer(nobody, {}, {})


def _close(name: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(name, list(known), 1)), "")


@dataclass(slots=True)
class _Completing:
    """One entry while it is completed."""

    entry: Entry
    ground: Ground
    buyer: Buyer
    problems: list[Problem] = field(default_factory=list)

    @property
    def preferences(self) -> Preferences:
        """Those of the company."""
        return self.ground.preferences

    def report(self, code: str, message: str, name: str, help: str = "") -> None:  # noqa: A002
        """Remember a problem of a field."""
        self.problems.append(self.entry.problem(code, message, name, help))

    def unknown(self, name: str, value: str, known: Sequence[str], what: str, file: str) -> None:
        """RK801: a name that nothing defines."""
        close = _close(value, known)
        hint = f" — did you mean '{close}'?" if close else ""
        listed = ", ".join(known) or "none"
        self.report("RK801", f"unknown {what} '{value}'{hint}", name, f"{file} has: {listed}")

    def completed(self) -> Completed | None:
        """The document; ``None`` when it has no totals."""
        entry, base = self.entry, self.preferences.company.currency
        self.check_fields()
        currency = entry.currency or self.buyer.customer.currency or base
        off = off_parts(
            self.preferences.ledger.features, kind=entry.kind, location=entry.location,
            foreign=currency != base,
        )  # fmt: skip
        for name, message in off:
            self.report(CODE, message, name, HELP)
        corrects = self.corrects(currency)
        rate = self.rate(currency, corrects)
        terms = self.terms() if entry.kind in CLAIMS else None
        deducts = tuple(self.deducts(currency))
        lines = (
            *(self.line(at, line, currency) for at, line in enumerate(entry.lines)),
            *(line for advance in deducts for line in self.deducted(advance)),
        )
        moves_money = entry.kind in (*MONEY_KINDS, *PAID_BY) and not entry.netted
        cash = self.cash_account(currency) if moves_money else None
        if self.problems:
            return None
        totals = self.totals(lines, currency, rate)
        discount_on, discount = self.discount(terms, totals.amount)
        roles = {"prepayment": "prepayment", "payment": self.preferences.differences.surplus_role}
        role = roles.get(entry.kind, "ar_trade")
        charges = self.buyer.fields.get("overdue_charges", True)
        return Completed(
            entry=entry, customer=self.buyer.customer, currency=currency, rate=rate,
            terms=terms.id if terms else "", due_date=self.due(terms),
            discount_date=discount_on, discount_amount=discount,
            account=self.balance_account(role), role=role, cash=cash,
            money=tuple(self.money(cash, totals.amount, currency)), lines=lines, totals=totals,
            base_amount=in_base(totals.amount, currency, rate, base),
            overdue_charges=bool(charges if entry.overdue_charges is None
                                 else entry.overdue_charges),
            corrects=corrects, deducts=deducts,
        )  # fmt: skip

    def check_fields(self) -> None:
        """What is written fits the kind, days are days, and names are known."""
        entry, kind = self.entry, self.entry.kind.replace("_", " ")
        if entry.kind in MONEY_KINDS:
            if entry.lines:
                self.report("RK802", f"the {kind} has lines", "lines", "it has only an amount")
            if entry.amount is None:
                self.report("RK802", f"the {kind} has no amount", "amount", "write amount: 100.00")
        else:
            if not entry.lines:
                self.report("RK802", f"the {kind} has no lines", "lines", "say what it is for")
            if entry.amount is not None:
                self.report("RK802", f"the {kind} has an amount of its own", "amount",
                            "its lines give the amount; `total` is the control total")  # fmt: skip
        for name in ("date", "due_date"):
            if (day := getattr(entry, name)) and not _is_day(day):
                self.report("RK802", f"'{day}' is not a day", name, "write it as 2026-11-30")
        if entry.due_date and entry.due_date < entry.date:
            self.report("RK802", f"due {entry.due_date}, before its date {entry.date}", "due_date",
                        "a document is due on its date or later")  # fmt: skip
        if entry.kind == "prepayment" and not (entry.order_number or entry.external_number):
            self.report("RK802", "the prepayment names no order", "order_number",
                        "name the order or the advance invoice; money that belongs to none is a "
                        "payment")  # fmt: skip
        self.check_deductions()
        self.check_advance()
        places = self.locations()
        if entry.location and entry.location not in places:
            number = self.buyer.customer.number
            self.unknown("location", entry.location, places, "location", f"customer {number}")
        reasons = [code.id for code in self.preferences.ledger.reason_codes]
        if entry.reason_code and entry.reason_code not in reasons:
            self.unknown("reason_code", entry.reason_code, reasons, "reason code", "ledger.yaml")

    def check_deductions(self) -> None:
        """What is kept of money, or set off, belongs to a payment and leaves something of it."""
        entry, kind = self.entry, self.entry.kind.replace("_", " ")
        kept = {name: getattr(entry, name) for name in DEDUCTIONS if getattr(entry, name)}
        for name in (*kept, *(("netted",) if entry.netted else ())):
            if entry.kind != "payment":
                self.report("RK802", f"the {kind} has {name}", name, "only a payment may have it")
        if entry.netted and (entry.cash_account or kept):
            self.report("RK802", "the payment is netted, so no money moves", "netted",
                        "leave out cash_account, bank_fee and commission")  # fmt: skip
        if kept and entry.amount is not None and sum(kept.values()) >= entry.amount:
            self.report("RK802", f"nothing is left of {entry.amount}", next(iter(kept)),
                        "`amount` is what the payer paid, before anything is kept")  # fmt: skip

    def check_advance(self) -> None:
        """An advance, and what deducts one, asks to be paid."""
        entry, kind = self.entry, self.entry.kind.replace("_", " ")
        for name in ("advance", "deducts"):
            if getattr(entry, name) and entry.kind not in ADVANCE_KINDS:
                self.report("RK802", f"the {kind} has {name}", name,
                            "only an invoice or a cash sale may have it")  # fmt: skip
        if entry.advance and any(line.account for line in entry.lines):
            self.report("RK802", "a line of the advance names an account", "advance",
                        "an advance stands on the account of prepayments")  # fmt: skip

    def money(
        self, cash: CashAccount | None, amount: int, currency: str
    ) -> Iterator[tuple[str, str, int]]:
        """Account, role and amount of each part of what a payment, prepayment or refund moves."""
        accounts = self.preferences.accounts
        if self.entry.netted:
            yield accounts.account("ap_trade"), "ap_trade", amount
        elif cash is not None and self.entry.kind in MONEY_KINDS:
            kept = [
                (accounts.account(role), role, in_minor(value, currency))
                for name, role in DEDUCTIONS.items()
                if (value := getattr(self.entry, name))
            ]
            yield cash.account, "bank", amount - sum(part for _, _, part in kept)
            yield from kept

    def locations(self) -> list[str]:
        """The customer's locations that may be chosen."""
        fields = self.buyer.fields
        ids = dict.fromkeys(key.split(".")[1] for key in fields if key.startswith("locations."))
        return [id_ for id_ in ids if fields.get(f"locations.{id_}.active") is not False]

    def rate(self, currency: str, corrects: Sequence[Document]) -> Decimal:
        """The exchange rate: the document's own, else that of what it corrects, else that of its
        day and the customer's type.
        """
        entry, base = self.entry, self.preferences.company.currency
        own = self.buyer.customer.currency or base
        for at, other, told in (
            ("currency", currency != own, f"is invoiced in {own}, this is in {currency}"),
            ("rate", entry.rate is not None, "is invoiced at the rate of the day"),
        ):
            if other and self.buyer.fields.get(f"allow_{at}_change") is False:
                self.report("RK802", f"customer {self.buyer.customer.number} {told}", at,
                            f"the customer's `allow_{at}_change` allows another {at}")  # fmt: skip
        if currency == base:
            return Decimal(1)
        if entry.rate is not None:
            return entry.rate
        if corrects:
            rates = sorted({self.ground.rates[document.id] for document in corrects})
            if len(rates) > 1:
                told = ", ".join(map(str, rates))
                self.report("RK802", f"what it corrects has several exchange rates: {told}",
                            "corrects", "write the rate, or enter several")  # fmt: skip
            return rates[0]
        try:
            kind = str(self.buyer.fields.get("rate_type") or SPOT)
            return self.ground.rate(currency, entry.date, kind)
        except ReskontraError as error:
            place = entry.place("currency")
            self.problems += [replace(problem, place=place) for problem in error.problems]
            return Decimal(1)

    def terms(self) -> Terms | None:
        """The credit terms: the document's, the customer's, the company's."""
        preferences = self.preferences.terms
        wanted = self.entry.terms or str(self.buyer.fields.get("terms", "")) or preferences.default
        try:
            return preferences.terms(wanted)
        except KeyError:
            known = [one.id for one in preferences.codes]
            self.unknown("terms", wanted, known, "credit terms", "terms.yaml")
            return None

    def due(self, terms: Terms | None) -> str | None:
        """When it must be paid; ``None`` for what nobody has to pay."""
        if self.entry.due_date or terms is None:
            return self.entry.due_date or None
        day = due_date(terms, date.fromisoformat(self.entry.date), self.preferences.terms)
        return day.isoformat()

    def discount(self, terms: Terms | None, amount: int) -> tuple[str | None, int]:
        """Until when a cash discount may be taken, and how much it is."""
        if terms is None or terms.discount is None:
            return None, 0
        last = discount_date(terms.discount, date.fromisoformat(self.entry.date))
        return last.isoformat(), offered(amount, terms.discount)

    def line(self, at: int, line: EntryLine, currency: str) -> BookedLine:
        """A line with its account and VAT code."""
        role = INCOME_ROLES.get(self.entry.kind, "revenue")
        if self.entry.advance:
            role = "prepayment"
            if currency != self.preferences.company.currency:
                self.report("RK931", f"an advance with VAT in {currency}", "currency",
                            "it is booked in the company's own currency")  # fmt: skip
        vat = None if self.entry.kind in INCOME_ROLES else self.vat_code(at, line)
        accounts = self.preferences.accounts
        known = sorted({*accounts.roles.values(), *accounts.others})
        if line.account and line.account not in known:
            self.unknown(f"lines.{at}.account", line.account, known, "account", "accounts.yaml")
        account = line.account or self.sales_account(role)
        return BookedLine(line, vat, account, role, in_minor(line.quantity * line.price, currency))

    def sales_account(self, role: str) -> str:
        """The account of lines that name none: the customer's by its VAT zone, else the role's."""
        if role == "prepayment":
            return self.balance_account(role)
        if role == "revenue":
            zone = self.preferences.vat.zone_of(str(self.buyer.fields.get("vat_zone", "")))
            name = "account" if zone.sales == "taxable" else zone.sales
            if account := self.buyer.fields.get(f"gl.sales.{name}"):
                return str(account)
        return self.preferences.accounts.account(role)

    def vat_code(self, at: int, line: EntryLine) -> VatCode | None:
        """The VAT code: the line's, that of the customer's zone, the company's default."""
        vat = self.preferences.vat
        zone = vat.zone_of(str(self.buyer.fields.get("vat_zone", "")))
        wanted = line.vat or zone.code or vat.default
        try:
            return vat.code(wanted)
        except KeyError:
            known = [code.id for code in vat.codes]
            self.unknown(f"lines.{at}.vat", wanted, known, "VAT code", "vat.yaml")
            return None

    def balance_account(self, role: str) -> str:
        """The account that carries the balance: the customer's, else that of the role."""
        field_of = {"ar_trade": "gl.receivables.account", "prepayment": "gl.prepayments.account"}
        own = self.buyer.fields.get(field_of.get(role, ""))
        return str(own) if own else self.preferences.accounts.account(role)

    def cash_account(self, currency: str) -> CashAccount | None:
        """The cash account that was named, else that of the customer's default payment method, else
        the only one in the currency. One in base currency must be named: there the bank changes the
        money.
        """
        accounts, wanted = self.preferences.cash_accounts, self.entry.cash_account
        known = [one for one in accounts if one.currency == currency]
        changing = [one for one in accounts if one.currency == self.preferences.company.currency]
        ids = list(dict.fromkeys(one.id for one in (*known, *changing)))
        usual = default_of(self.buyer.fields, "payment_methods", "cash_account")
        wanted = wanted or next((one.id for one in known if one.id == usual), "")
        named = [one for one in accounts if one.id == wanted and wanted in ids] if wanted else known
        if len(named) == 1:
            return named[0]
        if wanted:
            self.unknown("cash_account", wanted, ids, f"cash account in {currency}",
                         "cash_accounts.yaml")  # fmt: skip
        else:
            self.report("RK801", f"{len(known)} cash accounts in {currency}: one must be named",
                        "cash_account", f"one of: {', '.join(ids) or 'none'}")  # fmt: skip
        return None

    def corrects(self, currency: str) -> tuple[Document, ...]:
        """The documents that a credit note corrects: of the same customer and currency."""
        entry, number_of = self.entry, self.buyer.customer.number
        found: list[Document] = []
        if not self.buyer.customer.id:
            return ()
        if entry.kind == "credit_note" and not entry.corrects:
            self.report("RK810", "the credit note does not say what it corrects", "corrects",
                        "write the numbers of the documents: corrects: [10377]")  # fmt: skip
        for number in entry.corrects:
            documents = [
                document for document in self.ground.documents.get(number, ())
                if document.kind in CLAIMS and document.currency == currency
                and document.customer_id == self.buyer.customer.id
            ]  # fmt: skip
            if not documents:
                self.report(
                    "RK810",
                    f"customer {number_of} has no document {number} in {currency} that could be "
                    "corrected",
                    "corrects",
                    f"`reskontra show documents --all --customer {number_of}`",
                )
            found += documents[:1]
        return tuple(found)

    def deducts(self, currency: str) -> Iterator[Advance]:
        """The advances that are deducted: of the same customer and currency, each once."""
        customer, known = self.buyer.customer, self.ground.advances
        for number in dict.fromkeys(self.entry.deducts):
            found = [
                known[one.id]
                for one in self.ground.documents.get(number, ())
                if one.id in known and (one.customer_id, one.currency) == (customer.id, currency)
            ]
            if not found:
                self.report(
                    "RK931", f"customer {customer.number} has no advance {number} in {currency}",
                    "deducts", "an advance is an invoice or a cash sale with `advance: true`",
                )  # fmt: skip
            elif found[0].settled_by:
                self.report(
                    "RK931", f"advance {number} is settled by {found[0].settled_by} already",
                    "deducts", "an advance is deducted once, and whole",
                )  # fmt: skip
            else:
                yield found[0]

    def deducted(self, advance: Advance) -> Iterator[BookedLine]:
        """The lines of an advance, taken back at the rates that it charged."""
        document, codes = advance.document, {code.id: code for code in self.preferences.vat.codes}
        for line in advance.lines:
            code, rate = codes.get(line.vat_code), advance.rates.get(line.vat_code)
            if code is None or rate is None:
                self.unknown("deducts", line.vat_code, list(codes), "VAT code", "vat.yaml")
                continue
            text = f"Advance {document.number}"
            entered = EntryLine(text, Decimal(exact(-line.net, document.currency)))
            yield BookedLine(
                entered, replace(code, rate=rate), line.account, "prepayment", -line.net
            )

    def totals(self, lines: Sequence[BookedLine], currency: str, rate: Decimal) -> Totals:
        """The totals, and whether they may stand: above nothing, rounded by little, as typed."""
        entry, ledger = self.entry, self.preferences.ledger
        if entry.amount is not None:
            amount = in_minor(entry.amount, currency)
            totals = Totals((), amount, 0, 0, amount)
        else:
            totals = totals_of(lines, ledger.roundings.get(currency))
        if totals.amount < 0 or (totals.amount == 0 and not entry.deducts):
            self.report("RK802", f"the document comes to {exact(totals.amount, currency)}", "lines",
                        "what lowers a debt is a credit note, with positive amounts")  # fmt: skip
        base = in_base(totals.rounding, currency, rate, self.preferences.company.currency)
        if abs(base) > ledger.rounding_limit:
            self.report("RK803", f"rounding would change the total by "
                        f"{exact(totals.rounding, currency)} {currency}", "lines",
                        "`rounding_limit` in ledger.yaml is the most that is allowed")  # fmt: skip
        if entry.total is not None and in_minor(entry.total, currency) != totals.amount:
            self.report("RK803", f"control total {entry.total} {currency}, the document comes to "
                        f"{exact(totals.amount, currency)}", "total",
                        "correct a line or the control total")  # fmt: skip
        return totals


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

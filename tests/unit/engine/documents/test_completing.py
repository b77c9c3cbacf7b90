"""What an entry comes to, and every reason for which it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reskontra.config.company import load_company
from reskontra.config.scaffold import create
from reskontra.config.workspace import load_workspace
from reskontra.engine.documents.booking import release_step
from reskontra.engine.documents.completing import Buyer, Completed, Ground, complete
from reskontra.engine.documents.entry import changed, data_of, entry_of
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import Customer, Document
from reskontra.engine.ledger.works import document
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.ledger import Rounding

DAY = "2026-11-20"
ROOF = {"text": "Roof work", "quantity": 3, "price": "1250.00"}


@pytest.fixture(scope="module")
def preferences(tmp_path_factory: pytest.TempPathFactory) -> Preferences:
    folder = tmp_path_factory.mktemp("workspace") / "workspace"
    create(folder, country="se", company="nord", name="Nord AB", login="anna")
    return load_company(load_workspace(folder), "nord").preferences


def ground(preferences: Preferences, **fields: Any) -> Ground:
    """A customer 1042 with these fields, who owes invoice 10377; 1 EUR = 11.20 SEK."""
    ek = Customer(
        "nord", 1, "1042", "Ek AB", "SE", "SEK", "", None, "", False, None, "active", None
    )
    owed = document(
        "nord", "invoice", number="10377", customer_id=1, document_date="2026-10-20",
        currency="SEK", amount=1_250_00, base_amount=1_250_00, account="1510",
    )  # fmt: skip

    def rate(currency: str, on: str, kind: str) -> Decimal:
        if currency == "EUR" and on >= "2026-11-01":
            return Decimal("11.20") if kind == "spot" else Decimal("11.00")
        raise ReskontraError.of("RK892", f"there is no spot rate of {currency} for {on}")

    paid = owed._replace(kind="payment", number="P1")
    early = owed._replace(id=1, number="E1", currency="EUR")
    late = early._replace(id=2, number="E2")
    documents: Mapping[str, tuple[Document, ...]] = {
        one.number: (one,) for one in (owed, paid, early, late)
    }
    rates = {0: Decimal(1), 1: Decimal("10.50"), 2: Decimal("11.30")}
    return Ground(preferences, {"1042": Buyer(ek, fields, {})}, documents, rates, rate)


def done(on: Ground, **data: Any) -> Completed:
    entry = entry_of({"kind": "invoice", "customer": 1042, "date": DAY, "lines": [ROOF]} | data)
    found, problems = complete(entry, on)
    assert found is not None, problems
    return found


def codes(on: Ground, **data: Any) -> list[tuple[str, str]]:
    """Code and message of every problem."""
    entry = entry_of({"kind": "invoice", "customer": 1042, "date": DAY, "lines": [ROOF]} | data)
    found, problems = complete(entry, on)
    assert found is None
    return [(problem.code, problem.message) for problem in problems]


def test_an_invoice_follows_from_customer_and_company(preferences: Preferences) -> None:
    plain = done(ground(preferences))
    assert (plain.currency, plain.rate, plain.due_date) == ("SEK", Decimal(1), "2026-12-20")
    assert (plain.totals.net, plain.totals.vat, plain.totals.rounding) == (3_750_00, 937_50, 50)
    assert (plain.account, plain.role, plain.lines[0].account) == ("1510", "ar_trade", "3001")
    assert plain.overdue_charges

    fields = {
        "terms": "net10", "vat_zone": "eu", "gl.receivables.account": "1511",
        "gl.sales.eu": "3108", "overdue_charges": False,
    }  # fmt: skip
    other = done(ground(preferences, **fields))
    assert (other.due_date, other.totals.vat, other.account) == ("2026-11-30", 0, "1511")
    assert (other.lines[0].account, other.overdue_charges) == ("3108", False)
    said = done(
        ground(preferences, **fields), terms="net60", overdue_charges=True,
        lines=[ROOF | {"vat": "standard", "account": "3740"}],
    )  # fmt: skip
    assert (said.terms, said.totals.vat, said.lines[0].account) == ("net60", 937_50, "3740")
    assert said.overdue_charges


def test_each_kind_books_its_own_way(preferences: Preferences) -> None:
    def moves(**data: Any) -> list[list[tuple[str, int]]]:
        step = release_step("draft:1", done(ground(preferences), **data), preferences)
        for voucher in step.vouchers:
            assert sum(line.base_amount for line in voucher.lines) == 0
        return [[(line.role, line.amount) for line in v.lines] for v in step.vouchers]

    claim = [("ar_trade", 4_688_00), ("revenue", -3_750_00), ("vat_out", -937_50)]
    claim.append(("rounding", -50))
    mirror = [(role, -amount) for role, amount in claim]
    for kind in ("invoice", "debit_note"):
        assert moves(kind=kind) == [claim]
    assert moves(kind="credit_note", corrects=[10377]) == [mirror]
    assert moves(kind="overdue_charge", lines=[{"text": "Interest", "price": "34"}]) == [
        [("ar_trade", 34_00), ("interest_income", -34_00)]
    ]
    assert moves(kind="dunning_fee", lines=[{"text": "Reminder", "price": "60"}]) == [
        [("ar_trade", 60_00), ("dunning_fee_income", -60_00)]
    ]
    money = {"lines": [], "amount": "100.00"}
    assert moves(kind="payment", **money) == [[("ar_trade", -100_00), ("bank", 100_00)]]
    assert moves(kind="refund", **money) == [[("ar_trade", 100_00), ("bank", -100_00)]]
    assert moves(kind="prepayment", order_number="PO 7", **money) == [
        [("prepayment", -100_00), ("bank", 100_00)]
    ]
    paid = [("bank", 4_688_00), ("ar_trade", -4_688_00)]
    assert moves(kind="cash_sale") == [claim, paid]
    assert moves(kind="cash_return") == [mirror, [(role, -amount) for role, amount in paid]]


def test_a_foreign_document_balances_in_base_currency(preferences: Preferences) -> None:
    odd = [{"text": "Nails", "price": "0.33"}, {"text": "Screws", "price": "0.33"}]
    euros = done(ground(preferences), currency="EUR", lines=odd)
    assert (euros.totals.amount, euros.base_amount) == (83, 9_30), "no rounding to whole euros"
    (voucher,) = release_step("draft:1", euros, preferences).vouchers
    assert sum(line.amount for line in voucher.lines) == 0
    assert sum(line.base_amount for line in voucher.lines) == 0
    assert done(ground(preferences), currency="EUR", rate="10").base_amount == 46_875_00
    budget = ground(preferences, rate_type="budget", allow_rate_change=False)
    assert done(budget, currency="EUR").rate == 11
    ((code, told),) = codes(budget, currency="EUR", rate="10")
    assert (code, told) == ("RK802", "customer 1042 is invoiced at the rate of the day")


def test_lines_of_one_account_are_summed_where_wanted(preferences: Preferences) -> None:
    posting = replace(preferences.ledger.posting, summarised=True)
    summed = replace(preferences, ledger=replace(preferences.ledger, posting=posting))
    lines = [ROOF, ROOF, ROOF | {"quantity": -1}]
    (voucher,) = release_step("draft:1", done(ground(summed), lines=lines), summed).vouchers
    sales = [line.amount for line in voucher.lines if line.role == "revenue"]
    assert sales == [-7_500_00, 1_250_00], "what lowers turnover stays apart"


def test_migration_mode_changes_the_balance_without_a_voucher(preferences: Preferences) -> None:
    posting = replace(preferences.ledger.posting, migration_mode=True)
    moving = replace(preferences, ledger=replace(preferences.ledger, posting=posting))
    step = release_step("draft:1", done(ground(moving), kind="cash_sale"), moving)
    assert step.vouchers == ()
    assert [new.document.migrated for new in step.documents] == [True, True]


def test_every_problem_of_an_entry_is_found(preferences: Preferences) -> None:
    on = ground(preferences)
    assert codes(on, customer="1024") == [("RK830", "there is no customer 1024")]
    wrong = codes(
        on, terms="net31", reason_code="WHY", currency="USD",
        lines=[ROOF | {"vat": "standart"}, ROOF | {"account": "9999"}],
    )  # fmt: skip
    assert [code for code, _ in wrong] == ["RK801", "RK892", "RK801", "RK801", "RK801"]
    assert "did you mean 'net30'?" in wrong[2][1]
    assert "did you mean 'standard'?" in wrong[3][1]
    assert codes(on, kind="payment", lines=[], amount="1", cash_account="safe")[0][0] == "RK801"
    assert codes(on, kind="payment", lines=[], amount="1", currency="EUR") == [
        ("RK801", "0 cash accounts in EUR: one must be named")
    ]


def test_a_location_is_one_that_the_customer_has_and_uses(preferences: Preferences) -> None:
    places: dict[str, Any] = {
        "locations.STORE.name": "Store", "locations.OLD.name": "Old", "locations.OLD.active": False,
    }  # fmt: skip
    on = ground(preferences, **places)
    assert done(on, location="STORE").entry.location == "STORE"
    for unknown in ("OLD", "STOR"):
        ((code, message),) = codes(on, location=unknown)
        assert (code, "location" in message) == ("RK801", True)


def test_fields_fit_each_other(preferences: Preferences) -> None:
    on = ground(preferences)
    for data, told in (
        ({"kind": "payment", "amount": "5"}, "has lines"),
        ({"bank_fee": "5"}, "the invoice has bank_fee"),
        ({"kind": "payment", "amount": "5", "commission": "5"}, "nothing is left of 5"),
        ({"kind": "payment", "amount": "5", "netted": True, "bank_fee": "1"}, "no money moves"),
        ({"kind": "payment", "lines": []}, "has no amount"),
        ({"lines": []}, "has no lines"),
        ({"amount": "5"}, "an amount of its own"),
        ({"due_date": "2026-02-30"}, "is not a day"),
        ({"due_date": "2026-11-19"}, "before its date"),
        ({"kind": "prepayment", "lines": [], "amount": "5"}, "names no order"),
        ({"lines": [ROOF | {"quantity": -1}]}, "comes to -1563.00"),
    ):
        assert any(code == "RK802" and told in text for code, text in codes(on, **data)), told
    fixed = ground(preferences, allow_currency_change=False)
    assert codes(fixed, currency="EUR")[0][0] == "RK802"


def test_totals_are_held_to_what_was_typed(preferences: Preferences) -> None:
    on = ground(preferences)
    assert done(on, total="4688.00").totals.amount == 4_688_00
    assert codes(on, total="4687.50") == [
        ("RK803", "control total 4687.50 SEK, the document comes to 4688.00")
    ]
    ledger = replace(preferences.ledger, roundings={"EUR": Rounding("nearest", 1_00)})
    rounded = replace(preferences, ledger=ledger)
    small = [{"text": "Nails", "price": "1.00", "vat": "zero"}]
    assert done(ground(rounded), currency="EUR", lines=small).totals.rounding == 0
    half = [{"text": "Nails", "price": "0.60", "vat": "zero"}]
    assert codes(ground(rounded), currency="EUR", lines=half) == [
        ("RK803", "rounding would change the total by 0.40 EUR")
    ], "the limit is in base currency: 4.48 SEK are more than 1.00"


def test_a_credit_note_says_what_it_corrects(preferences: Preferences) -> None:
    on = ground(preferences)
    found = done(on, kind="credit_note", corrects=["10377"])
    assert [one.number for one in found.corrects] == ["10377"]
    assert found.due_date is None
    for numbers in ([], ["10378"], ["P1"]):
        assert codes(on, kind="credit_note", corrects=numbers)[0][0] == "RK810"
    euros = {"kind": "credit_note", "currency": "EUR"}
    assert codes(on, corrects=["10377"], **euros)[0][0] == "RK810"
    assert done(on, corrects=["E1"], **euros).rate == Decimal("10.50"), "the rate of the invoice"
    assert done(on, corrects=["E1"], rate="11", **euros).rate == 11
    assert codes(on, corrects=["E1", "E2"], **euros)[0][0] == "RK802"


def test_a_cash_discount_follows_from_the_terms(preferences: Preferences) -> None:
    from reskontra.engine.preferences.terms import Discount

    codes_ = tuple(
        replace(one, discount=Discount(200, 10, {})) if one.id == "net30" else one
        for one in preferences.terms.codes
    )
    generous = replace(preferences, terms=replace(preferences.terms, codes=codes_))
    found = done(ground(generous))
    assert (found.discount_date, found.discount_amount) == ("2026-11-30", 93_76)


def test_what_was_entered_is_kept_and_changed() -> None:
    roof = {"text": "Roof", "price": "1250.00", "quantity": "3"}
    data = {"kind": "invoice", "customer": "1042", "date": DAY, "hold": False, "lines": [roof]}
    entry = entry_of(data)
    assert data_of(entry) == data
    assert changed(entry, {"terms": "net10"}) == replace(entry, terms="net10")
    assert entry_of(data_of(entry)) == entry

"""``ledger.yaml`` (AR101000) to typed preferences, with what its schema cannot see.

RK320 a VAT method that is not built · RK321 rounding without, or with a useless, precision · RK322
buckets that do not rise · RK323 a reason with no account or two · RK324 months without their
choice · RK325 a setting of a feature that is off · RK227 a name that nothing defines.
"""

from __future__ import annotations

from typing import Any

from reskontra.config.schemas import account_roles
from reskontra.config.values import Values
from reskontra.engine.ledger.ageing import bucket_names
from reskontra.engine.money import exact
from reskontra.engine.preferences.ledger import (
    Ageing,
    Commission,
    Consolidation,
    Entry,
    Features,
    LateCompensation,
    LedgerPreferences,
    OverdueCharges,
    Posting,
    Prices,
    ReasonCode,
    Refunds,
    Rounding,
    SecondPerson,
    VatOnDiscount,
)


def build_ledger(values: Values, currency: str) -> LedgerPreferences:
    """The ledger preferences of a company whose base currency is ``currency``."""
    ledger = values.map("ledger")
    features = Features(**ledger["features"])
    _check_choices(values, ledger, features)
    discount = ledger["vat_on_cash_discount"]
    return LedgerPreferences(
        features=features,
        fiscal_year_start=ledger["fiscal_year_start"],
        posting=Posting(**ledger["posting"]),
        roundings=_roundings(values),
        rounding_limit=values.amount(currency, "ledger", "rounding_limit"),
        entry=Entry(**ledger["entry"]),
        second_person=_second_person(values, currency),
        sales_subaccount_from=ledger["sales_subaccount_from"],
        vat_timing="invoice",
        vat_on_discount=VatOnDiscount(
            discount["mechanism"], discount["release"], discount.get("description") or {}
        ),
        refunds=Refunds(**ledger["refunds"]),
        ageing=Ageing(tuple(ledger["ageing"]["days"]), ledger["ageing"]["credits"]),
        expected_losses=_expected_losses(values),
        keep_allowance=ledger["keep_allowance"],
        doubtful_after=ledger["doubtful_after"],
        late_compensation=LateCompensation(
            ledger["late_compensation"]["charge"],
            values.amount(currency, "ledger", "late_compensation", "amount"),
        ),
        overdue_charges=OverdueCharges(**ledger["overdue_charges"]),
        statements=Consolidation(**ledger["statements"]),
        dunning_letters=Consolidation(**ledger["dunning_letters"]),
        reason_codes=_reason_codes(values),
        balance_reason=ledger["balance_reason"],
        credit_reason=ledger["credit_reason"],
        commission=Commission(**ledger["commission"]),
        prices=Prices(**ledger["prices"]),
    )


def _check_choices(values: Values, ledger: dict[str, Any], features: Features) -> None:
    """Settings that contradict each other, or something outside this file."""
    if ledger["vat_timing"] == "payment":
        message = "ledger.vat_timing: the cash method (payment) is not built yet"
        help_ = "VAT is reported at the invoice; write invoice, or keep this company elsewhere"
        values.problem("RK320", message, ("ledger", "vat_timing"), help_)
    days = ledger["ageing"]["days"]
    if days != sorted(days):
        message = f"ledger.ageing.days {days} must rise"
        values.problem("RK322", message, ("ledger", "ageing", "days"), f"write {sorted(days)}")
    prices = ledger["prices"]
    if prices["retention_months"] and prices["retention"] != "fixed_months":
        message = "ledger.prices.retention_months has no effect: retention is not fixed_months"
        values.problem("RK324", message, ("ledger", "prices", "retention_months"), warning=True)
    for letters in ("statements", "dunning_letters"):
        if ledger[letters]["all_branches"] and not features.multi_branch:
            message = f"ledger.{letters}.all_branches is set, but features.multi_branch is off"
            help_ = "switch the feature on, or delete the setting"
            values.problem("RK325", message, ("ledger", letters, "all_branches"), help_)
    classes = [ident for _, ident, _ in values.items("customer_classes")]
    wanted = ledger["default_customer_class"]
    values.known("customer class", wanted, classes, "ledger", "default_customer_class")


def _second_person(values: Values, currency: str) -> SecondPerson:
    """Switches as they are, amounts in minor units."""
    key = ("ledger", "second_person")
    asked: dict[str, Any] = {
        name: values.amount(currency, *key, name) if name.endswith("_above") else value
        for name, value in values.map(*key).items()
    }
    return SecondPerson(**asked)


def _expected_losses(values: Values) -> dict[str, int]:
    """Percentages by bucket, in the order of the buckets."""
    key = ("ledger", "expected_losses")
    buckets = bucket_names(values.get("ledger", "ageing", "days"))
    given = values.map(*key)
    for name in given:
        values.known("bucket of ledger.ageing", name, buckets, *key, name)
    return {name: values.percent(*key, name) for name in buckets if name in given}


def _roundings(values: Values) -> dict[str, Rounding]:
    """Document rounding by currency; the rule ``currency`` is none."""
    found = {}
    for key, currency, item in values.items("ledger", "rounding"):
        given = item.get("precision") is not None
        if item["rule"] == "currency":
            if given and values.effective.origin(key) == values.effective.origin((*key, "rule")):
                message = f"rounding of {currency}: the rule currency takes no precision"
                values.problem("RK321", message, (*key, "precision"))
            continue
        precision = values.amount(currency, *key, "precision") if given else 0
        if not precision:
            message = f"rounding of {currency}: the rule {item['rule']} needs a precision above 0"
            help_ = f"e.g. precision: {exact(100, currency)}"
            values.problem("RK321", message, (*key, "precision") if given else key, help_)
            continue
        found[currency] = Rounding(item["rule"], precision)
    return found


def _reason_codes(values: Values) -> tuple[ReasonCode, ...]:
    """The reason codes; the two that write-offs fall back on must exist and fit."""
    codes = []
    for key, ident, item in values.items("ledger", "reason_codes"):
        role, account = item.get("role") or "", str(item.get("account") or "")
        if bool(role) == bool(account):
            message = f"reason code '{ident}' needs a role or an account, and not both"
            values.problem("RK323", message, key, "e.g. role: rounding")
        values.known("role", role, account_roles(), *key, "role")
        codes.append(ReasonCode(ident, item["description"], item["kind"], role, account))
    for setting in ("balance", "credit"):
        fitting = [code.id for code in codes if code.kind == f"{setting}_write_off"]
        wanted = values.get("ledger", f"{setting}_reason")
        values.known(f"{setting} write-off reason", wanted, fitting, "ledger", f"{setting}_reason")
    return tuple(codes)

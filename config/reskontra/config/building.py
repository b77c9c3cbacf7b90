"""From merged values to the typed preferences of the engine.

Money becomes minor units, ratios 1/10 000, codes text. What the schemas cannot see is checked here:
exactness (RK110), check digits (RK113), references between files (RK2xx), figures that are legal
but unsafe (RK31x).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reskontra.config import numbering
from reskontra.config.customers import customer_defaults
from reskontra.config.identifiers import compact, fault
from reskontra.config.layers import Effective, Key
from reskontra.config.ledger import build_ledger
from reskontra.config.precision import measured
from reskontra.config.reference_schemes import build_schemes
from reskontra.config.terms import build_terms
from reskontra.config.values import Values
from reskontra.config.vat import build_vat
from reskontra.config.webhooks import build_webhooks
from reskontra.engine.errors import Problem
from reskontra.engine.preferences import Company, Preferences
from reskontra.engine.preferences.accounts import Accounts, CashAccount
from reskontra.engine.preferences.differences import DifferencePreferences
from reskontra.engine.preferences.matching import (
    PRECISION,
    Automatic,
    InvoiceRelevance,
    MatchingPreferences,
    PaymentRelevance,
    Weights,
    Window,
)


def build(
    effective: Effective, company_id: str, branch: str
) -> tuple[Preferences | None, list[Problem]]:
    """The preferences and every problem; ``None`` where an error leaves nothing to build.

    Expects a tree in which all required keys are present (``layers.complete`` said nothing).
    """
    problems: list[Problem] = []
    values = Values(effective, problems)
    company = values.map("company")
    preferences = Preferences(
        company=Company(
            id=company_id,
            name=company["name"],
            country=company["country"],
            currency=company["currency"],
            mode=company["mode"],
            org_number=str(company.get("org_number", "")),
            branch=branch,
        ),
        numbering=numbering.build(effective, problems),
        references=build_schemes(effective, problems),
        matching=_matching(values),
        differences=_differences(values, company["currency"]),
        accounts=_accounts(values),
        cash_accounts=_cash_accounts(values, company["currency"]),
        ledger=build_ledger(values, company["currency"]),
        terms=build_terms(values),
        vat=build_vat(values),
        customers=customer_defaults(effective.tree, company["country"], company["currency"]),
        webhooks=build_webhooks(values),
    )
    failed = any(problem.is_error for problem in problems)
    return (None if failed else preferences), problems


def _weights(values: Values, section: str) -> Weights:
    """Relative weights; all zero is RK310."""
    weights = values.map("matching", section, "weights")
    if not any(weights.values()):
        message = f"matching.{section}.weights add up to 0, nothing could be ranked"
        help_ = "give at least one factor a weight, e.g. ref: 70"
        values.problem("RK310", message, ("matching", section, "weights"), help_)
    return Weights(**weights)


def _window(found: Mapping[str, Any]) -> Window:
    return Window(found["days_before"], found["days_after"], found.get("allow_credit_note", False))


def _matching(values: Values) -> MatchingPreferences:
    """The matching settings (CA101000, AR305000)."""
    matching = values.map("matching")
    payment, invoice = matching["payment"], matching["invoice"]
    return MatchingPreferences(
        receipts=_window(matching["receipts"]),
        disbursements=_window(matching["disbursements"]),
        payment=PaymentRelevance(
            weights=_weights(values, "payment"),
            average_delay=payment["average_delay"],
            deviation=payment["deviation"],
            empty_ref_matches=payment["empty_ref_matches"],
        ),
        invoice=InvoiceRelevance(
            weights=_weights(values, "invoice"),
            average_delay=invoice["average_delay"],
            deviation=invoice["deviation"],
            days_before_due=invoice["days_before_due"],
            days_after_due=invoice["days_after_due"],
        ),
        auto=_automatic(values),
        skip_voided=matching["skip_voided"],
        date_kernel=matching["date_kernel"],
        missing=matching["missing"],
        ref_cutoff=values.ratio("matching", "ref_cutoff"),
        payee_cutoff=values.ratio("matching", "payee_cutoff"),
        fuzzy_numeric=matching["fuzzy_numeric"],
        text_digits_with_amount=matching["text_digits"]["with_amount"],
        text_digits_without_amount=matching["text_digits"]["without_amount"],
        document_prefixes=tuple(matching["document_prefixes"]),
        netting=matching["netting"],
        interchangeable=matching["interchangeable"],
        duplicate_days=matching["duplicate_days"],
        combination_documents=matching["combination"]["documents"],
        combination_pool=matching["combination"]["pool"],
        known_payer=matching["known_payer"],
        unknown_payer=matching["unknown_payer"],
        duplicates=matching["duplicates"],
    )


_WEAK_TIERS = ("name_amount", "combination", "relevance")
"""Evidence that does not name the document: safe to book by itself only up to an amount."""


def _automatic(values: Values) -> Automatic:
    """What is booked without a person; contradictory thresholds are RK311."""
    key: Key = ("matching", "auto")
    auto = values.map(*key)
    limits = {tier: values.money(*key, "max_amount", tier) for tier in auto["max_amount"]}
    absolute, floor = values.ratio(*key, "absolute"), values.ratio(*key, "floor")
    if floor > absolute:
        message = f"matching.auto.floor {auto['floor']} is above absolute {auto['absolute']}"
        help_ = "the floor is the least relevance at which a lead counts; lower it"
        values.problem("RK311", message, (*key, "floor"), help_)
    for tier in auto["tiers"]:
        if tier in _WEAK_TIERS and not limits.get(tier):
            message = f"matching.auto.tiers books '{tier}' automatically without a largest amount"
            help_ = f"set matching.auto.max_amount.{tier}, e.g. {{SEK: 1000.00}}"
            values.problem("RK312", message, (*key, "tiers"), help_, warning=True)
    return Automatic(
        tiers=tuple(auto["tiers"]),
        target_precision=values.ratio(*key, "target_precision", unit=PRECISION),
        measured=measured(),
        max_amount=limits,
        absolute=absolute,
        relative=values.ratio(*key, "relative"),
        floor=floor,
        mode=auto["mode"],
    )


def _differences(values: Values, currency: str) -> DifferencePreferences:
    """Tolerances; rounding above the limit has no effect and is RK313."""
    found = values.map("differences")
    rounding = values.money("differences", "rounding")
    limit = values.money("differences", "write_off_limit")
    for name, amount in rounding.items():
        if found["write_off"] and amount > limit.get(name, 0):
            message = f"differences.rounding.{name} is above write_off_limit; the limit applies"
            help_ = f"raise write_off_limit.{name} or lower rounding.{name}"
            values.problem("RK313", message, ("differences", "rounding", name), help_, warning=True)
    if found["write_off"] and currency not in rounding:
        message = f"write_off is on, but differences.rounding has no limit in {currency}"
        values.problem("RK313", message, ("differences", "write_off"), warning=True)
    return DifferencePreferences(
        rounding=rounding,
        write_off=found["write_off"],
        write_off_limit=limit,
        short=found["short"],
        over=found["over"],
        surplus=found["surplus"],
        unattended_limit=values.money("differences", "unattended_limit"),
        exchange_rate=values.ratio("differences", "exchange_rate"),
    )


def _accounts(values: Values) -> Accounts:
    roles = {role: str(account) for role, account in values.map("accounts", "roles").items()}
    return Accounts(roles, tuple(map(str, values.get("accounts", "others") or ())))


def _cash_accounts(values: Values, base: str) -> tuple[CashAccount, ...]:
    """Bank accounts; the same identifier twice is RK202, one ledger account in two currencies
    RK209, none RK316.
    """
    owners: dict[str, str] = {}
    currencies: dict[str, tuple[str, str]] = {}
    built = []
    for key, ident, item in values.items("cash_accounts"):
        account, currency = str(item["account"]), item["currency"]
        first, other = currencies.setdefault(account, (currency, ident))
        if first != currency:
            message = f"cash accounts '{other}' ({first}) and '{ident}' ({currency}) share ledger"
            message += f" account {account}"
            help_ = f"a ledger account holds one currency (base currency {base}); use two"
            values.problem("RK209", message, (*key, "account"), help_)
        identifiers = tuple(_identifiers(values, key, owners))
        if not identifiers:
            message = f"cash account '{ident}' has no identifiers: it can receive no file"
            help_ = "write how bank files name it, e.g. identifiers: {iban: ...}"
            values.problem("RK316", message, key, help_, warning=True)
        built.append(
            CashAccount(
                id=ident,
                account=account,
                currency=currency,
                identifiers=identifiers,
                feed=item["feed"],
                action=item["action"],
                balance_check=item["balance_check"],
                branch=item.get("branch", ""),
            )
        )
    return tuple(built)


def _identifiers(values: Values, key: Key, owners: dict[str, str]) -> list[str]:
    """The compacted identifiers of one bank account, checked."""
    found: list[str] = []
    for kind, written in values.map(*key, "identifiers").items():
        for value in written if isinstance(written, list) else [written]:
            if value is None:
                continue
            number = compact(str(value))
            at = (*key, "identifiers", kind)
            wrong = fault(kind, number)
            if wrong:
                values.problem("RK113", f"{kind} '{value}' {wrong}", at)
            owner = owners.setdefault(number, key[-1])
            if owner != key[-1]:
                message = f"'{value}' names both cash account '{owner}' and '{key[-1]}'"
                help_ = "a bank file must lead to exactly one cash account"
                values.problem("RK202", message, at, help_)
            if number not in found:
                found.append(number)
    return found

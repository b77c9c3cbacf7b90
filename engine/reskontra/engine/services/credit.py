"""Credit control: where customers stand, and which drafts may not be released because of it.

The head of a payer group decides for the members that share its policy: its rule, limit and days
hold, and what all of them owe together counts (``customers.credit`` has the rules).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import polars as pl

from reskontra.engine.customers.credit import CHECKED, CreditRule, Standing, Verdict
from reskontra.engine.documents.rounding import in_minor
from reskontra.engine.errors import Problem
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.ageing import aged
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.base_amounts import in_base
from reskontra.engine.ledger.exchange_rates import rate_on
from reskontra.engine.ledger.records import Audit, Customer, CustomerProfile, Draft, OpenOrder
from reskontra.engine.money import exact, exponent
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.balances import items_of, sums

Row = dict[str, Any]
APPROVED = "approve draft"
"""Action of the audit row that lets one draft through; its detail is the amount it holds for."""
_TAKES_ROOM = ("hold", "balanced")


@dataclass(frozen=True, slots=True)
class Failed:
    """A draft that failed its credit check."""

    draft: Draft
    customer: Customer
    standing: Standing
    verdict: Verdict

    def problem(self, severity: str) -> Problem:
        """RK850 as an error or a warning."""
        standing, told = self.standing, []
        if not self.verdict.limit_ok:
            told.append(
                f"the limit of {_told(standing.limit, standing)} leaves "
                f"{_told(standing.room, standing)}"
            )
        if not self.verdict.days_ok:
            told.append(
                f"{standing.late} days past due are more than {standing.days} "
                f"(due {standing.first_due})"
            )
        amount = exact(self.draft.amount, self.draft.currency)
        return Problem(
            "RK850",
            f"draft:{self.draft.id} of {amount} {self.draft.currency}: customer "
            f"{self.customer.number} may not buy it on credit: {'; '.join(told)}",
            help=f"reskontra show credit {self.customer.number} tells more; an approver lets it "
            f"through: reskontra documents approve draft:{self.draft.id} --reason ...",
            severity=severity,  # type: ignore[arg-type]
        )


def standings(
    reader: Reader,
    customers: Collection[int],
    preferences: Preferences,
    on: str,
    leaving_out: Collection[int] = (),
) -> dict[int, tuple[int, Standing]]:
    """Where customers (ids) stand on a day (ISO date), drafts ``leaving_out`` not counted: the id
    of whoever's policy holds for each, and that one's standing.

    RK892 when something is owed in a currency that has no rate.
    """
    heads = _heads(reader, customers)
    deciding = sorted(set(heads.values()))
    group = {id_: id_ for id_ in deciding}
    below = reader.frame(Customer, ("id", "parent_id"), parent_id=deciding)
    sharing = _sharing(reader, below["id"].to_list())
    group |= {id_: head for id_, head in below.iter_rows() if id_ in sharing}
    found = _standings(reader, group, preferences, on, leaving_out)
    return {id_: (head, found[head]) for id_, head in heads.items()}


def _heads(reader: Reader, customers: Collection[int]) -> dict[int, int]:
    """Customer -> whose policy holds for it."""
    known = {one.id: one for one in reader.records(Customer, id=sorted(customers))}
    shares = _sharing(reader, [one.id for one in known.values() if one.parent_id is not None])
    return {
        one.id: one.parent_id if one.id in shares and one.parent_id is not None else one.id
        for one in known.values()
    }


def _sharing(reader: Reader, members: Sequence[int]) -> set[int]:
    """Those of the members of groups that share their head's credit policy."""
    found = reader.frame(
        CustomerProfile, ("customer_id",), customer_id=list(members), share_credit=True
    )
    return set(found["customer_id"].to_list())


def _standings(
    reader: Reader,
    group: Mapping[int, int],
    preferences: Preferences,
    on: str,
    leaving_out: Collection[int],
) -> dict[int, Standing]:
    """The standing of every head in ``group`` (customer -> who decides for it)."""
    heads = {one.id: one for one in reader.records(Customer, id=sorted(set(group.values())))}
    profiles = {
        profile.customer_id: profile
        for profile in reader.records(CustomerProfile, customer_id=sorted(heads))
    }
    worth = _Worth(reader, preferences.company.currency, on)
    balance: dict[int, int] = defaultdict(int)
    unreleased: dict[int, int] = defaultdict(int)
    ordered: dict[int, int] = defaultdict(int)
    items = _aged(reader, sorted(group), preferences, on)
    for customer, currency, amount in sums(items, "customer_id", "currency").iter_rows():
        head = heads[group[customer]]
        balance[head.id] += worth(amount, currency, head.currency)
    for draft in reader.records(Draft, customer_id=sorted(group), status=list(_TAKES_ROOM)):
        if sign(draft.kind) > 0 and draft.id not in leaving_out:
            head = heads[group[draft.customer_id]]
            unreleased[head.id] += worth(draft.amount, draft.currency, head.currency)
    for order in reader.records(OpenOrder, customer_id=sorted(group), on_hold=False):
        head = heads[group[order.customer_id]]
        ordered[head.id] += worth(order.amount, order.currency, head.currency)
    oldest = _oldest(items, group)
    return {
        id_: _standing(
            head, profiles.get(id_), balance[id_], unreleased[id_], ordered[id_], oldest.get(id_)
        )
        for id_, head in heads.items()
    }


def _standing(
    head: Customer,
    profile: CustomerProfile | None,
    balance: int,
    unreleased: int,
    ordered: int,
    oldest: tuple[int, str] | None,
) -> Standing:
    rule = cast("CreditRule", profile.credit_rule if profile else "disabled")
    limit, days = (profile.credit_limit, profile.credit_days) if profile else (None, None)
    late, first_due = oldest or (0, "")
    return Standing(
        head.currency, rule, limit, days, balance, unreleased, ordered, max(late, 0), first_due
    )


def _aged(
    reader: Reader, customers: Sequence[int], preferences: Preferences, on: str
) -> pl.DataFrame:
    calendar = preferences.terms.calendar_of()
    items = items_of(reader, customers)
    return aged(items, on=on, ageing=preferences.ledger.ageing, calendar=calendar)


def _oldest(items: pl.DataFrame, group: Mapping[int, int]) -> dict[int, tuple[int, str]]:
    """Head -> days past due and due day of the claim that has been due longest."""
    claims = items.filter((pl.col("sign") > 0) & pl.col("due_date").is_not_null())
    late = claims.sort("days", "due_date", "document_id", descending=[True, False, False])
    found: dict[int, tuple[int, str]] = {}
    for customer, days, due in late.select("customer_id", "days", "due_date").iter_rows():
        found.setdefault(group[customer], (days, due))
    return found


class _Worth:
    """What amounts are worth in another currency on a day, by the rates of that day."""

    def __init__(self, reader: Reader, base: str, on: str) -> None:
        self._reader, self._base, self._on = reader, base, on
        self._rates: dict[str, Decimal] = {base: Decimal(1)}

    def __call__(self, amount: int, currency: str, target: str) -> int:
        if currency == target:
            return amount
        whole = in_base(abs(amount), currency, self._rate(currency), self._base)
        value = Decimal(whole).scaleb(-exponent(self._base)) / self._rate(target)
        return in_minor(value, target) * (1 if amount > 0 else -1)

    def _rate(self, currency: str) -> Decimal:
        if currency not in self._rates:
            self._rates[currency] = rate_on(self._reader, currency, self._on)
        return self._rates[currency]


def failed(
    reader: Reader, drafts: Sequence[Draft], preferences: Preferences, on: str
) -> list[Failed]:
    """Those of the drafts that may not be released on a day (ISO date), in their order.

    They are looked at one after the other: what passes takes room from the next.
    """
    asked = _ruled(reader, [draft for draft in drafts if draft.kind in CHECKED])
    ids = {draft.customer_id for draft in asked}
    if not ids:
        return []
    found = standings(reader, ids, preferences, on, {draft.id for draft in asked})
    customers = {one.id: one for one in reader.records(Customer, id=sorted(ids))}
    approved = _approved(reader, asked)
    worth = _Worth(reader, preferences.company.currency, on)
    now = dict(found.values())
    result = []
    for draft in asked:
        head, _ = found[draft.customer_id]
        amount = worth(draft.amount, draft.currency, now[head].currency)
        verdict = now[head].verdict(amount)
        if verdict.ok or approved.get(draft.id) == approval(draft):
            now[head] = now[head].taking(amount)
        else:
            result.append(Failed(draft, customers[draft.customer_id], now[head], verdict))
    return result


def _ruled(reader: Reader, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts of customers for whom a credit rule holds: nobody else's is worth a rate."""
    heads = _heads(reader, {draft.customer_id for draft in drafts})
    rules = reader.frame(
        CustomerProfile, ("customer_id", "credit_rule"), customer_id=sorted(set(heads.values()))
    )
    ruled = set(rules.filter(pl.col("credit_rule") != "disabled")["customer_id"])
    return [draft for draft in drafts if heads[draft.customer_id] in ruled]


def _approved(reader: Reader, drafts: Sequence[Draft]) -> dict[int, str]:
    """Drafts that were approved -> what for; the newest holds."""
    subjects = {f"draft:{draft.id}": draft.id for draft in drafts}
    rows = reader.records(Audit, action=APPROVED, subject=sorted(subjects))
    return {subjects[row.subject]: row.detail for row in rows}


def approval(draft: Draft) -> str:
    """What an approval is for: another amount or customer needs another one."""
    return canonical([draft.customer_id, draft.amount, draft.currency])


def parked(
    reader: Reader, drafts: Sequence[Draft], preferences: Preferences, on: str
) -> list[Draft]:
    """Drafts that are about to be balanced, those on credit hold that fail their check, where the
    company parks such (``ledger.entry.hold_on_failed_credit_check``).
    """
    if not preferences.ledger.entry.hold_on_failed_credit_check:
        return list(drafts)
    balanced = [draft for draft in drafts if draft.status == "balanced"]
    held = {one.draft.id for one in failed(reader, balanced, preferences, on)}
    return [draft._replace(status="credit_hold") if draft.id in held else draft for draft in drafts]


def credit_rows(
    reader: Reader, preferences: Preferences, on: str, customer: Customer | None = None
) -> Iterator[Row]:
    """Where customers with a credit rule stand, by number; or one customer, whatever its rule."""
    if customer is None:
        ruled = reader.frame(CustomerProfile, ("customer_id", "credit_rule"))
        ids = ruled.filter(pl.col("credit_rule") != "disabled")["customer_id"].to_list()
    else:
        ids = [customer.id]
    found = standings(reader, ids, preferences, on)
    wanted = sorted({*found, *(head for head, _ in found.values())})
    people = {one.id: one for one in reader.records(Customer, id=wanted)}
    for id_ in sorted(found, key=lambda one: people[one].number):
        head, standing = found[id_]
        yield {
            "customer": people[id_].number, "name": people[id_].name,
            "rule": standing.rule, "group": people[head].number if head != id_ else "",
            "days": "" if standing.days is None else standing.days, "late": standing.late,
            "first_due": standing.first_due, "ok": standing.verdict(0).ok,
            "currency": standing.currency, "limit": standing.limit,
            "balance": standing.balance, "unreleased": standing.unreleased,
            "ordered": standing.ordered, "remaining": standing.room,
        }  # fmt: skip


def _told(amount: int | None, standing: Standing) -> str:
    return f"{exact(amount or 0, standing.currency)} {standing.currency}"

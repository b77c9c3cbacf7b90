"""Works at the end of a month: revaluation of foreign items, reclassification of credit balances,
doubtful receivables, expected losses.

Each posts on the last day of a month what the balance sheet must show, and its exact opposite on
the next day in the same step: what is open, and what was realised, stays as it was. An allowance
for losses that the company keeps is adjusted instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from reskontra.engine.documents.totals import RATE_ONE, percent
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.ageing import aged
from reskontra.engine.ledger.balance import signed
from reskontra.engine.ledger.base_amounts import in_base, share_of, with_base
from reskontra.engine.ledger.exchange_rates import rates_on
from reskontra.engine.ledger.periods import last_day, period_of
from reskontra.engine.ledger.records import DocumentVat, JournalEntry, JournalLine, Run
from reskontra.engine.ledger.works import VALUATION, Move, PlannedStep, Voucher, voucher
from reskontra.engine.money import exact, share
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.ledger import Ageing
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.wording import worded

_LIABILITIES = ("customer_overpaid", "prepayment", "unidentified_receipts")
"""Roles whose accounts are liabilities already."""
_WITH_VAT = ("invoice", "debit_note", "credit_note")


def standing_run(reader: Reader, kind: str, on: str) -> int | None:
    """Id of the run of this kind for a month's last day (ISO date) that nobody took back; ``None``
    = it is still to be done, if there is anything to do.
    """
    for run in reader.records(Run, kind=kind, as_of=on):
        if not reader.count(Run, reverses_id=run.id):
            return run.id
    return None


def require_month_end(reader: Reader, kind: str, on: str) -> None:
    """RK891 when ``on`` is not the last day of a month, RK894 when the work was done for it."""
    last = last_day(period_of(on))
    if on != last:
        raise ReskontraError.of(
            "RK891",
            f"{on} is not the last day of a month",
            help=f"--on {last}",
            exit_code=Exit.USAGE,
        )
    run = standing_run(reader, kind, on)
    if run is not None:
        raise ReskontraError.of(
            "RK894",
            f"the {worded(kind)} for {on} was booked by run:{run}",
            help=f"`reskontra undo run:{run}` takes it back; then plan it again",
            exit_code=Exit.MOVED,
        )


class Balance(NamedTuple):
    """What is open in one currency on one account, credits negative; minor units."""

    account: str
    currency: str
    amount: int
    base_amount: int


def plan_revaluation(reader: Reader, on: str, preferences: Preferences) -> list[PlannedStep]:
    """Value foreign open items at the rate of the day: one step per account and currency.

    Raises ``ReskontraError`` RK892 for every currency without a rate.
    """
    base = preferences.company.currency
    sums = _balances(reader, on, "account", "currency").filter(pl.col("currency") != base)
    balances = [Balance(*row) for row in sums.iter_rows()]
    rates = rates_on(reader, sorted({balance.currency for balance in balances}), on)
    steps = []
    for balance in balances:
        rate = rates[balance.currency]
        worth = in_base(balance.amount, balance.currency, rate, base)
        gain = worth - balance.base_amount
        if not gain:
            continue
        role = "fx_gain" if gain > 0 else "fx_loss"
        moves = [
            Move(balance.account, "ar_trade", 0, gain),
            Move(preferences.accounts.account(role), role, 0, -gain),
        ]
        told = (
            f"{exact(balance.amount, balance.currency)} {balance.currency} at {rate} is worth "
            f"{exact(worth, base)} {base}, booked at {exact(balance.base_amount, base)} {base}"
        )
        text = f"Revaluation {balance.currency}"
        vouchers = _and_back(reader.company, on, text, balance.currency, moves)
        steps.append(
            PlannedStep(
                f"account:{balance.account}", told, vouchers=vouchers, facts={"rate": str(rate)}
            )
        )
    return steps


def plan_reclassification(reader: Reader, on: str, preferences: Preferences) -> list[PlannedStep]:
    """Show customers' credit balances as a liability: one step per customer, account and currency
    whose balance is a credit.
    """
    accounts = preferences.accounts
    already = [accounts.account(role) for role in _LIABILITIES]
    credits_ = _balances(reader, on, "customer_id", "account", "currency").filter(
        pl.col("customer_id").is_not_null()
        & (pl.col("amount") < 0)
        & ~pl.col("account").is_in(already)
    )
    numbers = numbers_of(reader, credits_["customer_id"].to_list())
    liability = accounts.account("customer_overpaid")
    steps = []
    for owner, *row in credits_.iter_rows():
        account, currency, amount, base_amount = Balance(*row)
        moves = [
            Move(account, "ar_trade", -amount, -base_amount, owner),
            Move(liability, "customer_overpaid", amount, base_amount, owner),
        ]
        text = f"Credit balance of {numbers[owner]}"
        steps.append(
            PlannedStep(
                f"customer:{owner}",
                f"has {exact(-amount, currency)} {currency} in credit on {account}",
                vouchers=_and_back(reader.company, on, text, currency, moves),
                facts={"customer": numbers[owner]},
            )
        )
    return steps


def plan_doubtful(reader: Reader, on: str, preferences: Preferences) -> list[PlannedStep]:
    """Show what has been due for longer than ``ledger.doubtful_after`` days as doubtful: one step
    per customer, account and currency.
    """
    days = preferences.ledger.doubtful_after
    late = aged(
        with_base(reader, reader.item_frame(on)),
        on=on, ageing=Ageing((days,), "current"), calendar=preferences.terms.calendar_of(),
    ).filter(pl.col("days") > days, pl.col("sign") > 0)  # fmt: skip
    keys = ("customer_id", "account", "currency")
    sums = late.group_by(*keys).agg(pl.col("open_amount", "open_base").sum()).sort(*keys)
    numbers = numbers_of(reader, sums["customer_id"].to_list())
    doubtful = preferences.accounts.account("ar_doubtful")
    steps = []
    for owner, *row in sums.iter_rows():
        account, currency, amount, base_amount = Balance(*row)
        moves = [
            Move(doubtful, "ar_doubtful", amount, base_amount, owner),
            Move(account, "ar_trade", -amount, -base_amount, owner),
        ]
        text = f"Doubtful receivables of {numbers[owner]}"
        steps.append(
            PlannedStep(
                f"customer:{owner}",
                f"{exact(amount, currency)} {currency} has been due for more than {days} days",
                vouchers=_and_back(reader.company, on, text, currency, moves),
                facts={"customer": numbers[owner]},
            )
        )
    return steps


def plan_expected_losses(reader: Reader, on: str, preferences: Preferences) -> list[PlannedStep]:
    """Expected credit losses: a percentage of what each bucket of ageing holds, in base currency
    and without the VAT that a confirmed loss gives back; one step, or none.

    An allowance that is kept (``ledger.keep_allowance``) changes by what is expected now and stood
    there before: what was confirmed or paid since is released.

    Raises ``ReskontraError`` RK895 when the company has no percentages.
    """
    percents = preferences.ledger.expected_losses
    if not percents:
        raise ReskontraError.of(
            "RK895",
            "ledger.expected_losses has no percentages, so no loss is expected of anything",
            help="for example `expected_losses: {1-30: 1.00, 31-60: 5.00}` in ledger.yaml",
        )
    buckets = _net_by_bucket(reader, on, preferences)
    lost = {
        bucket: share(buckets[bucket], part, RATE_ONE)
        for bucket, part in percents.items()
        if buckets.get(bucket, 0) > 0
    }
    kept = preferences.ledger.keep_allowance
    standing = _allowance(reader, on) if kept else 0
    change = sum(lost.values()) - standing
    if not change:
        return []
    currency, accounts = preferences.company.currency, preferences.accounts
    told = ", ".join(
        f"{percent(percents[bucket])} % of {exact(held, currency)} {currency} ({bucket})"
        for bucket, held in buckets.items()
        if bucket in lost
    )
    if standing:
        told = f"{told or 'nothing'}; {exact(standing, currency)} {currency} is provided for"
    allowance = accounts.account("ar_allowance")
    moves = [
        Move(accounts.account("loss_expected"), "loss_expected", change, change),
        Move(allowance, "ar_allowance", -change, -change),
    ]
    booked, back = _and_back(reader.company, on, "Expected credit losses", currency, moves)
    vouchers = (booked,) if kept else (booked, back)
    facts = {"expected": lost}
    return [PlannedStep(f"account:{allowance}", told, vouchers=vouchers, facts=facts)]


def _allowance(reader: Reader, on: str) -> int:
    """What is provided for at the end of a day, minor units of the base currency."""
    entries = reader.frame(JournalEntry, ("id", "entry_date")).filter(pl.col("entry_date") <= on)
    lines = reader.frame(JournalLine, ("entry_id", "base_amount"), role=VALUATION)
    until = lines.join(entries, left_on="entry_id", right_on="id", how="semi")
    return -int(until["base_amount"].sum())


def _balances(reader: Reader, on: str, *keys: str) -> pl.DataFrame:
    """Signed open amounts at the end of a day by ``keys``: these, amount, base_amount Int64."""
    items = signed(with_base(reader, reader.item_frame(on)))
    return (
        items.group_by(*keys)
        .agg(
            (pl.col("sign") * pl.col("open_amount")).sum().alias("amount"),
            (pl.col("sign") * pl.col("open_base")).sum().alias("base_amount"),
        )
        .sort(*keys)
    )


def _net_by_bucket(reader: Reader, on: str, preferences: Preferences) -> dict[str, int]:
    """What customers owe without VAT by bucket of ageing, minor units of the base currency.

    A credit lowers what its own customer owes in the same bucket, and nothing else. Documents from
    another system do not tell their VAT: it is taken at the company's default rate.
    """
    items = with_base(reader, reader.item_frame(on))
    told = reader.frame(DocumentVat, ("document_id", "vat")).group_by("document_id").agg(
        pl.col("vat").sum()
    )  # fmt: skip
    rate = preferences.vat.code(preferences.vat.default).rate
    base = pl.col("open_base")
    usual = pl.when(pl.col("kind").is_in(_WITH_VAT)).then(
        share_of(base, pl.lit(rate), pl.lit(RATE_ONE + rate))
    )
    vat = pl.coalesce(share_of(base, pl.col("vat"), pl.col("amount")), usual, pl.lit(0))
    dated = aged(
        items.join(told, on="document_id", how="left").with_columns((base - vat).alias("net")),
        on=on, ageing=preferences.ledger.ageing, calendar=preferences.terms.calendar_of(),
    )  # fmt: skip
    owed = dated.group_by("customer_id", "bucket").agg(
        (pl.col("sign") * pl.col("net")).sum().clip(0).alias("owed")
    )
    sums = owed.group_by("bucket").agg(pl.col("owed").sum()).sort("bucket")
    return dict(sums.select(pl.col("bucket").cast(pl.String), "owed").iter_rows())


def _and_back(
    company: str, on: str, text: str, currency: str, moves: Sequence[Move]
) -> tuple[Voucher, Voucher]:
    """A voucher on the last day of a month, and its opposite on the day after."""
    after = (date.fromisoformat(on) + timedelta(days=1)).isoformat()
    back = [move._replace(amount=-move.amount, base_amount=-move.base_amount) for move in moves]
    return (
        voucher(company, on=on, text=text, currency=currency, moves=moves),
        voucher(company, on=after, text=f"{text}, reversed", currency=currency, moves=back),
    )

"""From proposals and decisions to planned lines: who gets the money, and the voucher that says so.

Nothing here chooses an outcome: rules did, or a person. What cannot be booked as decided is
``blocked`` in the plan, with the reason, so that applying a plan never fails half-way. All of it
works on columns, every line at once; only lines that compete for a document are looked at in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter

import polars as pl

from reskontra.engine.matching.prepare import in_order
from reskontra.engine.matching.proposals import Proposals
from reskontra.engine.plan.columns import (
    ALLOCATION,
    AMOUNTS,
    POSTING,
    TEXTS,
    WHY_TEXTS,
    Columns,
    as_paid,
    open_after,
    record_texts,
)
from reskontra.engine.plan.details import details
from reskontra.engine.plan.exchange import (
    Exchange,
    difference_roles,
    in_base_currency,
    line_worth,
    with_base_amounts,
)
from reskontra.engine.plan.model import BOOKED_OUTCOMES, Allocation, PlannedLine, Posting, is_booked
from reskontra.engine.plan.postings import (
    Granting,
    balances,
    cash_entry_moves,
    merged,
    settlement_moves,
)
from reskontra.engine.plan.settling import WriteOffRoom, settle, write_off_room
from reskontra.engine.preferences import Preferences

SUBLEDGER_ROLES = ("ar_trade", "unidentified_receipts")
"""Roles whose accounts equal the sum of documents, with that of a surplus: nothing is booked there
without one."""

ASKED = (
    "n", "line", "booking_date", "amount", "currency", "cash_account", "outcome", "treat",
    "customer", "account", "role", "rest_written_off", "paid", "paid_currency",
)  # fmt: skip
"""What is to be booked: the part of a planned line that its postings follow from."""


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What planning reads; frames as in ``ports.Reader`` and ``matching.proposals``."""

    lines: pl.DataFrame
    proposals: Proposals
    decisions: pl.DataFrame
    """line_id Int64; outcome, treat, role, account, customer, rule, rule_at, because String."""
    items: pl.DataFrame
    customers: pl.DataFrame
    """id Int64, number String, write_off Boolean, write_off_limit Int64."""
    written_off: Mapping[int, int]
    """Document id -> minor units written off by earlier runs."""
    granting: Granting
    closed: Mapping[str, str] = field(default_factory=dict)
    """Closed period (``2026-11``) -> why nothing is booked there."""
    exchange: Exchange = field(default_factory=Exchange)


def planned_lines(inputs: PlanInputs, preferences: Preferences) -> tuple[pl.Series, Columns]:
    """One planned line per bank line, as texts and as columns, in the order in which matching dealt
    out the documents: by booking date and content, so that neither the plan nor the books depend on
    the order of imports.
    """
    rows = _rows(inputs)
    columns = _booked(inputs, rows, preferences)
    why = rows.select("line", *WHY_TEXTS).join(
        details(inputs.proposals, inputs.items, inputs.customers),
        left_on="line", right_on="line_id", maintain_order="left",
    )  # fmt: skip
    return record_texts(columns, why.drop("line")), columns


def planned_columns(inputs: PlanInputs, preferences: Preferences) -> Columns:
    """As ``planned_lines``, without the texts: quicker where nobody reads the reasons."""
    return _booked(inputs, _rows(inputs), preferences)


def _booked(inputs: PlanInputs, rows: pl.DataFrame, preferences: Preferences) -> Columns:
    base = preferences.company.currency
    room = write_off_room(inputs.customers, inputs.written_off, preferences)
    open_amounts = inputs.items.select("document_id", "open_amount")
    proposed, asked = _proposed(inputs, rows), rows.select(ASKED)
    done = booked(
        asked, proposed, room, preferences, granting=inputs.granting, exchange=inputs.exchange,
        open_amounts=open_amounts, closed=inputs.closed,
    )  # fmt: skip
    settled = done.lines.drop("n")
    lines = pl.concat(
        [rows.drop(settled.columns, strict=False), settled], how="horizontal"
    ).with_columns(pl.col("several_customers") & (pl.col("currency") == base))
    return Columns(
        lines.select("n", *TEXTS, *AMOUNTS, "several_customers"), done.allocations, done.postings
    )


def _rows(inputs: PlanInputs) -> pl.DataFrame:
    """One row per bank line with all that its planned line says, in the order of the plan."""
    facts = inputs.proposals.facts.select(
        "line_id", "reference", "tier", pl.col("relevance").fill_null(0),
        pl.col("lead").fill_null(0), pl.col("several_customers").fill_null(value=False),
        known_customer="customer",
    )  # fmt: skip
    decisions = inputs.decisions.select(
        "line_id", "outcome", "treat", "role", "account", "customer", "rule", "rule_at", "because"
    )
    texts = ("reference", "tier", "treat", "role", "account", "rule", "rule_at", "because")
    rows = (
        in_order(inputs.lines)
        .rename({"id": "line", "payer_name": "payer"})
        .join(facts, left_on="line", right_on="line_id", maintain_order="left")
        .join(decisions, left_on="line", right_on="line_id", maintain_order="left")
        .with_columns(
            *(pl.col(name).fill_null("") for name in texts),
            n=pl.int_range(pl.len(), dtype=pl.Int64),
            customer=pl.when(pl.col("customer") != "")
            .then("customer")
            .otherwise(pl.col("known_customer").fill_null("")),
            runner_up=pl.max_horizontal(pl.col("relevance") - pl.col("lead"), 0),
            rest_written_off=pl.lit(value=False),
            paid=pl.lit(0, pl.Int64),
            paid_currency=pl.lit(""),
        )
    )  # fmt: skip
    assert rows.height == inputs.lines.height, "every line has facts and a decision"
    return rows


def _proposed(inputs: PlanInputs, rows: pl.DataFrame) -> pl.DataFrame:
    """Proposed allocations, with what a person reads: numbers instead of ids."""
    documents = inputs.items.select("document_id", "number", "kind", "account")
    customers = inputs.customers.select(customer_id="id", customer="number")
    return (
        inputs.proposals.allocations.join(rows.select("n", line_id="line"), on="line_id")
        .join(documents, on="document_id", how="left")
        .join(customers, on="customer_id", how="left")
        .sort("n", "ordinal")
        .select(
            "n", pl.int_range(pl.len(), dtype=pl.Int64).over("n").alias("at"),
            pl.col("document_id").alias("document"), "number", "kind",
            pl.col("customer").fill_null(""), "account", "sign",
            pl.col("open_before").alias("before"), pl.col("wanted").alias("paid"), "discount",
            pl.lit(0, pl.Int64).alias("write_off"),
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Booked:
    """What booking settles of planned lines, in their order."""

    lines: pl.DataFrame
    """n, customer, account, role, unapplied, written_off, blocked."""
    allocations: pl.DataFrame
    postings: pl.DataFrame


def booked(
    asked: pl.DataFrame,
    proposed: pl.DataFrame,
    room: WriteOffRoom,
    preferences: Preferences,
    *,
    granting: Granting,
    exchange: Exchange,
    open_amounts: pl.DataFrame | None = None,
    closed: Mapping[str, str] | None = None,
) -> Booked:
    """Work out allocations and postings of decided lines; what cannot be booked is ``blocked``.

    ``asked``: ``ASKED``; ``proposed``: n, at, ``ALLOCATION``; ``open_amounts``: document_id,
    open_amount before the first line, where lines compete; ``closed`` as in ``PlanInputs``.
    """
    roles, base = preferences.accounts.roles, preferences.company.currency
    if preferences.ledger.vat_on_discount.mechanism == "credit_note":
        proposed = proposed.with_columns(discount=pl.lit(0, pl.Int64))
    banks = {cash.id: cash.account for cash in preferences.cash_accounts}
    firsts = proposed.filter(pl.col("at") == 0).select("n", payer="customer")
    lines = (
        as_paid(asked)
        .join(firsts, on="n", how="left", maintain_order="left")
        .with_columns(
            line_worth(asked, exchange, base).alias("worth"),
            bank=pl.col("cash_account").replace_strict(banks, default=None),
        )
        .pipe(_placed, roles, preferences.differences.surplus_role)
        .with_columns(blocked=_unbookable(preferences, closed or {}))
    )
    free = lines.filter(pl.col("blocked").is_null())
    applied = free.filter(pl.col("outcome") == "apply")
    settled = settle(applied, proposed.join(applied.select("n"), on="n", how="semi"), room)
    lines = lines.join(settled.lines, on="n", how="left", maintain_order="left").with_columns(
        unapplied=pl.when(pl.col("outcome") == "open_payment").then("amount")
        .otherwise(pl.col("unapplied").fill_null(0)),
        written_off=pl.col("written_off").fill_null(0),
        blocked=pl.coalesce("blocked", pl.when(pl.col("refused") != "").then("refused")),
    )  # fmt: skip
    differences = difference_roles(
        lines.filter(pl.col("blocked").is_null()), settled.allocations, exchange, base
    )
    accountless = _accountless(lines, settled.allocations, differences, roles, granting)
    lines = lines.with_columns(blocked=pl.coalesce("blocked", accountless, pl.lit("")))
    if open_amounts is not None:
        late = _out_of_turn(lines, settled.allocations, open_amounts)
        told = pl.col("n").replace_strict(late, default=None, return_dtype=pl.String)
        lines = lines.with_columns(blocked=pl.coalesce(told, "blocked"))
    return _posted(lines, settled.allocations, roles, granting, exchange, base)


def _placed(lines: pl.DataFrame, roles: Mapping[str, str], surplus: str) -> pl.DataFrame:
    """Customer, role and account of what stays unapplied, or of the other side of a cash entry."""
    outcome = pl.col("outcome")
    customer = (
        pl.when((outcome == "apply") & (pl.col("customer") == ""))
        .then(pl.col("payer").fill_null(""))
        .otherwise("customer")
    )
    role = (
        pl.when(outcome == "apply").then(pl.lit(surplus))
        .when((outcome == "open_payment") & (customer != "")).then(pl.lit(surplus))
        .when(outcome == "open_payment").then(pl.lit("unidentified_receipts"))
        .otherwise("role")
    )  # fmt: skip
    of_role = role.replace_strict(dict(roles), default=None, return_dtype=pl.String)
    account = (
        pl.when(outcome.is_in(["apply", "open_payment"])).then(of_role)
        .when((outcome == "cash_entry") & (pl.col("account") == "")).then(of_role)
        .otherwise("account")
    )  # fmt: skip
    asked = lines.select("n", asked_customer="customer", asked_account="account", asked_role="role")
    return lines.with_columns(customer=customer, role=role, account=account).join(
        asked, on="n", maintain_order="left"
    )


def _unbookable(preferences: Preferences, closed: Mapping[str, str]) -> pl.Expr:
    """Why a line cannot be booked whatever it settles; null = it can."""
    roles = preferences.accounts.roles
    receipt = pl.col("outcome").is_in(["apply", "open_payment"])
    subledger = (preferences.differences.surplus_role, *SUBLEDGER_ROLES)
    held = {roles[role]: role for role in subledger if role in roles}
    holder = pl.col("account").replace_strict(held, default=None, return_dtype=pl.String)
    too_late = pl.col("booking_date").str.head(7).replace_strict(
        closed, default=None, return_dtype=pl.String
    )  # fmt: skip
    return (
        pl.when(receipt & (pl.col("amount") <= 0))
        .then(pl.lit("RK725 only money that came in can be applied to documents"))
        .when(pl.col("outcome").is_in(BOOKED_OUTCOMES) & pl.col("worth").is_null())
        .then(pl.format("RK721 there is no spot rate of {} for {}: not booked", "currency",
                        "booking_date"))
        .when(pl.col("outcome").is_in(BOOKED_OUTCOMES) & too_late.is_not_null()).then(too_late)
        .when((pl.col("outcome") == "apply") & pl.col("payer").is_null())
        .then(pl.lit("RK727 nothing is proposed that this payment could be applied to"))
        .when((pl.col("outcome") == "cash_entry") & holder.is_not_null())
        .then(
            pl.format(
                "RK729 account {} ({}) holds the customers' documents: a cash entry there would "
                "belong to none", "account", holder,
            )
        )
    )  # fmt: skip


def _accountless(
    lines: pl.DataFrame, allocations: pl.DataFrame, differences: pl.DataFrame,
    roles: Mapping[str, str], granting: Granting,
) -> pl.Series:  # fmt: skip
    """Which role a line needs that the company has no account for; null = none."""
    exchange = differences.filter(~pl.col("role").is_in(list(roles))).rename({"role": "exchange"})
    of_role = ~pl.col("document").is_in(list(granting.accounts))
    sums = allocations.group_by("n").agg(
        pl.col("discount").filter(of_role).sum(), pl.col("write_off").sum()
    )
    needs = lines.join(sums, on="n", how="left", maintain_order="left").join(
        exchange, on="n", how="left", maintain_order="left"
    )
    rounding = (pl.col("written_off") > 0) | (pl.col("write_off") > 0)
    missing = (
        pl.when(~pl.col("outcome").is_in(BOOKED_OUTCOMES)).then(None)
        .when(pl.col("account").is_null()).then("role")
        .when(pl.col("bank").is_null()).then("cash_account")
        .when((pl.col("discount") > 0) & pl.lit("cash_discount" not in roles))
        .then(pl.lit("cash_discount"))
        .when(rounding & pl.lit("rounding" not in roles)).then(pl.lit("rounding"))
        .otherwise("exchange")
    )  # fmt: skip
    told = pl.format("RK726 the company has no account for role '{}'", missing)
    return needs.select(told=pl.when(missing.is_not_null()).then(told)).to_series()


_RK728 = "RK728 another payment of this plan leaves {} otherwise than was proposed"


def _out_of_turn(
    lines: pl.DataFrame, allocations: pl.DataFrame, open_amounts: pl.DataFrame
) -> dict[int, str]:
    """Lines that an earlier one left other open amounts than were proposed, and what to say.

    Matching deals out documents before rules decide: what is written off, or not booked after all,
    changes what the next payment of the same document finds. That payment waits for the next run.
    """
    free = lines.filter(pl.col("blocked") == "").select("n")
    rows = allocations.join(free, on="n", how="semi").join(
        open_amounts, left_on="document", right_on="document_id", how="left"
    )
    contested = (pl.len().over("document") > 1) | (
        pl.col("before") != pl.col("open_amount").fill_null(0)
    )
    documents = rows.filter(contested).select("document").unique()
    left: dict[int, int] = {}
    late: dict[int, str] = {}
    touched = rows.join(documents, on="document", how="semi").sort("n", "at").select(
        "n", "document", "number", "before", open_after().alias("after"),
        pl.col("open_amount").fill_null(0),
    )  # fmt: skip
    for n, own in groupby(touched.iter_rows(), key=itemgetter(0)):
        taken = {}
        for _, document, number, before, rest, opened in own:
            if left.get(document, opened) != before:
                late[n] = _RK728.format(number)
                break
            taken[document] = rest
        else:
            left |= taken
    return late


def _posted(
    lines: pl.DataFrame, allocations: pl.DataFrame, roles: Mapping[str, str],
    granting: Granting, exchange: Exchange, base: str,
) -> Booked:  # fmt: skip
    """Vouchers of the lines that can be booked; the others keep nothing of it."""
    free = pl.col("blocked") == ""
    receipts = lines.filter(free & pl.col("outcome").is_in(["apply", "open_payment"]))
    entries = lines.filter(free & (pl.col("outcome") == "cash_entry"))
    kept = allocations.join(receipts.select("n"), on="n", how="semi", maintain_order="left")
    moves = pl.concat(
        [settlement_moves(receipts, kept, roles, granting), cash_entry_moves(entries)]
    )
    foreign = pl.col("currency") != base
    in_base = moves.clear()
    if lines.select(foreign.any()).item():
        paid, uses = receipts.filter(foreign), kept.join(lines.filter(foreign), on="n", how="semi")
        paid, uses = in_base_currency(paid, uses, exchange)
        spent = entries.filter(foreign).with_columns(amount="worth")
        in_base = pl.concat(
            [settlement_moves(paid, uses, roles, granting), cash_entry_moves(spent)]
        )
    postings = with_base_amounts(merged(moves), in_base, roles, base)
    assert balances(postings), "a voucher must balance"
    told = lines.select(
        "n",
        *(
            pl.when(is_booked()).then(name).otherwise(f"asked_{name}").alias(name)
            for name in ("customer", "account", "role")
        ),
        *(
            pl.when(free).then(name).otherwise(0).alias(name)
            for name in ("unapplied", "written_off")
        ),
        "blocked",
    )
    return Booked(told, kept.select("n", "at", *ALLOCATION), postings.select("n", *POSTING))


def book(
    line: PlannedLine,
    proposed: Sequence[Allocation],
    *,
    room: WriteOffRoom,
    preferences: Preferences,
    granting: Granting | None = None,
    exchange: Exchange | None = None,
    rest_written_off: bool = False,
) -> PlannedLine:
    """Work out allocations and postings of one decided line; ``rest_written_off`` as in
    ``settling.settle``.
    """
    values = line.record() | {"n": 0, "rest_written_off": rest_written_off}
    asked = pl.DataFrame([{name: values[name] for name in ASKED}])
    rows = [
        {"n": 0, "at": at} | {name: getattr(a, name) for name in ALLOCATION}
        for at, a in enumerate(proposed)
    ]
    schema: dict[str, type[pl.DataType]] = {"n": pl.Int64, "at": pl.Int64, **ALLOCATION}
    proposal = pl.DataFrame(rows, schema=schema)
    done = booked(
        asked,
        proposal,
        room,
        preferences,
        granting=granting or Granting(),
        exchange=exchange or Exchange(),
    )
    return replace(
        line,
        allocations=tuple(Allocation(*row) for row in done.allocations.select(*ALLOCATION).rows()),
        postings=tuple(Posting(**row) for row in done.postings.select(*POSTING).rows(named=True)),
        **done.lines.drop("n").row(0, named=True),
    )

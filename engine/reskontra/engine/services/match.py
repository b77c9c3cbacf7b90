"""Match: make a plan for every undecided bank line, and book nothing.

Reads a snapshot, proposes with evidence, lets the rules decide, works out the money. The as-of
date is given or is the newest
imported booking date: never the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import polars as pl

from reskontra.engine.ledger.periods import closed_periods, not_booked, period_states
from reskontra.engine.ledger.records import (
    Application,
    Audit,
    BankLine,
    BankLineState,
    Customer,
    CustomerAlias,
    Document,
    Run,
)
from reskontra.engine.matching.proposals import MatchingInputs, Proposals
from reskontra.engine.matching.propose import Settled, guessed, reported, settled
from reskontra.engine.plan.build import PlanInputs, planned_columns, planned_lines
from reskontra.engine.plan.columns import Columns
from reskontra.engine.plan.exchange import Exchange
from reskontra.engine.plan.model import Basis, Plan
from reskontra.engine.plan.postings import Granting
from reskontra.engine.ports import Books, Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.access import NO_DOCUMENTS, accounts_of, with_documents
from reskontra.engine.services.discounts import granting_of
from reskontra.engine.services.exchange import exchange_of
from reskontra.engine.services.setting import Setting
from reskontra.engine.services.track_record import track_record

UNDECIDED = ("new", "review")
"""States of the bank lines that a run looks at; what is held waits for a person."""
HANDLED = ("booked", "hold", "hidden", "taken_back")
SET_ASIDE = ("taken_back", "hold")
"""States in which a bank line waits for a person and no run looks at it."""


class SetAside(NamedTuple):
    """Bank lines that wait outside every plan: undecided money that a run does not show."""

    state: str
    """``taken_back`` | ``hold``."""
    run: int
    """The run whose undo took them back; 0 = held."""
    currency: str
    payments: int
    amount: int
    """Minor units."""


def match(books: Books, setting: Setting, *, as_of: str = "") -> Plan:
    """The plan for all undecided lines booked up to ``as_of`` (ISO date; empty = no limit)."""
    with books.read() as reader:
        records, columns = decide(prepare(reader, setting.preferences, as_of), setting)
        basis = basis_of(reader, setting, kind="match", as_of=as_of or reader.newest_booking())
    return Plan(basis, records, setting.texts, columns)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Undecided lines with what the kernel proposes for them; rules have not been asked."""

    lines: pl.DataFrame
    inputs: MatchingInputs
    settled: Settled
    proposals: Proposals
    facts: pl.DataFrame
    """As rules read them."""
    written_off: dict[int, int]
    closed: dict[str, str]
    """As ``PlanInputs.closed``."""
    granting: Granting
    """Of documents with a proposed cash discount."""
    exchange: Exchange


def prepare(
    reader: Reader, preferences: Preferences, as_of: str, *, guesses: bool = True
) -> Prepared:
    """Propose for every undecided line booked up to ``as_of``; ``guesses`` are for people."""
    lines = undecided_lines(reader, as_of)
    inputs = matching_inputs(reader, lines, preferences)
    done = settled(inputs)
    return _prepared(reader, preferences, inputs, guessed(done) if guesses else done)


def prepare_again(reader: Reader, prepared: Prepared, preferences: Preferences) -> Prepared:
    """As ``prepare``, under preferences with the same references that ``settle_alike``."""
    inputs = replace(prepared.inputs, **_judged_by(reader, preferences))
    return _prepared(reader, preferences, inputs, prepared.settled)


def with_guesses(prepared: Prepared) -> Prepared:
    """What was prepared without guesses, with them."""
    inputs, done = prepared.inputs, guessed(prepared.settled)
    proposals = reported(inputs, done)
    facts = readable_facts(proposals, inputs.items)
    return replace(prepared, settled=done, proposals=proposals, facts=facts)


def _prepared(
    reader: Reader, preferences: Preferences, inputs: MatchingInputs, done: Settled
) -> Prepared:
    days = inputs.lines["booking_date"].unique()
    proposals = reported(inputs, done)
    granted = proposals.allocations.filter(pl.col("discount") > 0)["document_id"]
    return Prepared(
        inputs.lines,
        inputs,
        done,
        proposals,
        readable_facts(proposals, inputs.items),
        written_off_earlier(reader),
        not_booked(closed_periods(days, period_states(reader))),
        granting_of(reader, granted.unique().sort().to_list(), preferences),
        _exchange(reader, inputs, proposals, preferences.company.currency),
    )


def _exchange(reader: Reader, inputs: MatchingInputs, proposals: Proposals, base: str) -> Exchange:
    foreign = inputs.lines.filter(pl.col("currency") != base).select(
        "currency", "booking_date", "id"
    )
    own = foreign.select(line_id="id")
    proposed = proposals.allocations.join(own, on="line_id", how="semi")
    days = foreign.select("currency", "booking_date").unique()
    return exchange_of(reader, days.iter_rows(), proposed["document_id"], base)


def decide(prepared: Prepared, setting: Setting) -> tuple[pl.Series, Columns]:
    """What the rules make of it: the record of every line, and the plan in columns."""
    return planned_lines(_decided(prepared, setting), setting.preferences)


def decide_in_columns(prepared: Prepared, setting: Setting) -> Columns:
    """As ``decide``, without the records."""
    return planned_columns(_decided(prepared, setting), setting.preferences)


def _decided(prepared: Prepared, setting: Setting) -> PlanInputs:
    proposals, inputs = prepared.proposals, prepared.inputs
    return PlanInputs(
        lines=prepared.lines,
        proposals=proposals,
        decisions=setting.decider.decide(prepared.facts),
        items=inputs.items,
        customers=inputs.customers,
        written_off=prepared.written_off,
        closed=prepared.closed,
        granting=prepared.granting,
        exchange=prepared.exchange,
    )


def readable_facts(proposals: Proposals, items: pl.DataFrame) -> pl.DataFrame:
    """The facts as rules read them: with the numbers of the proposed documents, nothing decided."""
    numbers = (
        proposals.allocations.join(items.select("document_id", "number"), on="document_id")
        .sort("line_id", "ordinal")
        .group_by("line_id", maintain_order=True)
        .agg(pl.col("number").str.join(", ").alias("document"))
    )
    undecided = (pl.lit(None, pl.String).alias(name) for name in ("outcome", "tag"))
    return proposals.facts.join(
        numbers, on="line_id", how="left", maintain_order="left"
    ).with_columns(*undecided)


def undecided_lines(reader: Reader, as_of: str) -> pl.DataFrame:
    """Bank lines that nobody decided yet."""
    lines = reader.line_frame(UNDECIDED)
    return lines.filter(pl.col("booking_date") <= as_of) if as_of else lines


def set_aside(reader: Reader) -> tuple[SetAside, ...]:
    """What waits outside the plan, by state, run and currency."""
    undone = {run.id: run.reverses_id for run in reader.records(Run, kind="undo")}
    states = {s.bank_line_id: s for s in reader.records(BankLineState, state=list(SET_ASIDE))}
    sums: dict[tuple[str, int, str], tuple[int, int]] = {}
    lines = reader.line_frame(SET_ASIDE).select("id", "currency", "amount")
    for line, currency, amount in lines.iter_rows():
        state = states[line]
        run = undone.get(state.run_id or 0) if state.state == "taken_back" else 0
        key = (state.state, run or 0, currency)
        payments, total = sums.get(key, (0, 0))
        sums[key] = (payments + 1, total + amount)
    return tuple(SetAside(*key, *sums[key]) for key in sorted(sums, reverse=True))


def basis_of(reader: Reader, setting: Setting, *, kind: str, as_of: str) -> Basis:
    """What the plan stands on."""
    return Basis(
        kind=kind,
        company=reader.company,
        revision=reader.revision(),
        pack_hash=setting.pack_hash,
        as_of=as_of,
        engine_version=setting.engine_version,
        overrides=tuple(setting.overrides),
        audit_id=reader.last_id(Audit),
    )


def matching_inputs(
    reader: Reader, lines: pl.DataFrame, preferences: Preferences
) -> MatchingInputs:
    """The frames that the kernel works on."""
    customers = reader.frame(
        Customer, ("id", "number", "name", "parent_id", "write_off", "write_off_limit", "status")
    )
    inputs = MatchingInputs(
        lines=lines,
        customers=customers,
        accounts=accounts_of(reader, lines),
        aliases=reader.frame(CustomerAlias, ("customer_id", "alias")),
        history=_history(reader, lines, preferences),
        schemes=preferences.references,
        **NO_DOCUMENTS,
        **_judged_by(reader, preferences),
    )
    return with_documents(reader, inputs)


def _judged_by(reader: Reader, preferences: Preferences) -> dict[str, Any]:
    """Of ``MatchingInputs``: what is asked of proposals, and the preferences of the passes."""
    accounts = (identifier for cash in preferences.cash_accounts for identifier in cash.identifiers)
    measured = "measured" in preferences.matching.auto.tiers
    return {
        "own_accounts": tuple(accounts),
        "preferences": preferences.matching,
        "differences": preferences.differences,
        "record": track_record(reader) if measured else {},
    }


def _history(reader: Reader, lines: pl.DataFrame, preferences: Preferences) -> pl.DataFrame:
    """Lines handled earlier, inside the window in which the same payment again is a duplicate."""
    if not lines.height:
        return lines
    first = date.fromisoformat(str(lines["booking_date"].min()))
    start = first - timedelta(days=preferences.matching.duplicate_days)
    return reader.line_frame(HANDLED, start.isoformat())


def written_off_earlier(reader: Reader) -> dict[int, int]:
    """Document id -> minor units written off on it so far (reversals deducted)."""
    write_offs = reader.frame(Document, ("id",), kind="small_balance_write_off")
    if not write_offs.height:
        return {}
    used = reader.frame(Application, ("target_id", "amount"), source_id=write_offs["id"].to_list())
    sums = used.group_by("target_id").agg(pl.col("amount").sum()).sort("target_id")
    return {target: amount for target, amount in sums.iter_rows() if amount}


def bank_line(reader: Reader, line_id: int) -> BankLine | None:
    """One bank line by id."""
    return next(iter(reader.records(BankLine, id=line_id)), None)

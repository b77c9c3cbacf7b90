"""Judges a stored decision from its record and the texts kept with its run, independently.

Shares with what decides only the reader of the language: conditions are evaluated here one fact at
a time, in three values, since a record leaves out what is false or missing. So a record that was
tampered with, and a decider that is wrong, are both found.
"""

from __future__ import annotations

import json
import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.records import BankLine, Decision, Run
from reskontra.engine.money import exponent
from reskontra.engine.plan.model import PlannedLine
from reskontra.engine.ports import Reader
from reskontra.engine.services.replay import kept_texts
from reskontra.rules.facts import FIELDS
from reskontra.rules.language import All, Any_, Atom, Condition, Not, Pack, Param, Rule, parts_of
from reskontra.rules.reading import read_packs

BOOKED = ("apply", "open_payment", "cash_entry")
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt,
    "lte": operator.le,
}  # fmt: skip
_FACTS_OF_LINE = {
    "text": "text", "payer_name": "payer", "currency": "currency", "amount": "amount",
    "cash_account": "cash_account", "booking_date": "booking_date", "reference": "reference",
    "tier": "tier", "relevance": "relevance", "several_customers": "several_customers",
}  # fmt: skip
"""Facts that a record holds under the names of the line."""


def verify(reader: Reader, runs: Iterable[Run]) -> Iterator[Problem]:
    """RK749 for every decision of ``runs`` that does not follow from its record and its texts."""
    known: dict[str, Verifier] = {}
    for run in runs:
        if run.pack_hash not in known:
            known[run.pack_hash] = Verifier.of_texts(kept_texts(reader, run))
        decisions = tuple(reader.records(Decision, run_id=run.id))
        lines = bank_lines(reader, decisions)
        for decision in decisions:
            record = read_record(decision)
            if record is None:
                yield from does_not_hold(decision, [UNREADABLE])
                continue
            yield from does_not_hold(decision, judge_head(decision, record, lines))
            yield from does_not_hold(decision, known[run.pack_hash].judge(record))


def does_not_hold(decision: Decision, words: Iterable[str]) -> Iterator[Problem]:
    """RK749 for each thing that is wrong with a decision."""
    for word in words:
        yield Problem(
            "RK749",
            f"run:{decision.run_id} line:{decision.bank_line_id}: {word}",
            help=f"`reskontra explain line:{decision.bank_line_id}` shows the record",
        )


UNREADABLE = "its record cannot be read"


def read_record(decision: Decision) -> dict[str, Any] | None:
    """The record of a decision; ``None`` when it has not the form of one."""
    try:
        PlannedLine.from_text(decision.record)
    except (ValueError, TypeError, KeyError):
        return None
    record: dict[str, Any] = json.loads(decision.record)
    return record


def bank_lines(reader: Reader, decisions: Iterable[Decision]) -> dict[int, BankLine]:
    """The lines that decisions are about, by id."""
    wanted = sorted({decision.bank_line_id for decision in decisions})
    return {line.id: line for line in reader.records(BankLine, id=wanted)}


def judge_head(
    decision: Decision, record: Mapping[str, Any], lines: Mapping[int, BankLine]
) -> Iterator[str]:
    """The row of a decision repeats its record, and the record repeats what the bank said."""
    line = lines[decision.bank_line_id]
    for row, whose, names in (
        (decision, "the row of the decision", ("outcome", "tier", "rule", "relevance")),
        (line, "the bank", ("source_id", "cash_account", "booking_date", "amount", "currency")),
    ):
        for name in names:
            if getattr(row, name) != record[name]:
                yield f"{whose} says {name} {getattr(row, name)}, the record {record[name]}"


@dataclass(frozen=True, slots=True)
class Verifier:
    """The texts behind one pack hash, ready to judge the decisions made under it."""

    packs: tuple[Pack, ...]
    """The company's own first."""
    limits: Mapping[str, Decimal]
    """Largest write-off on one document by currency; empty = nothing is written off."""
    preferences: Mapping[str, Any]
    """Values of parameters that no company's pack sets."""
    bank_accounts: Mapping[str, str]
    """Ledger account by cash account."""
    excludes: bool
    """``matching.missing: exclude``: a factor without input weighs nothing."""

    @classmethod
    def of_texts(cls, texts: Mapping[str, str]) -> Verifier:
        """From what the books keep; raises ``ReskontraError`` when a rule is not readable."""
        files = sorted(
            (file for file in texts.items() if file[0] != "configuration"),
            key=lambda file: file[0].startswith("packs/"),
        )
        values = json.loads(texts["configuration"])["values"]
        differences, matching = values["differences"], values["matching"]
        limits = differences["write_off_limit"] if differences["write_off"] else {}
        named = {name: differences[name] for name in ("short", "over")} | {
            name: matching[name] for name in ("known_payer", "unknown_payer", "duplicates")
        }
        amounts = {currency: _decimal(amount) for currency, amount in limits.items()}
        cash_accounts = {each["id"]: str(each["account"]) for each in values["cash_accounts"]}
        branches: dict[str, tuple[str, ...]] = {}
        for each in values["cash_accounts"]:
            if branch := each.get("branch"):
                branches[branch] = (*branches.get(branch, ()), each["id"])
        excludes = matching["missing"] == "exclude"
        return cls(tuple(read_packs(files, branches)), amounts, named, cash_accounts, excludes)

    def judge(self, record: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with a decision, in words; nothing = it holds."""
        yield from judge_money(record)
        yield from self._limits(record)
        yield from _relevance(record, excludes=self.excludes)
        yield from self._rules(record)

    def out_of_force(self, record: Mapping[str, Any]) -> Iterator[Rule]:
        """Rules that may have held for the record but for the days on which they are in force."""
        facts = _facts(record) | {"outcome": record["outcome"]}
        for pack in self.packs:
            for rule in pack.rules:
                rest = All(tuple(p for p in parts_of(rule.when) if p not in rule.period))
                in_force = self._holds(All(rule.period), facts, pack)
                if (
                    not rule.disabled
                    and not in_force
                    and self._holds(rest, facts, pack) is not False
                ):
                    yield rule

    def _limits(self, record: Mapping[str, Any]) -> Iterator[str]:
        currency = record["currency"]
        allowed = self.limits.get(currency, Decimal(0))
        written = [a["write_off"] for a in record["allocations"]] + [record["written_off"]]
        most = max(written) * Decimal(1).scaleb(-exponent(currency))
        if most > allowed:
            yield f"{most} {currency} is written off, the limit was {allowed}"

    def _rules(self, record: Mapping[str, Any]) -> Iterator[str]:
        """Each named rule is in the texts, holds for the facts, and leads to the outcome."""
        facts = _facts(record)
        outcome = None
        for name in filter(None, record["rule"].split(" + ")):
            found = self._find(name, facts)
            if found is None:
                yield f"no rule '{name}' was in force"
                continue
            pack, rule = found
            if self._holds(rule.when, facts | {"outcome": outcome}, pack) is False:
                yield f"rule '{name}' does not hold for the facts of the record"
            outcome = outcome or self._value(rule.then.get("outcome"), pack)
            if self._value(rule.then.get("treat"), pack) == "review":
                outcome = "review"
        if (outcome or "review") != record["outcome"]:
            yield f"its rules lead to {outcome or 'review'}, the record says {record['outcome']}"

    def _find(self, name: str, facts: Mapping[str, Any]) -> tuple[Pack, Rule] | None:
        """The rule that won: the strongest that was in force on that day and account."""
        for pack in self.packs:
            for rule in pack.rules:
                if rule.id == name and self._holds(All(rule.scope), facts, pack):
                    return None if rule.disabled else (pack, rule)
        return None

    def _value(self, value: Any, pack: Pack) -> Any:
        """A literal, or what a parameter was set to."""
        if not isinstance(value, Param):
            return value
        stage = [each for each in self.packs if each.stage == pack.stage]
        own = [each.params for each in stage if not each.file.startswith("packs/")]
        shipped = [each.params for each in stage if each.file.startswith("packs/")]
        for params in (*own, self.preferences, *shipped):
            if value.name in params:
                return params[value.name]
        return None

    def _holds(self, condition: Condition, facts: Mapping[str, Any], pack: Pack) -> bool | None:
        """``None`` = the record does not tell."""
        match condition:
            case Atom():
                return self._atom(condition, facts, pack)
            case Not(part=part):
                inner = self._holds(part, facts, pack)
                return None if inner is None else not inner
            case All(parts=parts):
                held = [self._holds(part, facts, pack) for part in parts]
                return False if False in held else None if None in held else True
            case Any_(parts=parts):
                held = [self._holds(part, facts, pack) for part in parts]
                return True if True in held else None if None in held else False

    def _atom(self, atom: Atom, facts: Mapping[str, Any], pack: Pack) -> bool | None:
        fact, kind = facts.get(atom.fact), FIELDS[atom.fact].kind
        if atom.fact == "tag":
            return None
        if kind == "flag" and fact is None:  # false or missing: the record does not keep them apart
            return False if atom.op == "eq" and atom.value else None
        wanted = self._value(atom.value, pack)
        if isinstance(wanted, tuple):
            wanted = tuple(self._value(one, pack) for one in wanted)
        if atom.op == "present":
            return bool((fact not in (None, "")) == wanted)
        if fact is None:
            return False
        if kind == "text":
            return _text(atom.op, str(fact), wanted)
        if kind == "money":
            fact = Decimal(fact).scaleb(-exponent(facts["currency"]))
            wanted = _amounts(wanted, facts["currency"])
        if kind == "date":
            fact = date.fromisoformat(str(fact))
        return _compare(atom.op, fact, wanted)


def _facts(record: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = record["why"]["facts"] | {
        fact: record["why"]["text"] if name == "text" else record[name]
        for fact, name in _FACTS_OF_LINE.items()
    }
    return facts


def _decimal(value: Any) -> Decimal:
    return Decimal(value["decimal"] if isinstance(value, dict) else value)


def _amounts(wanted: Any, currency: str) -> Any:
    """The amount of the currency; of several amounts, each."""
    if isinstance(wanted, tuple):
        return tuple(_amounts(one, currency) for one in wanted)
    return wanted.get(currency) if isinstance(wanted, Mapping) else wanted


def _compare(op: str, fact: Any, wanted: Any) -> bool:
    if op == "in":
        return fact in wanted
    if op == "between":
        return bool(wanted[0] <= fact <= wanted[1])
    return wanted is not None and _ORDER[op](fact, wanted)


def _text(op: str, fact: str, wanted: Any) -> bool:
    if op in {"eq", "in"}:
        return fact == wanted if op == "eq" else fact in wanted
    if op == "matches":
        pattern = unicodedata.normalize("NFC", wanted)
        return re.search(pattern, fact, re.IGNORECASE) is not None
    words = [unicodedata.normalize("NFC", word).casefold() for word in wanted]
    folded = fact.casefold()
    return any(folded.startswith(w) if op == "starts_with" else w in folded for w in words)


def booked(record: Mapping[str, Any]) -> bool:
    """Whether the decision moves money."""
    return record["outcome"] in BOOKED and not record["blocked"]


def judge_money(record: Mapping[str, Any]) -> Iterator[str]:
    """The identities of money; a line that is not booked moves none."""
    allocations, postings = record["allocations"], record["postings"]
    if not booked(record):
        return
    if sum(posting["amount"] for posting in postings):
        yield "its postings do not balance"
    used = sum(a["sign"] * a["paid"] for a in allocations)
    if record["outcome"] != "cash_entry" and (
        used + record["unapplied"] + record["written_off"] != record["amount"]
    ):
        yield "applied, unapplied and written off do not come to the payment"
    for a in allocations:
        if a["before"] < a["paid"] + a["discount"] + a["write_off"]:
            yield f"document {a['number']} would go below zero"


def _relevance(record: Mapping[str, Any], *, excludes: bool) -> Iterator[str]:
    """Contributions follow from weights and scores, and the relevance from contributions."""
    by_document: dict[str, list[Mapping[str, Any]]] = {}
    for row in record["why"]["trace"]:
        by_document.setdefault(row["document"], []).append(row)
    sums = []
    for document, rows in by_document.items():
        total = sum(row["weight"] for row in rows)
        for row in rows:
            if row["contribution"] != row["score"] * row["weight"] // total:
                yield f"the contribution of {row['factor']} to {document} is not score x weight"
        points = sum(row["score"] * row["weight"] for row in rows)
        sums.append(points / total)
        if excludes and points:  # which factors had no input is not told: none of them, or all at 0
            sums.append(points / sum(row["weight"] for row in rows if row["score"]))
    chosen = record["allocations"] and record["tier"] != "manual" and sums
    if chosen and not min(sums) - 1 <= record["relevance"] <= max(sums) + 1:
        yield f"relevance {record['relevance']} is no sum of its contributions"

"""Learn: what people chose again and again, as proposals that a person reads and accepts.

Only choices that stand count. A payer's account or name that always led to the same customer
proposes that account or alias; a kind of line that was always hidden proposes a rule. One contrary
decision, of a person or of a rule, and nothing is proposed: the contradiction is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal, NamedTuple

import polars as pl

from reskontra.engine.bank_file import Account
from reskontra.engine.identifiers import compact_account
from reskontra.engine.imports.customers import merge
from reskontra.engine.ledger.records import (
    BankLine,
    BankLineState,
    Customer,
    CustomerAccount,
    CustomerAlias,
    Decision,
)
from reskontra.engine.masters import CustomerRow
from reskontra.engine.plan.columns import columns_of
from reskontra.engine.ports import Books, Reader
from reskontra.engine.preferences import Company
from reskontra.engine.services.import_masters import masters_of, store_customers
from reskontra.engine.text import account_key_column, name_key

Kind = Literal["account", "alias", "rule"]
Conditions = dict[str, str | dict[str, str | list[str] | bool]]
"""Of a rule: fact to value, or to operator and value."""
HIDE = "hide"
NOBODY = "nobody's open payment"
_STANDS = ("booked", "hidden")


class Seen(NamedTuple):
    """A bank line whose decision stands."""

    line: int
    date: str
    amount: int
    """Signed minor units."""
    currency: str
    direction: str
    bank_code: str
    payer: str
    account: str
    """Compact number of the payer's account."""
    text: str
    by_hand: bool
    choice: str
    """``hide``, the customer's number, or several joined by ``+``."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the company could write down, and the choices it follows from."""

    kind: Kind
    value: str
    """The account, the alias, or what the rule recognises."""
    choice: str
    """Number of the customer, or ``hide``."""
    seen: tuple[Seen, ...]
    """The choices of people; the newest last."""
    when: Conditions
    """The conditions of a rule."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Repeated choices from which nothing follows."""

    kind: Kind
    value: str
    choices: Mapping[str, tuple[int, ...]]
    """Choice to the lines where it was made; no line = it stands in the customers' register."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Proposals and contradictions, each in a stable order."""

    proposals: tuple[Proposal, ...]
    contradictions: tuple[Contradiction, ...]


def learn(reader: Reader, at_least: int) -> Findings:
    """What ``at_least`` equal choices of people propose."""
    customers = {customer.id: customer for customer in reader.records(Customer)}
    numbers = {customer.id: customer.number for customer in customers.values()}
    heads = {each.number: numbers[each.parent_id or each.id] for each in customers.values()}
    standing = _standing(reader)
    found = _Findings(at_least, heads)
    found.add("account", _grouped(standing, lambda seen: seen.account), _accounts(reader, numbers))
    names = _names(reader, numbers)
    told = {seen.line for proposal in found.proposals for seen in proposal.seen}
    unnamed = [seen for seen in standing if seen.line not in told]
    found.add("alias", _grouped(unnamed, lambda seen: name_key(seen.payer)), names)
    found.add("rule", _grouped(standing, _likeness), {})
    return Findings(tuple(found.proposals), tuple(found.contradictions))


def accept(
    books: Books, proposal: Proposal, *, company: Company, actor: str, reason: str, at: str
) -> None:
    """Give the customer the proposed account or alias, origin ``learned``, with an audit record.

    ``at`` is the clock, ISO 8601.
    """
    with books.write() as writer:
        masters = masters_of(writer)
        customer = masters.customers[proposal.choice]
        account = Account(proposal.value, "other")
        row = CustomerRow(
            0, customer.number, customer.name,
            bank_accounts=(account,) if proposal.kind == "account" else (),
            aliases=(proposal.value,) if proposal.kind == "alias" else (),
        )  # fmt: skip
        changes = merge(
            [row], masters, company=company, import_id=customer.import_id, origin="learned"
        )
        store_customers(writer, changes, actor, reason, at)


class _Findings:
    """Judges groups of decisions."""

    def __init__(self, at_least: int, heads: Mapping[str, str]) -> None:
        self._at_least = at_least
        self._heads = heads
        self.proposals: list[Proposal] = []
        self.contradictions: list[Contradiction] = []

    def add(
        self, kind: Kind, groups: Mapping[str, list[Seen]], known: Mapping[str, list[str]]
    ) -> None:
        """``groups``: decisions by what they have in common; ``known``: whose that is already."""
        for key, group in sorted(groups.items()):
            by_hand = tuple(seen for seen in group if seen.by_hand)
            if len(by_hand) < self._at_least:
                continue
            made = _lines_by_choice(group)
            register = dict.fromkeys(known.get(key, []), ())
            chosen, owners = self._payers(made), self._payers(register)
            if chosen <= owners or (kind == "rule") != (HIDE in made):
                continue
            value = _value(kind, by_hand)
            if len(chosen | owners) > 1:
                self.contradictions.append(Contradiction(kind, value, register | made))
            elif chosen != {NOBODY}:
                choice = next(iter(made if len(made) == 1 else chosen))
                when = _conditions(by_hand) if kind == "rule" else {}
                self.proposals.append(Proposal(kind, value, choice, by_hand, when))

    def _payers(self, choices: Iterable[str]) -> set[str]:
        """Payer groups by the number of their head: a parent pays for its branches."""
        return {self._heads.get(each, each) for choice in choices for each in choice.split("+")}


def _standing(reader: Reader) -> list[Seen]:
    """Every bank line whose decision stands, by date and line."""
    states = reader.frame(BankLineState, ("bank_line_id", "decision_id"), state=list(_STANDS))
    decisions = reader.frame(Decision, ("decision_id", "outcome", "tier", "record"))
    stand = states.join(decisions, on="decision_id")
    lines = reader.frame(
        BankLine, ("id", "booking_date", "amount", "currency", "bank_code", "payer_name",
                   "payer_account", "text"),
    )  # fmt: skip
    told = stand.join(_customers(stand["record"]), on="bank_line_id").join(
        lines, left_on="bank_line_id", right_on="id"
    )
    hidden = pl.col("outcome") == HIDE
    rows = told.select(
        "bank_line_id", "booking_date", "amount", "currency",
        pl.when(pl.col("amount") < 0).then(pl.lit("out")).otherwise(pl.lit("in")).alias("d"),
        "bank_code", "payer_name", account_key_column(pl.col("payer_account")), "text",
        pl.col("tier") == "manual",
        pl.when(hidden).then(pl.lit(HIDE)).otherwise("customer").alias("choice"),
    ).sort("booking_date", "bank_line_id")  # fmt: skip
    return [Seen(*row) for row in rows.iter_rows()]


def _customers(records: pl.Series) -> pl.DataFrame:
    """bank_line_id, customer: whom a decision gave the money."""
    columns = columns_of(records)
    settled = columns.allocations.group_by("n").agg(
        pl.col("customer").unique().sort().str.join("+").alias("settled")
    )
    lines = columns.lines.join(settled, on="n", how="left", maintain_order="left")
    named = pl.when(pl.col("customer") != "").then("customer").otherwise(pl.lit(NOBODY))
    return lines.select(bank_line_id="line", customer=pl.coalesce("settled", named))


def _grouped(standing: Iterable[Seen], key: Callable[[Seen], str]) -> dict[str, list[Seen]]:
    groups: dict[str, list[Seen]] = {}
    for seen in standing:
        if common := key(seen):
            groups.setdefault(common, []).append(seen)
    return groups


def _lines_by_choice(group: Iterable[Seen]) -> dict[str, tuple[int, ...]]:
    choices: dict[str, tuple[int, ...]] = {}
    for seen in group:
        choices[seen.choice] = (*choices.get(seen.choice, ()), seen.line)
    return choices


def _accounts(reader: Reader, numbers: Mapping[int, str]) -> dict[str, list[str]]:
    """Compact account to its customers."""
    known: dict[str, list[str]] = {}
    for account in reader.records(CustomerAccount):
        number = compact_account(account.account)[0]
        known.setdefault(number, []).append(numbers[account.customer_id])
    return known


def _names(reader: Reader, numbers: Mapping[int, str]) -> dict[str, list[str]]:
    """Normal form of a name or alias to its customers."""
    known: dict[str, list[str]] = {}
    for customer in reader.records(Customer):
        known.setdefault(name_key(customer.name), []).append(customer.number)
    for alias in reader.records(CustomerAlias):
        known.setdefault(name_key(alias.alias), []).append(numbers[alias.customer_id])
    return known


def _likeness(seen: Seen) -> str:
    """What lines have in common that a rule may treat alike: direction, bank code, and the payer
    or, without one, the first word of the text.
    """
    words = seen.text.split()
    name = seen.payer or (words[0] if words else "")
    return f"{seen.direction}\n{seen.bank_code}\n{name.casefold()}" if name else ""


def _value(kind: Kind, by_hand: Sequence[Seen]) -> str:
    newest = by_hand[-1]
    if kind == "account":
        return newest.account
    return newest.payer or _common_words([seen.text for seen in by_hand])


def _conditions(by_hand: Sequence[Seen]) -> Conditions:
    """The conditions that exactly such lines fulfil."""
    newest = by_hand[-1]
    when: Conditions = {"direction": newest.direction}
    if newest.bank_code:
        when["bank_code"] = newest.bank_code
    spellings = sorted({seen.payer for seen in by_hand})
    if not newest.payer:
        when["payer_name"] = {"present": False}
        when["text"] = {"starts_with": _common_words([seen.text for seen in by_hand])}
    elif len(spellings) == 1:
        when["payer_name"] = newest.payer
    else:
        when["payer_name"] = {"in": spellings}
    return when


def _common_words(texts: Sequence[str]) -> str:
    """The words that all texts begin with, as the last one writes them.

    >>> _common_words(["BANKAVGIFT MAJ", "Bankavgift juni"])
    'Bankavgift'
    """
    words = [text.split() for text in texts]
    alike = takewhile(
        lambda column: len({word.casefold() for word in column}) == 1,
        zip(*words, strict=False),
    )
    return " ".join(column[-1] for column in alike)

"""What can happen to money that nobody looks at: the questions, and what lint finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reskontra.engine.errors import Place, Problem
from reskontra.engine.money import exact
from reskontra.engine.preferences import Preferences
from reskontra.rules.analysis import written
from reskontra.rules.book import RuleBook
from reskontra.rules.compiling import CompiledRule
from reskontra.rules.facts import FIELDS
from reskontra.rules.reach import Found, Reach, Way

EXACT = ("reference", "reference_fee")
"""Evidence that names the document by a validated reference."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether there is a way, in one currency, and a payment that takes it."""

    question: str
    currency: str
    found: Found
    limit: str = ""
    """The largest amount that the preferences let through; empty where none is set."""
    code: str = ""
    """What lint calls a yes; empty: no finding, the company wants it so."""

    @property
    def says(self) -> str:
        """``yes``, ``no``, or ``unknown``."""
        if isinstance(self.found, Way):
            return "yes"
        return "no" if self.found == "none" else "unknown"

    @property
    def rules(self) -> tuple[CompiledRule, ...]:
        """The rules that decide the payment shown."""
        return self.found.rules if isinstance(self.found, Way) else ()

    @property
    def payment(self) -> str:
        """The payment as it would stand under ``given`` of a test."""
        return written(self.found.facts) if isinstance(self.found, Way) else ""


_TIPS = {
    "RK461": "narrow the rule, lower differences.write_off_limit, or raise"
    " differences.unattended_limit",
    "RK462": "let a person look: then: {outcome: review}",
    "RK463": "ask for tier_automatic: true, or allow the evidence in matching.auto",
}


def unsafe(book: RuleBook, preferences: Preferences) -> Iterator[Answer]:
    """The questions whose answer should be no, in each currency of the company."""
    for currency in _currencies(preferences):
        reach = Reach(book, preferences, currency)
        differences = preferences.differences
        above = differences.unattended_limit.get(currency, 0)
        room = f"{exact(differences.write_off_room(currency), currency)} a document"
        question = f"more than {exact(above, currency)} written off"
        yield Answer(question, currency, reach.write_off(above), room, "RK461")
        question = "documents settled by money that goes out"
        yield Answer(question, currency, reach.money_out(), code="RK462")
        question = "documents settled by what matching.auto does not allow"
        yield Answer(question, currency, reach.not_allowed(), code="RK463")


def inexact(book: RuleBook, preferences: Preferences) -> Iterator[Answer]:
    """Each kind of evidence that names no document by a validated reference."""
    for currency in _currencies(preferences):
        reach = Reach(book, preferences, currency)
        for tier in FIELDS["tier"].choices:
            if tier not in EXACT:
                limit = preferences.matching.auto.max_amount.get(tier, {}).get(currency)
                held = limit is not None and reach.by(tier, limit) == "none"
                most = exact(limit, currency) if limit is not None and held else ""
                yield Answer(f"documents settled by {tier}", currency, reach.by(tier), most)


def _currencies(preferences: Preferences) -> list[str]:
    """Those in which the company has money, its own first."""
    accounts = (account.currency for account in preferences.cash_accounts)
    return list(dict.fromkeys((preferences.company.currency, *accounts)))


def findings(
    book: RuleBook,
    preferences: Preferences,
    own: Mapping[str, Place],
    limit: Callable[[str], Place | None],
) -> Iterator[Problem]:
    """RK461 to RK463, warnings, at the last of the company's ``own`` rules on the way.

    ``own`` is ``file:line`` to place; where only shipped rules are on the way, ``limit`` says where
    the write-off limit of a currency stands.
    """
    for answer in unsafe(book, preferences):
        if answer.says == "yes":
            names = " and ".join(f"'{rule.id}'" for rule in answer.rules)
            message = f"{answer.question} in {answer.currency} without a person, by {names};"
            message += f" for example {answer.payment}"
            mine = [own[rule.place] for rule in answer.rules if rule.place in own]
            place = mine[-1] if mine else limit(answer.currency)
            yield Problem(answer.code, message, place, _TIPS[answer.code], severity="warning")

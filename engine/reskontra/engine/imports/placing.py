"""Which cash account a statement belongs to, and what is wrong with a file before anything is read.

Errors stop the whole file and are collected: a test file in a live company, an account or a
currency that the company does not have, a date that cannot be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from reskontra.engine.bank_file import BankFile, Statement, Transaction
from reskontra.engine.errors import Place, Problem
from reskontra.engine.imports.feeds import carries_money
from reskontra.engine.imports.identity import content_digest, content_identity, family
from reskontra.engine.money import exact
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.accounts import CashAccount

EARLIEST = date(1990, 1, 1)
"""No bank file that is read here is older: an earlier date is a damaged one."""
FURTHEST = timedelta(days=366)
"""How far after the file was made a booking date may lie."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement with its cash account and the lines that count."""

    statement: Statement
    cash_account: CashAccount
    carries_money: bool
    booked: tuple[Transaction, ...]
    identities: tuple[str, ...]
    """One per booked line."""

    @property
    def total(self) -> int:
        """Sum of the booked lines."""
        return sum(line.amount for line in self.booked)

    @property
    def digest(self) -> str:
        """Content of the statement."""
        statement = self.statement
        return content_digest(
            self.identities, statement.sequence, statement.opening, statement.closing
        )

    def date(self, otherwise: str) -> str:
        """Date of the statement, else of its last line, else ``otherwise``; ISO 8601."""
        if self.statement.booking_date:
            return self.statement.booking_date.isoformat()
        if not self.booked:
            return otherwise
        return max(line.booking_date for line in self.booked).isoformat()

    def count(self, status: str) -> int:
        """How many lines have this status."""
        return sum(line.status == status for line in self.statement.transactions)


def account_form(number: str) -> str:
    """An account number that can be compared: letters and digits; digits alone lose leading zeros.

    >>> account_form("000 5050-1055"), account_form("se45 5000")
    ('50501055', 'SE455000')
    """
    compact = "".join(filter(str.isalnum, number.upper()))
    return compact.lstrip("0") if compact.isdigit() else compact


def place(
    file: BankFile, *, file_name: str, preferences: Preferences, today: str
) -> tuple[list[Placed], list[Problem]]:
    """Give every statement its cash account; what is wrong with the file comes along."""
    problems = list(_test_flag(file, file_name, preferences))
    placed: list[Placed] = []
    latest = _made_on(file, today) + FURTHEST
    for statement in file.statements:
        where = Place(file_name, statement.line)
        found = _cash_account(statement, where, preferences)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        booked = tuple(line for line in statement.transactions if line.status == "booked")
        problems += _currencies(booked, file_name, found)
        problems += _dates(statement, booked, where, latest)
        name = family(file.format)
        identities = tuple([content_identity(found.id, name, line) for line in booked])
        carries = carries_money(statement.kind, found.feed)
        placed.append(Placed(statement, found, carries, booked, identities))
        problems += _balance(placed[-1], where)
    return placed, problems


def _test_flag(file: BankFile, file_name: str, preferences: Preferences) -> Iterator[Problem]:
    if file.test:
        live = preferences.company.mode == "live"
        yield Problem(
            "RK510",
            f"the file says that it is a test, and company {preferences.company.id} is "
            f"{preferences.company.mode}",
            Place(file_name),
            help="import it into a company in mode test, or ask the bank for the real file",
            severity="error" if live else "warning",
        )


def _cash_account(
    statement: Statement, where: Place, preferences: Preferences
) -> CashAccount | Problem:
    """The cash account that the file names; of several with one number, the one of the currency."""
    number = account_form(statement.account.number)
    named = [
        account
        for account in preferences.cash_accounts
        if number and number in map(account_form, account.identifiers)
    ]
    if not named:
        return _no_account(statement.account.number, where, preferences)
    for account in named:
        if statement.currency in {"", account.currency}:
            return account
    return Problem(
        "RK512",
        f"the statement is in {statement.currency}, cash account {named[0].id} in "
        f"{' and '.join(account.currency for account in named)}",
        where,
        help=f"add a cash account in {statement.currency} with the same number",
    )


def _no_account(number: str, where: Place, preferences: Preferences) -> Problem:
    """RK511: the file names no account of the company, or none at all."""
    accounts = preferences.cash_accounts
    known = ", ".join(
        f"{account.id} ({', '.join(account.identifiers) or 'no number'})" for account in accounts
    )
    if not number and any(account.identifiers for account in accounts):
        return Problem(
            "RK511",
            f"the file does not say whose account it is about; the company's: {known}",
            where,
            help="say it with --account ID, or in a column `account`",
        )
    return Problem(
        "RK511",
        f"account {number} is none of the company's: {known or 'none'}"
        if number
        else f"none of the company's accounts has a number: {known or 'none'}",
        where,
        help="add the number to `identifiers` in cash_accounts.yaml, if the account is yours",
    )


def _currencies(
    booked: tuple[Transaction, ...], file_name: str, account: CashAccount
) -> Iterator[Problem]:
    for line in booked:
        if line.currency != account.currency:
            yield Problem(
                "RK512",
                f"the line is in {line.currency}, cash account {account.id} in {account.currency}",
                Place(file_name, line.line),
                help="the amount must be that of the account; ask the bank",
            )


def _made_on(file: BankFile, today: str) -> date:
    for text in (file.created[:10], today[:10]):
        try:
            return date.fromisoformat(text)
        except ValueError:
            continue
    return date.max - FURTHEST


def _dates(
    statement: Statement, booked: tuple[Transaction, ...], where: Place, latest: date
) -> Iterator[Problem]:
    if statement.booking_date and not EARLIEST <= statement.booking_date <= latest:
        yield _impossible(statement.booking_date, latest, where)
    for line in booked:
        if not EARLIEST <= line.booking_date <= latest:
            yield _impossible(line.booking_date, latest, Place(where.file, line.line))


def _impossible(day: date, latest: date, where: Place) -> Problem:
    return Problem(
        "RK516",
        f"booking date {day} cannot be: expected {EARLIEST} to {latest}",
        where,
        help="the file is damaged or was made anonymous; ask the bank for it again",
    )


def _balance(placed: Placed, where: Place) -> Iterator[Problem]:
    """Opening balance and lines give the closing balance, where a statement is whole."""
    statement, account = placed.statement, placed.cash_account
    whole = statement.kind == "statement" and statement.page == 1 and statement.last_page
    if not whole or account.balance_check == "off":
        return
    if statement.opening is None or statement.closing is None:
        return
    reached = statement.opening + placed.total
    if reached != statement.closing:
        currency = account.currency
        yield Problem(
            "RK519",
            f"statement {statement.id}: opening {exact(statement.opening, currency)} and lines "
            f"{exact(placed.total, currency)} give {exact(reached, currency)}, the closing balance "
            f"is {exact(statement.closing, currency)}",
            where,
            help="a line is missing or doubled; `balance_check: warn` lets such files in",
            severity="error" if account.balance_check == "error" else "warning",
        )

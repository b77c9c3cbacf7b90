"""A bank file as plain data: what it says, counted and added up, before any company looks at it.

Amounts are exact text with a decimal point, dates ISO 8601; sums are over booked lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reskontra.engine.bank_file import BankFile, Party, Reference, Statement, Transaction
from reskontra.engine.money import exact

FORMAT_VERSION = 1
"""Of the structure that ``summary`` returns."""


def summary(file: BankFile) -> dict[str, Any]:
    """Everything a file says, ready for JSON.

    Keys: format_version, format, message_id, created, test, counts, sums (per currency),
    statements, warnings.
    """
    lines = [line for statement in file.statements for line in statement.transactions]
    return {
        "format_version": FORMAT_VERSION,
        "format": file.format,
        "message_id": file.message_id,
        "created": file.created,
        "test": file.test,
        "counts": {"statements": len(file.statements), **_counts(lines)},
        "sums": [
            {"currency": currency, **_sums([s for s in lines if s.currency == currency], currency)}
            for currency in sorted({line.currency for line in lines})
        ],
        "statements": [_statement(statement) for statement in file.statements],
        "warnings": [
            {
                "code": problem.code,
                "line": problem.place.line or None if problem.place else None,
                "message": problem.message,
                "help": problem.help or None,
            }
            for problem in file.warnings
        ],
    }


def _counts(lines: Iterable[Transaction]) -> dict[str, int]:
    counts = {"transactions": 0, "booked": 0, "pending": 0, "information": 0, "references": 0}
    for line in lines:
        counts["transactions"] += 1
        counts[line.status] += 1
        counts["references"] += len(line.references)
    return counts


def _sums(lines: Iterable[Transaction], currency: str) -> dict[str, str]:
    money_in = money_out = 0
    for line in lines:
        if line.status == "booked":
            money_in += max(line.amount, 0)
            money_out += min(line.amount, 0)
    return {
        "in": exact(money_in, currency),
        "out": exact(money_out, currency),
        "net": exact(money_in + money_out, currency),
    }


def _statement(statement: Statement) -> dict[str, Any]:
    currency = statement.currency
    return {
        "line": statement.line,
        "kind": statement.kind,
        "id": statement.id,
        "sequence": statement.sequence,
        "page": statement.page,
        "last_page": statement.last_page,
        "account": {"number": statement.account.number, "scheme": statement.account.scheme},
        "currency": currency,
        "booking_date": statement.booking_date.isoformat() if statement.booking_date else None,
        "opening": _optional(statement.opening, currency),
        "closing": _optional(statement.closing, currency),
        "bank_total": _optional(statement.bank_total, currency),
        "counts": _counts(statement.transactions),
        "sums": _sums(statement.transactions, currency),
        "transactions": [_transaction(line) for line in statement.transactions],
    }


def _optional(amount: int | None, currency: str) -> str | None:
    return None if amount is None else exact(amount, currency)


def _transaction(line: Transaction) -> dict[str, Any]:
    foreign = None
    if line.foreign_amount is not None:
        foreign = {
            "amount": exact(line.foreign_amount, line.foreign_currency),
            "currency": line.foreign_currency,
        }
    return {
        "line": line.line,
        "booking_date": line.booking_date.isoformat(),
        "value_date": line.value_date.isoformat() if line.value_date else None,
        "amount": exact(line.amount, line.currency),
        "currency": line.currency,
        "status": line.status,
        "reversal": line.reversal,
        "bank_reference": line.bank_reference,
        "end_to_end_id": line.end_to_end_id,
        "batch_id": line.batch_id,
        "bank_code": line.bank_code,
        "counterparty": _party(line.counterparty),
        "references": [_reference(found, line.currency) for found in line.references],
        "text": list(line.text),
        "foreign": foreign,
    }


def _party(party: Party) -> dict[str, Any]:
    account = party.account
    return {
        "name": party.name,
        "account": {"number": account.number, "scheme": account.scheme} if account else None,
        "org_number": party.org_number,
        "address": party.address,
        "country": party.country,
    }


def _reference(found: Reference, currency: str) -> dict[str, Any]:
    return {
        "value": found.value,
        "kind": found.kind,
        "amount": _optional(found.amount, currency),
        "bank_verdict": found.bank_verdict,
    }

"""Bank lines from CSV: ``id, booking_date, value_date, amount, currency, reference, text,
payer_name, payer_account, bank_code``; a dialect may add ``account``, or take ``amount_in`` and
``amount_out`` (or a column for the sign) in place of a signed ``amount``.

Such exports have no totals and no balances: nothing proves that a file is whole. camt.053 does.
"""

from __future__ import annotations

from collections.abc import Sequence

from reskontra.adapters.formats.csv_table import cells
from reskontra.adapters.formats.csv_table.dialect import CANONICAL, Dialect
from reskontra.adapters.formats.csv_table.table import SIGN, Table, Wanted, read_table
from reskontra.adapters.formats.findings import Findings
from reskontra.engine.bank_file import (
    Account,
    BankFile,
    Party,
    Reference,
    Statement,
    Transaction,
)
from reskontra.engine.collection import no_collection

_REQUIRED = ("booking_date", "currency")
_OPTIONAL = (
    "id", "value_date", "reference", "text", "payer_name", "payer_account", "bank_code", "account",
)  # fmt: skip
_SIGNED = Wanted("bank", (*_REQUIRED, "amount"), _OPTIONAL)
_TWO_COLUMNS = Wanted("bank", (*_REQUIRED, "amount_in", "amount_out"), _OPTIONAL)


@no_collection()
def read_bank_csv(
    data: bytes, *, file: str, dialect: Dialect = CANONICAL, account: str = ""
) -> BankFile:
    """All lines of a file, one statement per account and currency in order of appearance.

    ``account``: whose lines these are, where the file does not say. Raises ``ReskontraError`` with
    every fault (RK505 to RK579); warns (RK576) about bank ids that stand twice.
    """
    findings = Findings(file)
    two = bool({"amount_in", "amount_out"} & dialect.columns.keys())
    table = read_table(data, _TWO_COLUMNS if two else _SIGNED, dialect, findings)
    currency = cells.currencies(table)
    amounts = _in_and_out(table, currency) if two else _signed(table, currency)
    lines = _transactions(table, currency, amounts)
    _warn_of_twins(table)
    findings.stop()
    owners = [text or account for text in table.texts("account")]
    return BankFile(
        format=dialect.format,
        message_id="",
        created="",
        test=False,
        statements=_statements(owners, lines, dialect),
        warnings=findings.problems(),
    )


def _signed(table: Table, currency: Sequence[str]) -> list[int]:
    amounts = cells.required_amounts(table, "amount", currency)
    sign = table.dialect.sign
    if sign is None:
        return amounts
    signed = []
    for line, amount, word in zip(table.lines, amounts, table.columns[SIGN][0], strict=True):
        if word not in sign.plus and word not in sign.minus:
            expected = ", ".join((*sign.plus, *sign.minus))
            table.findings.error(
                "RK577", f"{sign.column} is {word!r}, expected one of {expected}", line
            )
        if amount < 0:
            table.findings.error(
                "RK578",
                f"the amount is below 0 although {sign.column} gives the sign",
                line,
                help="take 'sign' out of the dialect when amounts carry their own sign",
            )
        signed.append(-amount if word in sign.minus else amount)
    return signed


def _in_and_out(table: Table, currency: Sequence[str]) -> list[int]:
    money_in = cells.amounts(table, "amount_in", currency)
    money_out = cells.amounts(table, "amount_out", currency)
    texts = zip(table.texts("amount_in"), table.texts("amount_out"), strict=True)
    net = []
    for line, into, out, given in zip(table.lines, money_in, money_out, texts, strict=True):
        if not any(given):
            table.findings.error("RK577", "neither money in nor money out", line)
        elif into and out:
            table.findings.error("RK578", "money in and money out in one row", line)
        net.append((into or 0) - abs(out or 0))
    return net


def _transactions(
    table: Table, currency: Sequence[str], amounts: Sequence[int]
) -> list[Transaction]:
    kind = table.dialect.reference_kind
    payers = table.texts("payer_account")
    accounts = {text: cells.account(text) if text else None for text in set(payers)}
    columns = zip(
        table.lines, cells.required_dates(table, "booking_date"),
        cells.dates(table, "value_date"), amounts, currency, table.texts("id"),
        cells.lists(table, "reference"), _joined(table, "text"), table.texts("payer_name"),
        payers, table.texts("bank_code"), strict=True,
    )  # fmt: skip
    return [
        Transaction(
            line, booked, valued, amount, unit,
            bank_reference=identifier,
            bank_code=code,
            counterparty=Party(name, accounts[payer]),
            references=tuple([Reference(value, kind) for value in references]),
            text=text,
        )
        for (
            line, booked, valued, amount, unit, identifier, references, text, name, payer, code,
        ) in columns
    ]  # fmt: skip


def _joined(table: Table, name: str) -> list[tuple[str, ...]]:
    """All columns of the file that make up a text, empty ones left out."""
    columns = table.columns.get(name) or [table.texts(name)]
    return [tuple(filter(None, row)) for row in zip(*columns, strict=True)]


def _warn_of_twins(table: Table) -> None:
    first: dict[str, int] = {}
    for line, identifier in zip(table.lines, table.texts("id"), strict=True):
        if identifier and first.setdefault(identifier, line) != line:
            table.findings.warn(
                "RK576",
                f"id {identifier} stands in line {first[identifier]} and in line {line}",
                line,
                help="both lines were kept: banks use one id for several lines",
            )


def _statements(
    owners: Sequence[str], lines: Sequence[Transaction], dialect: Dialect
) -> tuple[Statement, ...]:
    grouped: dict[tuple[str, str], list[Transaction]] = {}
    for owner, line in zip(owners, lines, strict=True):
        grouped.setdefault((owner, line.currency), []).append(line)
    return tuple(
        Statement(
            line=found[0].line,
            kind=dialect.kind,
            id="",
            account=cells.account(owner) if owner else Account("", "other"),
            currency=currency,
            transactions=tuple(found),
        )
        for (owner, currency), found in grouped.items()
    )

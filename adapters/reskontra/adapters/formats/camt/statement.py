"""One statement, report or notification: its account, currency, balances, pages and summary.

Balances of other currencies and kinds (interim, available, forward) stay outside: only what was
booked before and after is proof. One without ``CdtDbtInd`` is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from reskontra.adapters.formats.camt import checks
from reskontra.adapters.formats.camt.parties import account
from reskontra.adapters.formats.camt.stream import Node
from reskontra.adapters.formats.camt.values import ElementFindings, amount, day, is_debit, number
from reskontra.engine import money
from reskontra.engine.bank_file import Statement, StatementKind, Transaction

_PAGINATIONS = ("StmtPgntn", "RptPgntn", "NtfctnPgntn", "MsgPgntn")
_KIND_OF_BALANCE = (("Tp", "CdOrPrtry", "Cd"), ("Tp", "Cd"), ("Tp",))


def statement(
    node: Node,
    kind: StatementKind,
    moved: Sequence[Transaction],
    header: Node | None,
    findings: ElementFindings,
) -> Statement | None:
    """The statement of an element; ``None`` after reporting that it names no account."""
    own = account(node.first(("Acct",)))
    if own is None:
        findings.refuse(
            "RK528", node, f"<{node.name}> names no account", "expected Acct with an IBAN or number"
        )
        return None
    currency = _currency(node, moved, findings)
    found = Statement(
        line=node.line,
        kind=kind,
        id=node.value(("Id",)),
        account=own,
        currency=currency,
        transactions=tuple(moved),
        sequence=node.value(("ElctrncSeqNb",), ("LglSeqNb",)),
        booking_date=day_of(node),
        bank_total=checks.stated_total(node, currency, findings),
    )
    return _balanced(_paged(found, node, header), node, findings)


def day_of(node: Node) -> date | None:
    """The day it is about: closing balance, else the end of its period, else its creation."""
    for balance in reversed(node.all("Bal")):
        if balance.value(*_KIND_OF_BALANCE) == "CLBD":
            found = day(balance.first(("Dt",)))
            if found:
                return found
    return day(node.first(("FrToDt", "ToDtTm"), ("FrToDt", "ToDt"), ("CreDtTm",)))


def _currency(node: Node, moved: Sequence[Transaction], findings: ElementFindings) -> str:
    stated = node.value(("Acct", "Ccy"))
    if stated and not money.is_currency(stated):
        findings.refuse(
            "RK509", node, f"the account's currency {stated[:20]!r} is none", "expected as in SEK"
        )
    if stated:
        return stated
    if moved:
        return moved[0].currency
    balance = node.first(("Bal", "Amt"))
    return balance.attributes.get("Ccy", "") if balance else ""


def _paged(found: Statement, node: Node, header: Node | None) -> Statement:
    """Its own page, else that of the message, which holds for every statement in it."""
    for source, name in ((node, name) for name in _PAGINATIONS[:3]):
        paging = source.first((name,))
        if paging is not None:
            return _on_page(found, paging)
    paging = header.first((_PAGINATIONS[3],)) if header else None
    return _on_page(found, paging) if paging else found


def _on_page(found: Statement, paging: Node) -> Statement:
    last = paging.value(("LastPgInd",)).lower() not in ("false", "0")
    return replace(found, page=number(paging.value(("PgNb",))) or 1, last_page=last)


def _balanced(found: Statement, node: Node, findings: ElementFindings) -> Statement:
    """With its booked balances: opening (OPBD, else PRCD: yesterday's closing) and closing."""
    values: dict[str, int] = {}
    for balance in node.all("Bal"):
        kind = balance.value(*_KIND_OF_BALANCE)
        amount_node = balance.first(("Amt",))
        if kind not in ("OPBD", "PRCD", "CLBD") or amount_node is None:
            continue
        if amount_node.attributes.get("Ccy") != found.currency:
            continue
        value = _balance(balance, amount_node, findings)
        if value is not None and (kind == "CLBD" or kind not in values):
            values[kind] = value
    opening = values.get("OPBD", values.get("PRCD"))
    return replace(found, opening=opening, closing=values.get("CLBD"))


def _balance(balance: Node, node: Node, findings: ElementFindings) -> int | None:
    debit = is_debit(balance)
    if debit is None:
        findings.remark("RK540", balance, "balance without CdtDbtInd: taken as it stands")
    text = node.text.strip()
    negative = text.startswith("-")
    found = amount(replace(node, text=text[1:]) if negative else node, findings)
    if found is None:
        return None
    # Some banks write the sign twice: a debit balance of -5.00 is still five below zero.
    return -found[0] if negative or debit else found[0]

"""What a camt file states twice must agree: batches with entries, entries with balances and totals.

Only the balances can refuse a file; the rest warns, since banks' own files deviate from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from reskontra.adapters.formats.camt.stream import Node
from reskontra.adapters.formats.camt.values import (
    ElementFindings,
    UnusableError,
    is_debit,
    minor_units,
    number,
    side_amount,
)
from reskontra.engine.bank_file import Statement
from reskontra.engine.money import exact

BalanceCheck = Literal["error", "warn", "off"]


def batch(node: Node, amount: int, currency: str, findings: ElementFindings) -> None:
    """``Btch`` states a number of transactions and a total: both must fit what follows (RK535)."""
    blocks = [block for block in node.all("NtryDtls") if block.first(("Btch",))]
    for block in blocks:
        stated = number(block.value(("Btch", "NbOfTxs")))
        details = len(block.all("TxDtls"))
        if details and stated is not None and stated != details:
            findings.remark(
                "RK535", block, f"the batch states {stated} transactions, {details} are detailed"
            )
    if len(blocks) != 1:
        return
    total = side_amount(blocks[0].first(("Btch", "TtlAmt")), findings)
    if total and total[1] == currency and total[0] != abs(amount):
        findings.remark(
            "RK535",
            blocks[0],
            f"the batch states {exact(total[0], currency)}, its entry is "
            f"{exact(abs(amount), currency)} {currency}",
        )


def detail(
    node: Node, part: int | None, amount: int, currency: str, findings: ElementFindings
) -> None:
    """The only detail of an entry says the same as the entry (RK534, RK537)."""
    debit = is_debit(node)
    if debit is not None and amount and debit != (amount < 0):
        findings.remark(
            "RK537", node, "the detail's sign differs from its entry's: the entry's is used"
        )
    if part is not None and abs(part) != abs(amount):
        findings.remark(
            "RK534",
            node,
            f"the detail is {exact(abs(part), currency)}, its entry "
            f"{exact(abs(amount), currency)} {currency}",
            "the entry's amount counts; the difference is often a bank charge",
        )


def parts(
    node: Node,
    found: Sequence[int],
    details: int,
    amount: int,
    currency: str,
    findings: ElementFindings,
) -> bool:
    """Whether every detail of a batch has an amount and they add up to the entry; else RK534."""
    if len(found) == details and sum(found) == amount:
        return True
    told = (
        f"the details come to {exact(sum(found), currency)}"
        if len(found) == details
        else f"{details - len(found)} of {details} details state no amount in {currency}"
    )
    findings.remark(
        "RK534",
        node,
        f"{told}, the entry is {exact(amount, currency)} {currency}",
        "the entry stays one payment; a person can split it",
    )
    return False


def balances(
    node: Node, statement: Statement, balance_check: BalanceCheck, findings: ElementFindings
) -> None:
    """Opening balance and booked entries lead to the closing balance of a whole statement (RK529).

    A page of several proves nothing alone, and reports of the running day are not closed.
    """
    whole = statement.kind == "statement" and statement.page == 1 and statement.last_page
    if balance_check == "off" or not whole:
        return
    if statement.opening is None or statement.closing is None:
        return
    currency = statement.currency
    moved = sum(
        line.amount
        for line in statement.transactions
        if line.status == "booked" and line.currency == currency
    )
    reached = statement.opening + moved
    if reached == statement.closing:
        return
    report = findings.refuse if balance_check == "error" else findings.remark
    report(
        "RK529",
        node,
        f"statement {statement.id}: opening {exact(statement.opening, currency)} and entries "
        f"{exact(moved, currency)} give {exact(reached, currency)}, the closing balance is "
        f"{exact(statement.closing, currency)} {currency}",
        "a line is missing or doubled; balance_check of the cash account can make this a warning",
    )


def stated_total(node: Node, currency: str, findings: ElementFindings) -> int | None:
    """Net sum that the statement's summary states, signed; ``None`` when it states none."""
    totals = node.first(("TxsSummry", "TtlNtries"))
    if totals is None:
        return None
    net = totals.first(("TtlNetNtry", "Amt"), ("TtlNetNtryAmt",))
    debit = is_debit(totals.first(("TtlNetNtry",)) or totals)
    if net is None or debit is None:
        return None
    try:
        value = minor_units(net, currency)
    except UnusableError as error:
        findings.remark("RK543", net, f"{net.name} is left out: {error.message}", error.advice)
        return None
    return -value if debit else value


def summary(node: Node, entries: int, statement: Statement, findings: ElementFindings) -> None:
    """The summary's count and net sum fit the entries (RK544); banks count pending ones or not."""
    stated = number(node.value(("TxsSummry", "TtlNtries", "NbOfNtries")))
    if stated is not None and stated != entries:
        findings.remark(
            "RK544", node, f"the summary states {stated} entries, the statement holds {entries}"
        )
    total = statement.bank_total
    booked = sum(line.amount for line in statement.transactions if line.status == "booked")
    every = sum(line.amount for line in statement.transactions)
    if total is not None and total not in (booked, every):
        currency = statement.currency
        findings.remark(
            "RK544",
            node,
            f"the summary states {exact(total, currency)}, the entries come to "
            f"{exact(booked, currency)} {currency}",
        )

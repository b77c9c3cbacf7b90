"""What a person chose, laid out before it is booked and told after it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reskontra.cli.render.amounts import local
from reskontra.cli.render.explanations import allocation_lines, posting_lines
from reskontra.cli.render.words import counted, say

if TYPE_CHECKING:
    from reskontra.engine.plan.model import Plan, PlannedLine

_SET_ASIDE = {"hide": "hidden", "hold": "held", "review": "released to the next run"}
"""Outcomes of a choice that book nothing, as they are told."""


def chosen(line: PlannedLine, country: str) -> Iterator[str]:
    """The bank line, what each document gets, what stays on account and whose, the voucher."""
    money = local(line.amount, line.currency, country)
    yield f"line:{line.line}  {line.booking_date}  {money} {line.currency}  {line.payer}"
    yield from allocation_lines(line, country)
    if line.unapplied:
        whose = (
            f"{say('customer')} {line.customer}" if line.customer else say("an unidentified payer")
        )
        rest = local(line.unapplied, line.document_currency, country)
        yield f"    {say('on account of {whose}', whose=whose)}: {rest} {line.document_currency}"
    if line.written_off:
        surplus = local(line.written_off, line.document_currency, country)
        yield f"    {say('written off of the payment')}: {surplus} {line.document_currency}"
    yield from posting_lines(line, country)


def set_aside(plan: Plan, reference: str, *, done: bool) -> str:
    """``line:14 is hidden``; empty when the choice books something. ``done``: not a dry run."""
    word = _SET_ASIDE.get(plan.lines[0].outcome, "")
    if not word:
        return ""
    several = reference.startswith("run:")
    what = f"line:{plan.lines[0].line}"
    if several:
        payments = counted(len(plan.lines), "payment")
        what = say("{payments} of {run}", payments=payments, run=reference)
    verb = "are" if several and len(plan.lines) != 1 else "is"
    return f"{what} {say(verb if done else 'would be')} {say(word)}"

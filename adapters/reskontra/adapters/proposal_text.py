"""Proposals as people write them: a rule with its tests in YAML, a customer's row in CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from reskontra.engine.money import exact
from reskontra.engine.services.learn import Proposal, Seen
from reskontra.engine.text import folded

_TESTED = 3
"""Lines that become tests of a rule, the newest."""
_OTHER = {
    "bank_code": "another code", "payer_name": "Somebody Else", "text": "something else",
}  # fmt: skip
"""What a line says that a condition must not take."""


def customers_file(proposal: Proposal, name: str) -> str:
    """A file for `reskontra import customers` that adds the proposed account or alias."""
    column = "bank_accounts" if proposal.kind == "account" else "aliases"
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["number", "name", column])
    rows.writerow([proposal.choice, name, proposal.value])
    return file.getvalue()


def pack_text(company: str, rules: Sequence[str]) -> str:
    """A pack of proposed rules."""
    head = f"pack: {company}-learned\nstage: classify\ndecide: first\nrules:\n"
    return head + "".join(rules)


def rule_id(proposal: Proposal) -> str:
    """What the rule recognises, as an id.

    >>> rule_id(Proposal("rule", "Skatteverket AB", "hide", (), {"direction": "in"}))
    'hide-in-skatteverket-ab'
    """
    words = ("hide", proposal.when["direction"], proposal.value, proposal.when.get("bank_code", ""))
    slug = re.sub("[^a-z0-9]+", "-", folded(" ".join(map(str, words))))
    return slug[:60].strip("-")


def rule_text(proposal: Proposal) -> str:
    """One rule of the list ``rules:``; the lines that people hid are its tests."""
    name = rule_id(proposal)
    lines = ", ".join(f"line:{seen.line}" for seen in proposal.seen)
    hides = f"{{rule: {name}, outcome: hide}}"
    seen = dict.fromkeys(_flow(_given(seen)) for seen in proposal.seen)
    tests = [(given, hides) for given in list(seen)[-_TESTED:]]
    tests += [(_flow(given), "{rule: none}") for given in _missed(proposal)]
    return (
        f"  - id: {name}\n"
        f"    rule: {json.dumps(f'{proposal.value} is not for the ledger', ensure_ascii=False)}\n"
        f"    when: {_flow(proposal.when)}\n"
        "    then: {outcome: hide}\n"
        f'    because: "{len(proposal.seen)} times hidden by hand: {lines}"\n'
        "    tests:\n"
        + "".join(f"      - given: {given}\n        expect: {expect}\n"
                  for given, expect in tests)
    )  # fmt: skip


def _given(seen: Seen) -> dict[str, Any]:
    """What a test is told of a line: as little as the conditions could ask for."""
    told = {
        "direction": seen.direction, "bank_code": seen.bank_code, "payer_name": seen.payer,
        "text": seen.text,
    }  # fmt: skip
    amount = {"amount": _Number(exact(seen.amount, seen.currency)), "currency": seen.currency}
    return {name: value for name, value in told.items() if value} | amount


def _missed(proposal: Proposal) -> Iterator[dict[str, Any]]:
    """The newest line, each time with another answer to one condition."""
    said = _given(proposal.seen[-1])
    given = {name: value for name, value in said.items() if name in proposal.when}
    turned = {"in": "out", "out": "in"}[proposal.seen[-1].direction]
    for name in proposal.when:
        yield given | {name: _OTHER.get(name, turned)}


class _Number(str):
    """Stands without quotes."""

    __slots__ = ()


def _flow(value: Any) -> str:
    """YAML on one line; text in quotes."""
    if isinstance(value, _Number):
        return value
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return f"{{{', '.join(f'{name}: {_flow(each)}' for name, each in value.items())}}}"

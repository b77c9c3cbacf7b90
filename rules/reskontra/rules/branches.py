"""Rules of branches: asked for what the bank books on the branch's own cash accounts.

Which branch a bank line belongs to is told by its cash account (``cash_accounts``: ``branch``). A
branch that no cash account names has rules only where a command says ``--branch``: they are asked
for every line then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.rules.language import (
    All,
    Any_,
    Atom,
    Condition,
    Not,
    Pack,
    Param,
    Rule,
    parameters,
    parts_of,
)

Accounts = Mapping[str, tuple[str, ...]]
"""Branch -> ids of its cash accounts."""

_BRANCH = re.compile(r"companies/[^/]+/branches/([^/]+)/")


def branch_of(file: str) -> str:
    """The branch whose folder a file stands in; empty = none.

    >>> branch_of("companies/acme/branches/gbg/rules/own.yaml"), branch_of("packs/match.yaml")
    ('gbg', '')
    """
    found = _BRANCH.match(file)
    return found[1] if found else ""


def level(file: str) -> tuple[int, str]:
    """How strong the rules of a company's file are, weakest first: partner, company, branch.

    >>> level("partner/rules/a.yaml") < level("companies/acme/rules/a.yaml")
    True
    """
    branch = branch_of(file)
    return (0 if file.startswith("partner/") else 2 if branch else 1, branch)


def limited(packs: Sequence[Pack], accounts: Accounts) -> list[Pack]:
    """The packs, those of branches with cash accounts limited to these.

    Raises ``ReskontraError`` RK950 for parameters of a branch that none of its own rules uses.
    """
    result, problems = [], []
    for pack in packs:
        branch = branch_of(pack.file)
        if branch not in accounts:
            result.append(pack)
            continue
        used = {name for rule in pack.rules for name in parameters(rule)}
        problems += [
            Problem(
                "RK950",
                f"the parameter '{name}' of branch '{branch}' is used by no rule beside it",
                pack.param_places.get(name),
                "write the rule that uses it beside it: there it replaces the company's",
            )
            for name in pack.params
            if name not in used
        ]
        result.append(_limited(pack, branch, accounts[branch]))
    if problems:
        raise ReskontraError(tuple(problems))
    return result


def _limited(pack: Pack, branch: str, accounts: tuple[str, ...]) -> Pack:
    """Its rules for these accounts, and its parameters under names of their own."""
    names = {name: Param(f"{branch}/{name}") for name in pack.params}
    here = Atom("cash_account", "in", accounts)

    def rule(one: Rule) -> Rule:
        when = All((*parts_of(_renamed(one.when, names)), here))
        then = {key: _value(value, names) for key, value in one.then.items()}
        return replace(one, when=when, then=then, accounts=(here,))

    return replace(
        pack,
        rules=tuple(rule(one) for one in pack.rules),
        params={names[name].name: value for name, value in pack.params.items()},
        param_places={names[name].name: place for name, place in pack.param_places.items()},
    )


def _renamed(condition: Condition, names: Mapping[str, Param]) -> Condition:
    match condition:
        case Atom(value=value):
            return replace(condition, value=_value(value, names))
        case Not(part=part):
            return Not(_renamed(part, names))
        case All(parts=parts):
            return All(tuple(_renamed(part, names) for part in parts))
        case Any_(parts=parts):
            return Any_(tuple(_renamed(part, names) for part in parts))


def _value(value: Any, names: Mapping[str, Param]) -> Any:
    if isinstance(value, tuple):
        return tuple(_value(one, names) for one in value)
    return names.get(value.name, value) if isinstance(value, Param) else value

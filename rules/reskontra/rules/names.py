"""Names that rules use and nothing defines: accounts, cash accounts, tags.

Such a rule is well formed; it books to an account that the company does not have, or waits for a
payment that cannot come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Place, Problem
from reskontra.engine.preferences import Preferences
from reskontra.rules.language import Pack, Param, Rule, atoms
from reskontra.rules.merging import StageRules
from reskontra.rules.vocabulary import Stage


def unknown_names(
    stages: Mapping[Stage, StageRules], preferences: Preferences | None
) -> list[Problem]:
    """RK458 for accounts and cash accounts that ``preferences`` do not have (without any, none is
    looked at), RK459 for tags that no rule sets before they are asked for.
    """
    problems = list(_tags(stages))
    if preferences is not None:
        for stage in stages.values():
            problems += _accounts(stage, preferences)
            problems += _cash_accounts(stage, [one.id for one in preferences.cash_accounts])
    return problems


def _accounts(stage: StageRules, preferences: Preferences) -> Iterator[Problem]:
    accounts, own = preferences.accounts, preferences.cash_accounts
    known = [*accounts.roles.values(), *(one.account for one in own), *accounts.others]
    for rule in stage.rules:
        for account, place in _set("account", rule, stage):
            if account not in known:
                message = f"rule '{rule.id}' books to account '{account}', which the company does"
                message += f" not have{did_you_mean(account, known)}"
                tip = "correct the number, use a role, or list it in accounts.yaml under others"
                yield Problem("RK458", message, place, tip)


def _cash_accounts(stage: StageRules, known: list[str]) -> Iterator[Problem]:
    for rule in stage.rules:
        for name, place in _asked("cash_account", rule, stage):
            if name not in known:
                message = f"rule '{rule.id}' asks for the cash account '{name}', which the company"
                message += f" does not have{did_you_mean(name, known)}"
                tip = f"cash accounts of the company: {', '.join(known) or 'none'}"
                yield Problem("RK458", message, place, tip)


def _tags(stages: Mapping[Stage, StageRules]) -> Iterator[Problem]:
    known: list[str] = []
    for stage in stages.values():
        known += (tag for rule in stage.rules for tag, _ in _set("tag", rule, stage))
        for rule in stage.rules:
            for tag, place in _asked("tag", rule, stage):
                if tag not in known:
                    message = f"rule '{rule.id}' waits for the tag '{tag}', which no rule sets"
                    message += did_you_mean(tag, known)
                    tip = "correct the name, or let a rule before it say then: {tag: ...}"
                    yield Problem("RK459", message, place, tip)


Named = tuple[str, Place | None]
"""A name, and where it was written."""


def _set(effect: str, rule: Rule, stage: StageRules) -> list[Named]:
    """What the rule says for an effect; nothing when it is silent."""
    said = (rule.then[effect],) if effect in rule.then else ()
    return [found for value in said for found in _values(value, rule.effect_place(effect), stage)]


def _asked(fact: str, rule: Rule, stage: StageRules) -> list[Named]:
    """The values that the rule compares a fact with."""
    return [
        found
        for atom in atoms(rule.when)
        if atom.fact == fact and atom.op in {"eq", "in"}
        for value in (atom.value if isinstance(atom.value, tuple) else (atom.value,))
        for found in _values(value, atom.place, stage)
    ]


def _values(value: Any, place: Place | None, stage: StageRules) -> list[Named]:
    """One value, or those of a parameter where it was set; none when it has none."""
    if not isinstance(value, Param):
        return [(str(value), place)]
    found = stage.params.get(value.name, ())
    where = stage.param_places.get(value.name, place)
    return [(str(each), where) for each in (found if isinstance(found, tuple) else (found,))]


def misplaced(company: Iterable[Pack], shipped: Iterable[Pack]) -> list[Problem]:
    """RK460, a warning, for each rule with the id of a shipped rule of another stage only, which it
    does not replace.
    """
    by_id: dict[str, list[Rule]] = {}
    for pack in shipped:
        for rule in pack.rules:
            by_id.setdefault(rule.id, []).append(rule)
    problems = []
    for pack in company:
        for rule in pack.rules:
            same = by_id.get(rule.id, [])
            if same and all(other.stage != rule.stage for other in same) and not rule.disabled:
                message = f"rule '{rule.id}' stands in stage {rule.stage} and does not replace the"
                message += f" shipped rule of this name, which stands in {same[0].stage}"
                tip = f"write it into a pack with stage: {same[0].stage}, or give it another id"
                problems.append(Problem("RK460", message, rule.place, tip, severity="warning"))
    return problems

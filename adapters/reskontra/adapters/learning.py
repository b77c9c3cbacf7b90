"""What people's choices propose, what that would have done, and where it goes when accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import polars as pl

from reskontra.adapters.configuration import Configuration
from reskontra.adapters.proposal_text import customers_file, pack_text, rule_id, rule_text
from reskontra.adapters.rehearsal import rehearsal
from reskontra.adapters.wiring import Application
from reskontra.config.changing import would_say, write
from reskontra.config.files import text_of
from reskontra.config.lint import Check
from reskontra.engine.errors import Problem
from reskontra.engine.ledger.records import Customer, Run
from reskontra.engine.ports import Reader
from reskontra.engine.services import learn
from reskontra.engine.services.learn import HIDE, Contradiction, Proposal
from reskontra.engine.services.match import decide, prepare
from reskontra.engine.services.setting import Setting
from reskontra.engine.services.simulate import Simulated, decided, history, simulate
from reskontra.rules.reading import read_pack

_SAFE = ("now automatic", "waits otherwise")


class Weighed(NamedTuple):
    """A proposal, its text, and which earlier decisions it would have changed."""

    proposal: Proposal
    text: str
    """A rule in YAML, or a customers' file in CSV."""
    effect: Simulated


@dataclass(frozen=True, slots=True)
class Learned:
    """What choices propose today."""

    proposals: tuple[Weighed, ...]
    contradictions: tuple[Contradiction, ...]


def learned(application: Application, at_least: int) -> Learned:
    """Proposals from ``at_least`` equal choices, each tried alone on all earlier runs.

    A rule that changes what is booked without it is a contradiction; one that stands already is
    not proposed.
    """
    with application.books.read() as reader:
        found = learn.learn(reader, at_least)
        if not found.proposals:
            return Learned((), found.contradictions)
        names = {customer.number: customer.name for customer in reader.records(Customer)}
        setting, base = application.setting(), application.configuration()
        today = _today(reader, setting)
    weighed: list[Weighed] = []
    contradictions = list(found.contradictions)
    ids = {rule.id for pack in base.packs for rule in pack.rules}
    for proposal in found.proposals:
        if proposal.kind != "rule":
            text = customers_file(proposal, names[proposal.choice])
            effect = _payer_effect(application, proposal, setting, today)
            weighed.append(Weighed(proposal, text, effect))
        elif rule_id(proposal) not in ids:
            text = rule_text(proposal)
            effect = _rule_effect(application, text, base, today)
            if against := _against(effect):
                choices = {HIDE: tuple(seen.line for seen in proposal.seen), **against}
                contradictions.append(Contradiction("rule", proposal.value, choices))
            elif not _hidden_already(proposal, effect):
                weighed.append(Weighed(proposal, text, effect))
    return Learned(tuple(weighed), tuple(contradictions))


def accept(
    application: Application, one: Weighed, *, reason: str, checks: Sequence[Check]
) -> tuple[str, tuple[Problem, ...]]:
    """Put a proposal where it belongs: in the customers' register, or in the company's rules.

    Gives the place and what lint newly warns of. Raises ``ReskontraError`` with every error that
    lint would newly find; then nothing was changed.
    """
    actor = application.actor(reason)
    proposal = one.proposal
    if proposal.kind != "rule":
        learn.accept(
            application.books, proposal, company=application.preferences.company,
            actor=actor.login, reason=actor.reason, at=actor.at,
        )  # fmt: skip
        return f"customer {proposal.choice}", ()
    label = _rules_file(application)
    root = application.workspace.path
    text = _added(root / label, one.text, application)
    new = would_say(root, lambda tried: write(tried / label, text), checks)
    write(root / label, text)
    return label, new


def _rules_file(application: Application) -> str:
    """Where accepted rules are kept, relative to the workspace."""
    folder = application.workspace.folder(application.books.company)
    return application.workspace.label(folder / "rules" / "learned.yaml")


def _added(path: Path, rule: str, application: Application) -> str:
    """The file of accepted rules with one more at its end."""
    if not path.exists():
        return pack_text(application.books.company, [rule])
    return f"{text_of(path, str(path)).rstrip()}\n{rule}"


def _today(reader: Reader, setting: Setting) -> dict[int, pl.DataFrame]:
    """Run to what it would decide today."""
    decisions = {}
    for scene in history(reader, tuple(reader.records(Run)), "", ""):
        _, columns = decide(prepare(scene.reader, setting.preferences, scene.as_of), setting)
        decisions[scene.run] = decided(columns)
    return decisions


def _payer_effect(
    application: Application, proposal: Proposal, setting: Setting,
    today: Mapping[int, pl.DataFrame],
) -> Simulated:  # fmt: skip
    """Accept on books that are forgotten, and decide again."""
    with rehearsal(application.books) as books:
        learn.accept(
            books, proposal, company=application.preferences.company, actor="", reason="", at=""
        )
        with books.read() as reader:
            return _effect(reader, setting, today)


def _rule_effect(
    application: Application, rule: str, base: Configuration, today: Mapping[int, pl.DataFrame]
) -> Simulated:
    """Decide again with the rule before the company's own."""
    pack = read_pack(pack_text("proposed", [rule]), "proposed")
    setting = replace(base, packs=(pack, *base.packs)).setting()
    with application.books.read() as reader:
        return _effect(reader, setting, today)


def _effect(reader: Reader, setting: Setting, today: Mapping[int, pl.DataFrame]) -> Simulated:
    runs = tuple(reader.records(Run))
    scenes = (replace(each, then=today[each.run]) for each in history(reader, runs, "", ""))
    return simulate(scenes, lambda _: setting, lambda _: ())


def _against(effect: Simulated) -> dict[str, tuple[int, ...]]:
    """What is booked without the rule and would not be with it: outcome to lines."""
    if not effect.rows.width:
        return {}
    lost = effect.changed.filter(~pl.col("kind").is_in(_SAFE)).sort("outcome", "line")
    found: dict[str, tuple[int, ...]] = {}
    for outcome, line in lost.select("outcome", "line").iter_rows():
        found[outcome] = (*found.get(outcome, ()), line)
    return found


def _hidden_already(proposal: Proposal, effect: Simulated) -> bool:
    """Whether today's rules hide every line that people hid."""
    if not effect.rows.width:
        return False
    lines = [seen.line for seen in proposal.seen]
    then = effect.rows.filter(pl.col("line").is_in(lines))["outcome"]
    return bool(then.len()) and bool((then == HIDE).all())

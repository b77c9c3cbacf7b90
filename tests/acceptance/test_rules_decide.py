"""No Python names an outcome: every shipped rule can be switched off, and a decider that lies books
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.acceptance.company import Company
from tests.acceptance.conftest import copy
from tests.acceptance.test_story import records

from reskontra.adapters import configuration
from reskontra.rules import book
from reskontra.rules.cases import run_cases
from reskontra.rules.compiling import compile_merged
from reskontra.rules.merging import merge
from reskontra.rules.native import Fired, Program, Vector, VectorDecider, decide_native
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_packs
from reskontra.rules.vocabulary import Stage

RULES = [(pack.stage, rule.id) for pack in shipped_packs() for rule in pack.rules]
Lie = Callable[[VectorDecider, Fired], Fired]


def outcomes(plan: Path) -> dict[int, tuple[str, ...]]:
    """Bank line -> what the plan does with it."""
    return {
        line["line"]: (line["outcome"], line["treat"], line["rule"], line["because"])
        for line in records(plan)
    }


@pytest.fixture
def plain(filled: Company) -> Company:
    """The company without rules of its own."""
    (filled.folder / "rules" / "bank_rules.yaml").unlink()
    return filled


@pytest.fixture(scope="module")
def shipped_alone(
    filled_workspace: Company, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, tuple[str, ...]]:
    """What the shipped rules make of the example."""
    company = copy(filled_workspace, tmp_path_factory.mktemp("shipped") / "ws")
    (company.folder / "rules" / "bank_rules.yaml").unlink()
    return outcomes(company.plan())


@pytest.fixture(scope="module")
def undisturbed(filled_workspace: Company) -> dict[int, tuple[str, ...]]:
    """What the company's and the shipped rules make of the example."""
    return outcomes(filled_workspace.plan("undisturbed.plan"))


@pytest.mark.parametrize(("stage", "rule"), RULES, ids=[rule for _, rule in RULES])
def test_switching_a_shipped_rule_off_changes_something(
    plain: Company, shipped_alone: dict[int, tuple[str, ...]], stage: Stage, rule: str
) -> None:
    """The plan of the example, else what one of the rule's own tests expects."""
    text = f"pack: off\nstage: {stage}\ndecide: first\nrules:\n  - {{id: {rule}, disabled: true}}\n"
    (plain.folder / "rules" / "off.yaml").write_text(text)
    changed = outcomes(plain.plan()) != shipped_alone
    if not changed:
        compiled = compile_merged(merge([read_pack(text, "off.yaml")], shipped_packs())[stage])
        cases = [
            (found.id, case)
            for pack in shipped_packs()
            for found in pack.rules
            if found.id == rule and pack.stage == stage
            for case in found.cases
        ]
        changed = not all(result.passed for result in run_cases(compiled, cases))
    assert changed


def test_a_company_can_turn_an_outcome_round(filled: Company) -> None:
    """The same id replaces: what was applied waits now, and the plan names the company's file."""
    (filled.folder / "rules" / "careful.yaml").write_text(
        "pack: careful\nstage: match\ndecide: first\nrules:\n"
        "  - id: text-exact\n    rule: Texts are for people\n    when: {tier: text}\n"
        "    then: {outcome: review, reason: not_automatic}\n    because: we look at texts\n"
    )
    lines = [line for line in records(filled.plan()) if line["rule"] == "text-exact"]
    assert {line["outcome"] for line in lines} == {"review"}
    assert len(lines) == 3
    assert all("careful.yaml:" in line["rule_at"] for line in lines)


def nothing_fires(_: VectorDecider, __: Fired) -> Fired:
    """Says that no rule fires."""
    return ()


def one_more_fires(_: VectorDecider, fired: Fired) -> Fired:
    """Says that the next rule fires, too."""
    return (*fired, fired[-1] + 1)


def crashes(_: VectorDecider, __: Fired) -> Fired:
    """Does not answer."""
    raise ZeroDivisionError


@pytest.mark.parametrize("decider", ["native", "durable_rules"])
@pytest.mark.parametrize("lie", [nothing_fires, one_more_fires, crashes])
def test_a_decider_that_lies_books_nothing(
    filled: Company,
    undisturbed: dict[int, tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    decider: str,
    lie: Lie,
) -> None:
    """Exactly the payments it lies about go to a person; the vectors are kept; exit code 70."""
    from dataclasses import replace

    original = book.rule_book

    def with_a_liar(*arguments: object, **options: object) -> book.RuleBook:
        found = original(*arguments, **options)  # type: ignore[arg-type]
        (stage,) = (stage for stage in found.stages if stage.stage == "match")
        index = [rule.id for rule in stage.rules].index("text-exact")

        def liar(program: Program, vectors: Sequence[Vector]) -> list[Fired]:
            answers = decide_native(program, vectors)
            if program is not stage.program:
                return answers
            return [lie(decide_native, a) if index in a else a for a in answers]

        both = {"native": decide_native, "durable_rules": decide_native} | {decider: liar}
        return replace(found, options=both)

    monkeypatch.setattr(configuration, "rule_book", with_a_liar)
    result = filled.cli("match", "--out", "lie.plan", expect=70)
    assert result.codes == ["RK420"]
    met = outcomes(filled.path / "lie.plan")
    lied = {line for line, decision in undisturbed.items() if decision[2] == "text-exact"}
    assert {line for line in met if met[line] != undisturbed[line]} == lied
    assert {met[line][0] for line in lied} == {"review"}
    assert all("RK420" in met[line][3] for line in lied)
    (fault,) = (filled.path / ".reskontra" / "faults").iterdir()
    assert json.loads(fault.read_text())
    filled.check()

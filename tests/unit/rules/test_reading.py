"""Reading packs: everything wrong at once, with positions and suggestions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.rules.language import Atom, Param
from reskontra.rules.reading import load_pack, read_pack

HEAD = "pack: p\nstage: match\nrules:\n"


def rule(when: str, then: str = "{outcome: review}") -> str:
    return f"{HEAD}  - id: a\n    when: {when}\n    then: {then}\n    because: x\n"


def problems(text: str) -> list[Problem]:
    with pytest.raises(ReskontraError) as caught:
        read_pack(text, "p.yaml")
    return [problem for problem in caught.value.problems if problem.is_error]


def first_atom(text: str) -> Atom:
    part = read_pack(text, "p.yaml").rules[0].when
    atom = part.parts[0]  # type: ignore[union-attr]
    assert isinstance(atom, Atom)
    return atom


def test_a_typo_has_position_excerpt_and_suggestion() -> None:
    (problem,) = problems(rule("{refrence: abc}"))
    assert str(problem) == (
        "p.yaml:5:12: RK403 unknown fact 'refrence' — did you mean 'reference'?"
    )
    assert problem.excerpt == "    when: {refrence: abc}"


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    text = (
        "pack: p\nstage: match\ncolour: red\nrules:\n"
        "  - id: A b\n    when: {tier: refrence, diference: 0}\n    then: {outcome: aply}\n"
    )
    found = [(p.code, p.place.line if p.place else 0) for p in problems(text)]
    assert found == [
        ("RK401", 3),
        ("RK400", 5),
        ("RK409", 5),
        ("RK405", 6),
        ("RK403", 6),
        ("RK407", 7),
    ]


def test_norway_stays_text_and_leading_zeros_survive() -> None:
    assert first_atom(rule("{bank_code: NO}")).value == "NO"
    assert first_atom(rule("{customer: 0012345}")).value == "0012345"


def test_a_number_for_text_asks_for_quotes() -> None:
    (problem,) = problems(rule("{customer: 12345}"))
    assert problem.code == "RK405"
    assert problem.help == 'put it in quotes: "12345"'


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{amount: yes}", "RK405"),
        ("{amount: 0.0001}", "RK405"),
        ("{amount: 99999999999999999}", "RK405"),
        ("{relevance: 1.5}", "RK405"),
        ("{candidates: 1.5}", "RK405"),
        ("{duplicate: 1}", "RK405"),
        ("{booking_date: 2026-02-30}", "RK405"),
        ("{tier: [text, list]}", "RK405"),
        ("{tier: {in: text}}", "RK405"),
        ("{amount: {between: [5, 1]}}", "RK405"),
        ("{amount: {in: []}}", "RK405"),
        ('{text: {contains: ""}}', "RK405"),
        ("{amount: {like: 5}}", "RK404"),
        ("{tier: {contains: ref}}", "RK404"),
        ("{any: []}", "RK400"),
        ("{any: [{}]}", "RK400"),
        ("{not: {}}", "RK400"),
        ("{amount: {}}", "RK400"),
        ("{amount: {gt: {param: 5}}}", "RK400"),
        ("{not: {tag: x}}", "RK416"),
        ('{text: {matches: "("}}', "RK410"),
    ],
)
def test_conditions_that_cannot_be_meant(when: str, code: str) -> None:
    assert code in [problem.code for problem in problems(rule(when))]


@pytest.mark.parametrize(
    "then",
    [
        "{}",
        "{outcome: cash_entry}",
        "{treat: write_off}",
        "{outcome: apply, role: rounding}",
        "{outcome: 5}",
        "{tag: Not A Tag}",
    ],
)
def test_effects_are_a_closed_list_per_stage(then: str) -> None:
    assert {problem.code for problem in problems(rule("{}", then))} == {"RK407"}


def test_a_cash_entry_needs_a_role_or_an_account_not_both() -> None:
    text = rule("{}", '{outcome: cash_entry, role: bank_fee, account: "6570"}')
    found = problems(text.replace("stage: match", "stage: create"))
    assert [problem.message for problem in found] == ["either 'role' or 'account', not both"]


def test_literals_are_exact() -> None:
    assert first_atom(rule("{difference: {gt: 0.10}}")).value == Decimal("0.10")
    assert first_atom(rule("{relevance: {gte: 0.7501}}")).value == 7501
    assert first_atom(rule("{amount: {gt: {param: large}}}")).value == Param("large")


def test_plain_data_without_the_yaml_loader() -> None:
    data = {"pack": "p", "stage": "match", "rules": [{"id": "a", "when": {"tyer": "text"}}]}

    def position(path: tuple[str | int, ...], *, key: bool = False) -> tuple[int, int]:
        return len(path) + 1, 2 if key else 1

    with pytest.raises(ReskontraError) as caught:
        load_pack(data, file="x.yaml", position=position)
    assert "x.yaml:5:2: RK403 unknown fact 'tyer' — did you mean 'tier'?" in str(caught.value)


def test_a_pack_that_is_no_mapping() -> None:
    assert problems("- a\n- b\n")[0].code == "RK400"


def test_a_rule_without_tests_is_a_warning() -> None:
    pack = read_pack(rule("{}"), "p.yaml")
    assert [problem.code for problem in pack.warnings] == ["RK414"]

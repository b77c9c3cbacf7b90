"""Rules of branches: over the company's and the partner's, for the cash accounts of the branch."""

from __future__ import annotations

import pytest

from reskontra.engine.errors import ReskontraError
from reskontra.rules.cases import suites
from reskontra.rules.compiling import compile_merged
from reskontra.rules.coverage import coverage
from reskontra.rules.explaining import trace
from reskontra.rules.language import Pack
from reskontra.rules.merging import content_hash, merge
from reskontra.rules.reading import read_packs

ACCOUNTS = {"gbg": ("main-gbg",), "sth": ("main-sth", "savings")}
PACK = "pack: {name}\nstage: classify\n{head}rules:\n"
RULE = "  - {{id: fee, {more}when: {{text: {{contains: fee}}}}, then: {then}, because: x}}\n"


def text(name: str, then: str = "{outcome: hide}", *, head: str = "", more: str = "") -> str:
    return PACK.format(name=name, head=head) + RULE.format(then=then, more=more)


SHIPPED = ("packs/classify.yaml", text("shipped", "{outcome: review}"))
PARTNER = ("partner/rules/own.yaml", text("partner", "{outcome: hold}"))
COMPANY = ("companies/acme/rules/own.yaml", text("company"))


def branch(name: str, content: str) -> tuple[str, str]:
    return (f"companies/acme/branches/{name}/rules/own.yaml", content)


def outcomes(files: list[tuple[str, str]], *accounts: str) -> list[str]:
    """What is done with a fee on each cash account."""
    stage = compile_merged(merge(read(files), read_packs([SHIPPED]))["classify"])
    told = []
    for account in accounts:
        steps = trace(stage, {"text": "a fee", "cash_account": account, "currency": "SEK"})
        fired = [n for n, step in enumerate(steps) if step.result == "fired"]
        told.append(" ".join(str(stage.rules[n].then["outcome"]) for n in fired) or "none")
    return told


def read(files: list[tuple[str, str]]) -> list[Pack]:
    return read_packs(files, ACCOUNTS)


def test_the_company_is_stronger_than_its_partner_and_the_branch_than_both() -> None:
    """In the order of the layers, whatever the order of the files."""
    files = [PARTNER, COMPANY, branch("gbg", text("gbg", "{outcome: review}"))]
    for order in (files, files[::-1]):
        assert outcomes(order, "main-gbg", "main-sth", "other") == ["review", "hide", "hide"]
    assert outcomes([PARTNER], "other") == ["hold"]


def test_two_branches_replace_the_same_rule_each_for_its_accounts() -> None:
    files = [
        branch("gbg", text("gbg", "{outcome: hold}")),
        branch("sth", text("sth", more="disabled: true, ")),
        COMPANY,
    ]
    assert outcomes(files, "main-gbg", "main-sth", "savings", "other") == [
        "hold", "none", "none", "hide",
    ]  # fmt: skip


def test_a_parameter_of_a_branch_serves_the_rules_beside_it() -> None:
    own = text("gbg", "{outcome: {param: what}}", head="params: {what: hold}\n")
    company = text("company", "{outcome: {param: what}}", head="params: {what: hide}\n")
    files = [branch("gbg", own), (COMPANY[0], company)]
    assert outcomes(files, "main-gbg", "other") == ["hold", "hide"]
    with pytest.raises(ReskontraError, match=r"RK950 the parameter 'what' of branch 'gbg'"):
        read([branch("gbg", text("gbg", head="params: {what: hold}\n"))])


def test_whose_rules_they_are_is_part_of_the_hash() -> None:
    one, other = (read([branch(name, text("x"))]) for name in ("gbg", "sth"))
    assert content_hash(one) != content_hash(other)


def test_without_a_cash_account_they_are_for_every_line() -> None:
    """As ``--branch`` asks for them."""
    assert outcomes([branch("oslo", text("oslo", "{outcome: hold}")), COMPANY], "any") == ["hold"]


def test_each_layer_has_its_own_rules_to_prove() -> None:
    files = [branch("gbg", text("gbg")), branch("sth", text("sth")), COMPANY]
    (suite,) = suites(read(files), over=read_packs([SHIPPED]))
    assert sorted(rule.place for rule in coverage(suite)) == sorted(f"{f}:4" for f, _ in files)

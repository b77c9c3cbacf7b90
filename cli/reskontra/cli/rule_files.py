"""The rules and tests that a command looks at: those of the company, and the shipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reskontra.adapters.wiring import now
from reskontra.cli.session import Session
from reskontra.config.company import load_company
from reskontra.config.workspace import Workspace, choose_company, load_workspace
from reskontra.engine.preferences import Preferences
from reskontra.rules.book import RuleBook, preferred, rule_book
from reskontra.rules.cases import Suite, suites
from reskontra.rules.language import CaseFile, Pack
from reskontra.rules.merging import StageRules, merge
from reskontra.rules.reading import read_case_files, read_packs
from reskontra.rules.shipped import shipped_case_files, shipped_packs


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """What a company has written, and the preferences that its rules refer to."""

    workspace: Workspace
    company: str
    packs: Sequence[Pack]
    tests: Sequence[CaseFile]
    preferences: Preferences

    @property
    def params(self) -> dict[str, Any]:
        """The preferences that rules refer to by name."""
        return preferred(self.preferences)

    def suites(self) -> list[Suite]:
        """The company's tests, decided by its rules over the shipped ones; then the shipped tests,
        decided by the shipped rules alone.
        """
        own = suites(self.packs, over=shipped_packs(), files=self.tests, params=self.params)
        return [*own, *suites(shipped_packs(), files=shipped_case_files())]

    def stages(self) -> list[StageRules]:
        """The rules as they are asked: the company's first."""
        return list(merge(self.packs, shipped_packs(), preferences=self.params).values())

    def book(self) -> RuleBook:
        """The rules at work. Raises ``ReskontraError`` with every problem of them."""
        return rule_book(self.packs, shipped_packs(), preferences=self.preferences)


def rule_files(session: Session) -> RuleFiles:
    """The rule files of the chosen company as they hold today.

    Raises ``ReskontraError`` with every problem of them.
    """
    workspace = load_workspace(session.directory)
    name = choose_company(workspace, session.company)
    company = load_company(workspace, name, branch=session.branch, on=now()[:10])
    return RuleFiles(
        workspace,
        name,
        read_packs(company.rule_files, company.preferences.branch_accounts()),
        read_case_files(company.test_files),
        company.preferences,
    )


def layer(place: str) -> str:
    """The layer that a rule file belongs to.

    >>> layer("packs/match.yaml:12"), layer("companies/acme/branches/gbg/rules/own.yaml:3")
    ('shipped', 'branch')
    """
    if place.startswith("packs/"):
        return "shipped"
    if place.startswith("partner/"):
        return "partner"
    return "branch" if "/branches/" in place else "company"

"""The rules and tests that a command looks at: those of the company, and the shipped ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reskontra.cli.session import Session

if TYPE_CHECKING:
    from reskontra.rules.cases import Suite


def all_suites(session: Session) -> list[Suite]:
    """The tests of the company (its rules over the shipped ones), then the shipped tests.

    Raises ``ReskontraError`` with every problem of the company's files.
    """
    from reskontra.config.company import load_company
    from reskontra.config.workspace import choose_company, load_workspace
    from reskontra.rules.book import preferred
    from reskontra.rules.cases import suites
    from reskontra.rules.reading import read_case_files, read_packs
    from reskontra.rules.shipped import shipped_packs

    workspace = load_workspace(session.directory)
    company = load_company(
        workspace, choose_company(workspace, session.company), branch=session.branch
    )
    shipped = shipped_packs()
    own = suites(
        read_packs(company.rule_files),
        over=shipped,
        files=read_case_files(company.test_files),
        params=preferred(company.preferences),
    )
    return [*own, *suites(shipped)]

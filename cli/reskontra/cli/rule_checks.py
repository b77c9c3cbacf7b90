"""The part of ``lint`` that reads rules: each file, how packs fit together, the tests beside rules.

Stands here because ``config`` must not know the rules and the rules do not know workspaces.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from reskontra.config.files import TESTS
from reskontra.config.lint import CompanyUnderLint
from reskontra.engine.errors import Place, Problem, ReskontraError
from reskontra.engine.preferences import Preferences
from reskontra.rules.analysis import analyse
from reskontra.rules.book import RuleBook, preferred, rule_book
from reskontra.rules.branches import limited
from reskontra.rules.cases import suites
from reskontra.rules.language import CaseFile, Pack
from reskontra.rules.merging import StageRules, merge, where
from reskontra.rules.names import misplaced
from reskontra.rules.reading import read_case_file, read_pack
from reskontra.rules.shipped import shipped_packs
from reskontra.rules.unattended import findings


def check_rules(subject: CompanyUnderLint) -> Iterator[Problem]:
    """Every problem of the rule files of one company; tests run only when all files are sound."""
    packs: list[Pack] = []
    tests: list[CaseFile] = []
    sound = True
    for label, text in (*subject.rule_files, *subject.test_files):
        try:
            if label.endswith(TESTS):
                tests.append(read_case_file(text, label))
            else:
                packs.append(read_pack(text, label))
        except ReskontraError as error:
            sound = False
            yield from error.problems
    named = {case.expect.get("rule") for file in tests for case in file.cases}
    apart = {rule.place for pack in packs for rule in pack.rules if rule.id in named}
    for pack in packs:
        yield from (p for p in pack.warnings if p.code != "RK414" or p.place not in apart)
    if not sound:
        return
    yield from misplaced(packs, shipped_packs())
    try:
        if subject.preferences is not None:
            packs = limited(packs, subject.preferences.branch_accounts())
        params = preferred(subject.preferences) if subject.preferences else None
        book = rule_book(packs, shipped_packs(), preferences=subject.preferences)
        if subject.preferences is not None:
            yield from _unattended(book, packs, subject, subject.preferences)
        stages = merge(packs, shipped_packs())
        yield from _analysed(stages.values(), {label for label, _ in subject.rule_files})
        for suite in suites(packs, over=shipped_packs(), files=tests, params=params):
            yield from (result.problem for result in suite.results() if result.problem)
    except ReskontraError as error:
        yield from error.problems


def _unattended(
    book: RuleBook, packs: Sequence[Pack], subject: CompanyUnderLint, preferences: Preferences
) -> Iterable[Problem]:
    """What rules could do without a person."""

    def limit(currency: str) -> Place | None:
        origin = subject.effective.origin(("differences", "write_off_limit", currency))
        return origin.place if origin else None

    own = {where(rule): rule.place for pack in packs for rule in pack.rules}
    return findings(book, preferences, own, limit)


def _analysed(stages: Iterable[StageRules], own: Container[str]) -> Iterator[Problem]:
    """Findings across the rules of a stage, as far as they concern the company's own files."""
    for stage in stages:
        if not any(rule.place.file in own for rule in stage.rules):
            continue
        for problem in analyse(stage):
            if problem.place is not None and problem.place.file in own:
                yield problem

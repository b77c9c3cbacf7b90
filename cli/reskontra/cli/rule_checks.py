"""The part of ``lint`` that reads rules: each file, how packs fit together, the tests beside rules.

Stands here because ``config`` must not know the rules and the rules do not know workspaces.
"""

from __future__ import annotations

from collections.abc import Iterator

from reskontra.config.lint import CompanyUnderLint
from reskontra.engine.errors import Problem, ReskontraError
from reskontra.rules.cases import run_tests
from reskontra.rules.language import Pack
from reskontra.rules.merging import merge
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_packs


def check_rules(subject: CompanyUnderLint) -> Iterator[Problem]:
    """Every problem of the rule files of one company; tests run only when all files are sound."""
    packs: list[Pack] = []
    sound = True
    for label, text in subject.rule_files:
        try:
            packs.append(read_pack(text, label))
        except ReskontraError as error:
            sound = False
            yield from error.problems
    for pack in packs:
        yield from pack.warnings
    if not sound:
        return
    try:
        merge(packs, shipped_packs())
        for pack in packs:
            results = run_tests(pack, over=shipped_packs())
            yield from (result.problem for result in results if result.problem)
    except ReskontraError as error:
        yield from error.problems

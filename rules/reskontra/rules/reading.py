"""Reads a pack: every mistake is named with file, line and column, and all of them at once.

Takes plain data from the strict YAML loader and gives a ``Pack``. What needs other packs
(parameters, replaced rules) is checked by ``merging``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast

from reskontra.config.strict_yaml import Loaded, load
from reskontra.config.validation import describe, did_you_mean, misspelt
from reskontra.engine.errors import Place, Problem, ReskontraError
from reskontra.rules import reading_cases, reading_conditions, reading_tables
from reskontra.rules.branches import Accounts, limited
from reskontra.rules.facts import FIELDS
from reskontra.rules.language import All, CaseFile, Pack, Rule
from reskontra.rules.values import effect_problem
from reskontra.rules.vocabulary import (
    BLOCK_STAGES,
    BLOCKS,
    EFFECTS,
    POLICIES,
    STAGES,
    Policy,
    Stage,
)

Path = tuple[str | int, ...]
Read = TypeVar("Read", Pack, CaseFile)

PACK_KEYS = ("pack", "title", "stage", "decide", "params", "rules", "tables", "$schema")
RULE_KEYS = ("id", "rule", "when", "then", "because", "tests", "block", "disabled", "from", "to")
BECAUSE_EXTRA = ("document", "shortage", "surplus")
"""Placeholders of ``because`` beside the facts; see ``explaining.SIDES``."""

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Position(Protocol):
    """Where a value, or its key, stands: 1-based line and column."""

    def __call__(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Line and column of ``path``."""


class Report:
    """Collects the problems of one file."""

    def __init__(self, file: str, position: Position) -> None:
        self.file = file
        self.position = position
        self.problems: list[Problem] = []

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where ``path`` stands."""
        return Place(self.file, *self.position(path, key=key))

    def add(self, code: str, message: str, path: Path, *, key: bool = False, tip: str = "") -> None:
        """Remember an error; one about a key marks all of it."""
        width = len(str(path[-1])) if key and path else 1
        self.problems.append(Problem(code, message, self.place(path, key=key), tip, width=width))

    def moved(self, position: Position) -> Report:
        """A report into the same list that finds places in another way."""
        other = Report(self.file, position)
        other.problems = self.problems
        return other

    def mapping(self, value: Any, what: str, path: Path, known: Sequence[str]) -> dict[str, Any]:
        """``value`` as a mapping with known keys only; an empty one after a report."""
        if not isinstance(value, dict):
            tip = f"keys here: {', '.join(known)}"
            self.add("RK400", f"{what} is a mapping, met {describe(value)}", path, tip=tip)
            return {}
        for key, only in misspelt(value, known).items():
            guess = did_you_mean(key, known)
            tip = "" if guess else f"known keys here: {', '.join(known)}"
            place = self.place((*path, key), key=True)
            message = f"unknown key '{key}' in {what}{guess}"
            self.problems.append(Problem("RK401", message, place, tip, width=len(key), fix=only))
        return {key: item for key, item in value.items() if key in known}

    def text(self, value: Any, what: str, path: Path) -> str:
        """``value`` as text with content."""
        if isinstance(value, str) and value.strip():
            return value
        self.add("RK400", f"{what} is text, met {describe(value)}", path)
        return ""

    def choice(self, value: Any, what: str, path: Path, choices: Sequence[str]) -> str:
        """``value`` as one of ``choices``; the first of them after a report."""
        if value in choices:
            return str(value)
        guess = did_you_mean(str(value), choices)
        message = f"{what} is one of {', '.join(choices)}, met {describe(value)}{guess}"
        self.add("RK400", message, path)
        return choices[0]


def read_pack(text: str, file: str) -> Pack:
    """A pack from YAML text; problems carry the source line.

    Raises ``ReskontraError`` with every problem found.
    """
    return _read(text, file, load_pack)


def read_case_file(text: str, file: str) -> CaseFile:
    """A test file from YAML text; problems carry the source line.

    Raises ``ReskontraError`` with every problem found.
    """
    return _read(text, file, load_case_file)


def _read(text: str, file: str, loader: Callable[..., Read]) -> Read:
    loaded = load(text, file)
    try:
        return loader(loaded.data, file=file, position=loaded.position)
    except ReskontraError as error:
        shown = tuple(_shown(problem, loaded) for problem in error.problems)
        raise ReskontraError(shown, error.exit_code) from None


def _shown(problem: Problem, loaded: Loaded) -> Problem:
    """With its source line; a key in quotes is left to a person."""
    place = problem.place or Place(loaded.file)
    excerpt = loaded.excerpt(place.line)
    quoted = excerpt[place.column - 1 : place.column] in ("'", '"')
    return replace(problem, excerpt=excerpt, fix="" if quoted else problem.fix)


def read_packs(files: Iterable[tuple[str, str]], accounts: Accounts | None = None) -> list[Pack]:
    """The packs of ``files`` (name, text), in their order; those of branches for their cash
    ``accounts``.

    Raises ``ReskontraError`` with the problems of all of them.
    """
    return limited(_read_all(files, read_pack), accounts or {})


def read_case_files(files: Iterable[tuple[str, str]]) -> list[CaseFile]:
    """The test files of ``files`` (name, text), in their order.

    Raises ``ReskontraError`` with the problems of all of them.
    """
    return _read_all(files, read_case_file)


def _read_all(files: Iterable[tuple[str, str]], reader: Callable[[str, str], Read]) -> list[Read]:
    read: list[Read] = []
    problems: list[Problem] = []
    for name, text in files:
        try:
            read.append(reader(text, name))
        except ReskontraError as error:
            problems += error.problems
    if problems:
        raise ReskontraError(tuple(problems))
    return read


def load_case_file(data: Any, *, file: str, position: Position) -> CaseFile:
    """A test file from plain data.

    Raises ``ReskontraError`` with every problem found (RK400, RK401, RK405, RK407).
    """
    report = Report(file, position)
    found = reading_cases.case_file(report, data)
    if report.problems:
        raise ReskontraError(tuple(sorted(report.problems, key=_order)))
    return found


def load_pack(data: Any, *, file: str, position: Position) -> Pack:
    """A pack from plain data (dict, list, str, int, bool, Decimal).

    Raises ``ReskontraError`` with every problem found (RK400, RK401, RK403 to RK405, RK407 to
    RK411, RK416, RK419, RK450 to RK453); warnings are kept in the pack.
    """
    report = Report(file, position)
    pack = _pack(report, data)
    errors = [problem for problem in report.problems if problem.is_error]
    if errors:
        raise ReskontraError(tuple(sorted(report.problems, key=_order)))
    return replace(pack, warnings=tuple(sorted(report.problems, key=_order)))


def _order(problem: Problem) -> tuple[Any, ...]:
    return (problem.place, problem.code, problem.message)


_TIPS = {
    "pack": "give the pack a name of its own, e.g. pack: acme-bank-rules",
    "stage": f"say when its rules are asked: {', '.join(STAGES)}",
    "id": "give the rule a name of its own, e.g. id: bank-fee",
    "when": "{} = every payment",
    "then": "say what happens, e.g. then: {outcome: review}",
    "because": 'one sentence for whoever asks why, e.g. "the bank took {amount} as a fee"',
}
"""What to write for a key that is missing."""


def _pack(report: Report, data: Any) -> Pack:
    top = report.mapping(data, "a pack", (), PACK_KEYS)
    for key in ("pack", "stage"):
        if top and key not in top:
            report.add("RK400", f"the key '{key}' is missing", (), tip=_TIPS[key])
    stage = cast("Stage", report.choice(top.get("stage", STAGES[0]), "stage", ("stage",), STAGES))
    decide = report.choice(top.get("decide", POLICIES[0]), "decide", ("decide",), POLICIES)
    rules = _rules(report, top.get("rules", []), stage)
    rows = reading_tables.rows(
        report, top.get("tables", []), stage, cast("Policy", decide), read_rule
    )
    _unique_ids(report, (*rules, *rows))
    return Pack(
        name=_identifier(report, top.get("pack", "pack"), "pack", ("pack",)),
        title=str(top.get("title", "")),
        stage=stage,
        decide=cast("Policy", decide),
        params=_params(report, top.get("params", {})),
        param_places={
            name: report.place(("params", name), key=True) for name in _keys(top.get("params"))
        },
        rules=(*rules, *rows),
        file=report.file,
        place=report.place(()),
    )


def _keys(value: Any) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def _identifier(report: Report, value: Any, what: str, path: Path) -> str:
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    tip = "small letters a-z, digits and '-', at most 60 characters"
    report.add("RK409", f"{what} {describe(value)} is not an id", path, tip=tip)
    return ""


def _params(report: Report, value: Any) -> dict[str, Any]:
    """Names to scalars, lists of scalars or a mapping of currency to amount."""
    if not isinstance(value, dict):
        report.add("RK400", f"params is a mapping, met {describe(value)}", ("params",))
        return {}
    result: dict[str, Any] = {}
    for name, item in value.items():
        path: Path = ("params", name)
        if not _NAME.fullmatch(name):
            tip = "small letters, digits and '_'"
            report.add("RK409", f"'{name}' is not a parameter name", path, key=True, tip=tip)
        if item is None:
            report.add("RK400", f"the parameter '{name}' has no value", path, key=True)
        result[name] = tuple(item) if isinstance(item, list) else item
    return result


def _rules(report: Report, value: Any, stage: Stage) -> tuple[Rule, ...]:
    if not isinstance(value, list):
        report.add("RK400", f"rules is a list, met {describe(value)}", ("rules",))
        return ()
    return tuple(
        _tested(report, read_rule(report, item, stage, ("rules", index)))
        for index, item in enumerate(value)
    )


def _unique_ids(report: Report, rules: Sequence[Rule]) -> None:
    first: dict[str, Rule] = {}
    for rule in rules:
        if rule.id and rule.id in first:
            line = first[rule.id].place.line
            tip = "give each rule an id of its own"
            message = f"rule id '{rule.id}' stands twice, first in line {line}"
            report.problems.append(Problem("RK408", message, rule.place, tip))
        first.setdefault(rule.id, rule)


def _tested(report: Report, rule: Rule) -> Rule:
    """The rule, after a warning when no test stands beside it."""
    if not rule.disabled and rule.id and not rule.cases:
        tip = "add one case that must fire and one that must not"
        message = f"rule '{rule.id}' has no tests"
        report.problems.append(Problem("RK414", message, rule.place, tip, severity="warning"))
    return rule


def read_rule(report: Report, value: Any, stage: Stage, path: Path) -> Rule:
    """A rule as it is written under ``path``."""
    item = report.mapping(value, "a rule", path, RULE_KEYS)
    disabled = item.get("disabled", False)
    if not isinstance(disabled, bool):
        report.add("RK400", f"disabled is true or false, met {describe(disabled)}", path)
    required = ("id",) if disabled else ("id", "when", "then", "because")
    for key in required:
        if item and key not in item:
            report.add("RK400", f"the rule has no '{key}'", path, tip=_TIPS[key])
    when = reading_conditions.condition(report, item.get("when", {}), stage, (*path, "when"))
    reading_conditions.check_tags(report, when)
    period = reading_conditions.period(report, item, path)
    return Rule(
        id=_identifier(report, item["id"], "id", (*path, "id")) if "id" in item else "",
        stage=stage,
        title=str(item.get("rule", item.get("id", ""))),
        when=All((*when.parts, *period)),
        then=_effects(report, item["then"], stage, (*path, "then")) if "then" in item else {},
        because=_because(report, item["because"], path) if "because" in item else "",
        place=report.place(path),
        cases=reading_cases.cases(report, item.get("tests", []), stage, (*path, "tests")),
        block=_block(report, item.get("block", ""), stage, (*path, "block")),
        disabled=disabled is True,
        period=period,
        effect_places={key: report.place((*path, "then", key)) for key in _keys(item.get("then"))},
    )


def _block(report: Report, value: Any, stage: Stage, path: Path) -> str:
    if not value:
        return ""
    if stage not in BLOCK_STAGES:
        message = f"blocks are used in {' and '.join(BLOCK_STAGES)}, this stage is {stage}"
        report.add("RK400", message, path)
    return report.choice(value, "block", path, BLOCKS)


def _because(report: Report, value: Any, path: Path) -> str:
    text = report.text(value, "because", (*path, "because"))
    known = (*FIELDS, *BECAUSE_EXTRA)
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            message = f"unknown placeholder {{{name}}}{did_you_mean(name, known)}"
            report.add("RK419", message, (*path, "because"))
    return text


def _effects(report: Report, value: Any, stage: Stage, path: Path) -> dict[str, Any]:
    known = EFFECTS[stage]
    if not isinstance(value, dict) or not value:
        met = describe(value) if value else "nothing"
        tip = f"one of: {', '.join(known)}"
        report.add("RK407", f"'then' says what happens, met {met}", path, tip=tip)
        return {}
    result: dict[str, Any] = {}
    for key, item in value.items():
        if key not in known:
            guess = did_you_mean(key, tuple(known))
            tip = f"effects of the stage {stage}: {', '.join(known)}"
            message = f"unknown effect '{key}'{guess}"
            report.add("RK407", message, (*path, key), key=True, tip=tip)
            continue
        param = reading_conditions.param(report, item, (*path, key))
        if param is None:
            reason = effect_problem(known[key], item)
            if reason:
                report.add("RK407", f"{key} {reason}", (*path, key))
        result[key] = item if param is None else param
    if "role" in result and "account" in result:
        report.add("RK407", "either 'role' or 'account', not both", path)
    if result.get("outcome") == "cash_entry" and not {"role", "account"} & set(result):
        tip = 'role: bank_fee, or account: "6570"'
        report.add("RK407", "a cash entry needs a 'role' or an 'account'", path, tip=tip)
    return result

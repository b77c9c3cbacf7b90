"""Scenarios: a ledger and bank files in a folder, and the plan that they must give.

Everything is real: the files go through the importers into books of their own, the kernel proposes,
the company's preferences and rules decide. The company's books are not touched.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from reskontra.adapters.imports import (
    import_bank_file,
    import_customers_file,
    import_open_items_file,
)
from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.upgrading import upgrade
from reskontra.adapters.wiring import Application
from reskontra.config.company import read_company
from reskontra.config.workspace import ROLES, Actor, Workspace
from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.money import exact, exponent
from reskontra.engine.plan.model import PlannedLine
from reskontra.engine.services.match import match
from reskontra.rules.cases import CaseResult
from reskontra.rules.language import Case, LedgerCase

CUSTOMERS, OPEN_ITEMS, EXPECTED = "customers.csv", "open_items.csv", "expected.csv"
"""Files of a scenario; every other file is from the bank, imported in the order of the names."""
COLUMNS = (
    "line", "booking_date", "amount", "currency", "payer", "outcome", "treat", "tier", "rule",
    "documents", "written_off", "unapplied", "blocked",
)  # fmt: skip
"""What a plan says of a bank line, as far as money and rules go."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What became of one scenario."""

    folder: Path
    name: str
    """The folder below the workspace, with ``/``."""
    expected: tuple[Row, ...] | None
    """``None``: there is no ``expected.csv`` yet."""
    met: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        """Whether the plan is the expected one."""
        return self.expected == self.met

    def differences(self) -> Iterator[tuple[str, str, str, str]]:
        """Bank line, column, expected and met; a line that is missing on one side has ``-``."""
        before, after = (
            {row["line"]: row for row in rows} for rows in (self.expected or (), self.met)
        )
        for line in dict.fromkeys((*before, *after)):
            for column in COLUMNS:
                want, found = (side.get(line, {}).get(column, "-") for side in (before, after))
                if want != found:
                    yield line, column, want, found

    def accept(self) -> None:
        """Write what was met as what is expected."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.met)
        (self.folder / EXPECTED).write_text(text.getvalue(), "utf-8")


def scenarios(workspace: Workspace, company: str) -> list[Path]:
    """The scenario folders of a company, sorted."""
    folder = workspace.folder(company) / "scenarios"
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


@dataclass(frozen=True, slots=True)
class Stage:
    """Where scenarios are played: a company's configuration, and a folder that is thrown away."""

    workspace: Workspace
    company: str
    branch: str
    scratch: Path

    def play(self, folder: Path) -> tuple[Row, ...]:
        """The plan for everything in a folder, on books of its own.

        Raises ``ReskontraError`` for what the files or the configuration have wrong.
        """
        empty, books = self.scratch / "empty.sqlite", self.scratch / "books.sqlite"
        if not empty.exists():
            upgrade(f"sqlite:///{empty}")
        shutil.copy(empty, books)
        return _played(self.workspace, self.company, self.branch, folder, f"sqlite:///{books}")

    def scenario(self, folder: Path) -> ScenarioResult:
        """A scenario of the company."""
        name = self.workspace.label(folder)
        return ScenarioResult(folder, name, _expected(folder), self.play(folder))

    def payment(self, wanted: LedgerCase) -> CaseResult:
        """A test that gives a bank line and a ledger: they become files like any others.

        Raises RK434 where they cannot be imported.
        """
        folder = self.scratch / "ledger"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        currency = read_company(self.workspace, self.company).loaded().preferences.company.currency
        case = wanted.case
        day = case.given.get("booking_date", "")
        _write(folder / CUSTOMERS, wanted.customers)
        defaults = {"kind": "invoice", "currency": currency, "document_date": day, "due_date": day}
        items = [
            {**defaults, "open_amount": row.get("amount", ""), **row} for row in wanted.open_items
        ]
        _write(folder / OPEN_ITEMS, items)
        _write(folder / "bank.csv", [{"id": "1", "currency": currency, **case.given}])
        try:
            (met,) = self.play(folder)
        except ReskontraError as error:
            raise _not_imported(case, error) from error
        expected = {key: _cell(value, met["currency"]) for key, value in case.expect.items()}
        differences = tuple(
            (key, value, met[key]) for key, value in expected.items() if met[key] != value
        )
        return CaseResult(met["rule"], case, differences, tuple(met["rule"].split(" + ")))


def _not_imported(case: Case, error: ReskontraError) -> ReskontraError:
    return ReskontraError(
        tuple(
            Problem(
                "RK434",
                f"the files of this test: {problem.code} {problem.message}",
                case.place,
                problem.help,
            )
            for problem in error.problems
        ),
        Exit.BAD_INPUT,
    )


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Rows as CSV with every column that one of them has; nothing without rows."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if rows:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows([{k: _text(v) for k, v in row.items()} for row in rows])


def _text(value: object) -> str:
    """A value as a cell: lists with ``;``, true and false in small letters."""
    if isinstance(value, list):
        return ";".join(_text(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(value: object, currency: str) -> str:
    """An expected value as a plan's row has it; a mapping is documents with amounts."""
    if isinstance(value, Mapping):
        return "; ".join(f"{number} {_cell(paid, currency)}" for number, paid in value.items())
    if isinstance(value, int | Decimal):
        return format(Decimal(value), f".{exponent(currency)}f")
    return _text(value)


@contextmanager
def stage(workspace: Workspace, company: str, *, branch: str = "") -> Iterator[Stage]:
    """A stage for scenarios and tests of whole bank lines."""
    with TemporaryDirectory() as scratch:
        yield Stage(workspace, company, branch, Path(scratch))


def _played(
    workspace: Workspace, company: str, branch: str, folder: Path, url: str
) -> tuple[Row, ...]:
    """The plan for everything in the folder, under the configuration of its newest day."""
    books = open_books(url, company)
    actor = Actor("scenario", "scenario", ROLES)
    reading = read_company(workspace, company, branch=branch)
    application = Application(workspace, reading.loaded(), books, actor)
    if (folder / CUSTOMERS).is_file():
        import_customers_file(application, folder / CUSTOMERS)
    if (folder / OPEN_ITEMS).is_file():
        import_open_items_file(application, folder / OPEN_ITEMS)
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name not in (CUSTOMERS, OPEN_ITEMS, EXPECTED):
            import_bank_file(application, path)
    if reading.effective.changes:
        with books.read() as reader:
            day = reader.newest_booking()
        dated = read_company(workspace, company, branch=branch, on=day).loaded()
        application = Application(workspace, dated, books, actor)
    plan = match(books, application.setting())
    application.report_faults()
    return tuple(_row(line) for line in sorted(plan.lines, key=lambda line: line.line))


def _row(line: PlannedLine) -> Row:
    documents = "; ".join(
        f"{part.number} {exact(part.sign * part.paid, line.currency)}" for part in line.allocations
    )
    written_off = line.written_off + sum(part.write_off for part in line.allocations)
    return {
        "line": str(line.line),
        "booking_date": line.booking_date,
        "amount": exact(line.amount, line.currency),
        "currency": line.currency,
        "payer": line.payer,
        "outcome": line.outcome,
        "treat": line.treat,
        "tier": line.tier,
        "rule": line.rule,
        "documents": documents,
        "written_off": exact(written_off, line.currency),
        "unapplied": exact(line.unapplied, line.currency),
        "blocked": line.blocked,
    }


def _expected(folder: Path) -> tuple[Row, ...] | None:
    """The rows of ``expected.csv``; a column that it does not have is ``-``, and so never met."""
    path = folder / EXPECTED
    if not path.is_file():
        return None
    rows = csv.DictReader(path.read_text("utf-8").splitlines())
    return tuple({column: row.get(column, "-") for column in COLUMNS} for row in rows)

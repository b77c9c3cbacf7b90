"""Finding what was changed past the program: every row against its seal, every table against its
total, the whole against the ledger.

Each finding names table, row and the law that is broken: RK715 a row was changed, RK716 rows are
missing, RK717 a row was added, RK718 the seals themselves do not hold. Tables are read one by one
in batches, and one that cannot even be read does not keep the others from being looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from reskontra.adapters.storage.connection import Connection, Row
from reskontra.adapters.storage.seals import (
    MODULUS,
    Ledger,
    TableSeal,
    ledger_seal,
    row_seals,
    table_seal_seal,
)
from reskontra.adapters.storage.tables import TABLES, Table, quote
from reskontra.engine.errors import Problem
from reskontra.engine.ledger.records import MASTERS, BankLineState

NAMED = 20
"""Findings of one kind and table that are named one by one; the rest is counted."""

_NOT_OURS = (ValueError, TypeError, pl.exceptions.PolarsError)
"""What reading values that no program of ours can have written may raise."""

HELP = {
    "RK715": "Restore the row from a backup; a correction is booked, never written over.",
    "RK716": "Restore the rows from a backup; nothing in the books is ever deleted.",
    "RK717": "Remove the row, or restore a backup; rows are added by the program only.",
    "RK718": "Restore a backup, and find out who can write to the database.",
}


@dataclass(slots=True)
class Findings:
    """Problems found so far."""

    problems: list[Problem] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, code: str, table: str, message: str) -> None:
        """Name a problem, or count it once there are many of its kind."""
        seen = self.counts.get((code, table), 0)
        self.counts[code, table] = seen + 1
        if seen < NAMED:
            self.problems.append(Problem(code, f"{table}: {message}", help=HELP[code]))

    def finished(self) -> list[Problem]:
        """All problems, and how many more there are of those that were only counted."""
        more = [
            Problem(code, f"{table}: and {seen - NAMED} more of this kind", help=HELP[code])
            for (code, table), seen in self.counts.items()
            if seen > NAMED
        ]
        return [*self.problems, *more]


def tampering(connection: Connection, company: str) -> list[Problem]:
    """Everything in a company's books that does not fit its seal; empty = nothing was touched.

    Reads every row once, in order of tables and keys.
    """
    findings = Findings()
    seals: dict[str, TableSeal] = {}
    failures: tuple[type[Exception], ...] = (*connection.failures(), *_NOT_OURS)

    def guarded(name: str, code: str, look: Callable[[], None]) -> None:
        """Look at one table; what keeps it from being read is a finding too."""
        try:
            with connection.apart():
                look()
        except failures as error:
            findings.add(code, name, f"cannot be read: {str(error).strip()}")

    guarded("table_seal", "RK718", lambda: seals.update(_seals(connection, company, findings)))
    for table in TABLES.values():
        seal = seals.get(table.name)
        look = _Look(connection, company, table, findings)
        guarded(table.name, "RK716", lambda look=look, seal=seal: look.at(seal))  # type: ignore[misc]
    guarded("ledger", "RK718", lambda: _ledger(connection, company, seals, findings))
    return findings.finished()


@dataclass
class _Look:
    """One pass over one table."""

    connection: Connection
    company: str
    table: Table
    findings: Findings
    rows: int = 0
    total: int = 0
    next_id: int = 1
    holes: list[tuple[int, int]] = field(default_factory=list)
    """First and last of ids in a row that are not there."""

    def at(self, seal: TableSeal | None) -> None:
        """Look at every row, then at the whole; without a seal only at the rows."""
        before = len(self.findings.problems)
        last_id = seal.last_id if seal and self.table.has_id else None
        columns = f'{self.table.listing()}, "seal"'
        sql = f"{self.table.select(columns, '')} ORDER BY {self.table.order}"
        for batch in self.connection.stream(sql, (self.company,)):
            self._batch(batch, last_id)
        if seal is None:
            return
        if self.table.has_id:
            self._hole(seal.last_id + 1)
            self._holes(seal)
        if len(self.findings.problems) == before:
            self._whole(seal)

    def _batch(self, batch: list[Row], last_id: int | None) -> None:
        """Rows against their seals, ids against their sequence."""
        table = self.table
        stored = [row[-1] for row in batch]
        self.rows += len(batch)
        self.total += sum(stored)
        try:
            right = row_seals(table, table.frame([row[:-1] for row in batch]))
        except _NOT_OURS:
            right = [self._lone_seal(row) for row in batch]
        if right != stored:
            for row, expected in zip(batch, right, strict=True):
                if row[-1] != expected:
                    self._say("RK715", row, "does not fit its seal: it was changed")
        if not table.has_id:
            return
        ids = [row[1] for row in batch]
        if ids == list(range(self.next_id, self.next_id + len(ids))) and (
            last_id is None or ids[-1] <= last_id
        ):
            self.next_id += len(ids)
            return
        for row in batch:
            if last_id is not None and not 0 < row[1] <= last_id:
                self._say("RK717", row, f"was added: the last id given is {last_id}")
                continue
            self._hole(row[1])
            self.next_id = row[1] + 1

    def _lone_seal(self, row: Row) -> int:
        """Seal of one row; -1 for one that no program of ours can have written."""
        try:
            return row_seals(self.table, self.table.frame([row[:-1]]))[0]
        except _NOT_OURS:
            return -1

    def _hole(self, until: int) -> None:
        """Remember ids from the one expected up to ``until`` (exclusive) that are not there."""
        if until > self.next_id:
            self.holes.append((self.next_id, until - 1))

    def _holes(self, seal: TableSeal) -> None:
        """Name the ids that are missing; of masters the program itself may have removed some."""
        missing = sum(last - first + 1 for first, last in self.holes)
        if self.table.kind in MASTERS and missing == seal.last_id - seal.rows:
            return
        for first, last in self.holes:
            ids = f"id {last} is" if last == first else f"ids {first} to {last} are"
            self.findings.add("RK716", self.table.name, f"{ids} missing: deleted")

    def _whole(self, seal: TableSeal) -> None:
        """Rows and total against the table's seal, when no single row gave itself away."""
        name, add = self.table.name, self.findings.add
        more = self.rows - seal.rows
        if more > 0:
            keys = self._rows_with_seal((self.total - seal.total) % MODULUS) if more == 1 else []
            which = f"row {keys[0]} was" if keys else f"{more} rows were" if more > 1 else "a row"
            add("RK717", name, f"{which} added: {self.rows} rows, {seal.rows} are sealed")
        elif more < 0:
            hint = self._lines_without_state()
            what = "1 row is" if more == -1 else f"{-more} rows are"
            add("RK716", name, f"{what} missing{hint}: {self.rows} rows, {seal.rows} are sealed")
        elif self.total % MODULUS != seal.total:
            add("RK715", name, "a row was replaced together with its seal: the total differs")

    def _rows_with_seal(self, seal: int) -> list[str]:
        """Keys of the rows that have this seal: the one too many betrays itself."""
        keys = ", ".join(quote(name) for name in self.table.key)
        sql = self.table.select(keys, '"seal" = ?')
        found = self.connection.execute(sql, (self.company, seal))
        return [self._key(key) for key in found]

    def _lines_without_state(self) -> str:
        """Bank lines that have no state, where that is what is missing."""
        if self.table.kind is not BankLineState:
            return ""
        sql = (
            'SELECT l."id" FROM "bank_line" l LEFT JOIN "bank_line_state" s'
            ' ON s."company" = l."company" AND s."bank_line_id" = l."id"'
            ' WHERE l."company" = ? AND s."company" IS NULL ORDER BY l."id"'
        )
        found = [str(row[0]) for row in self.connection.execute(sql, (self.company,))]
        return f" (bank lines without a state: {', '.join(found[:NAMED])})" if found else ""

    def _say(self, code: str, row: Row, what: str) -> None:
        """A finding about one row."""
        key = self._key(tuple(row[place] for place in self.table.key_places))
        self.findings.add(code, self.table.name, f"row {key} {what}")

    def _key(self, values: Row) -> str:
        """A row's key in words: ``id 7``, ``series A, row 2026``."""
        return ", ".join(f"{n} {v}" for n, v in zip(self.table.key, values, strict=True))


def _seals(connection: Connection, company: str, findings: Findings) -> dict[str, TableSeal]:
    """The tables' seals that hold themselves, and findings about the others.

    Books that were never written have none; a table without a seal must then be empty.
    """
    rows = connection.execute(
        'SELECT "company", "table_name", "rows", "last_id", "total", "seal" FROM "table_seal"'
        ' WHERE "company" = ? ORDER BY "table_name"',
        (company,),
    )
    ledger = connection.execute('SELECT 1 FROM "ledger" WHERE "company" = ?', (company,))
    names = {table.name for table in TABLES.values()}
    found: dict[str, TableSeal] = {}
    broken = set()
    for row in rows:
        seal = TableSeal._make(row[:-1])
        name = seal.table_name
        if name not in names:
            findings.add("RK717", "table_seal", f"row {name} was added: there is no such table")
        elif table_seal_seal(seal) != row[-1]:
            findings.add("RK718", "table_seal", f"row {name} does not fit its seal: it was changed")
            broken.add(name)
        else:
            found[name] = seal
    for name in sorted(names - found.keys() - broken):
        if rows or ledger:
            findings.add("RK718", "table_seal", f"row {name} is missing: deleted")
        else:
            found[name] = TableSeal(company, name, 0, 0, 0)
    return found


def _ledger(
    connection: Connection, company: str, seals: dict[str, TableSeal], findings: Findings
) -> None:
    """The ledger's row against the tables' seals."""
    rows = connection.execute(
        'SELECT "company", "revision", "seal" FROM "ledger" WHERE "company" = ?', (company,)
    )
    written = any(seal.rows or seal.last_id for seal in seals.values())
    if not rows:
        if written or len(seals) != len(TABLES):
            findings.add("RK718", "ledger", "the row of this company is missing: deleted")
        return
    ledger = Ledger._make(rows[0][:-1])
    if len(seals) == len(TABLES):
        if ledger_seal(ledger, list(seals.values())) != rows[0][-1]:
            findings.add(
                "RK718",
                "ledger",
                f"revision {ledger.revision} does not fit its seal: it or a table's seal was"
                " changed",
            )
    else:
        findings.add("RK718", "ledger", "cannot be proved: a table's seal is broken, see above")

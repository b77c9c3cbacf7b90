"""What the books hold already of a cash account: imports, statements and lines that still count.

An import that was withdrawn counts no more, and neither do its lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from reskontra.engine.imports.identity import family, reference_form
from reskontra.engine.ledger.records import BankLine, ImportFile, StatementRecord
from reskontra.engine.ports import Reader


@dataclass(frozen=True, slots=True)
class PastImport:
    """A bank file that was imported and not withdrawn."""

    id: int
    family: str
    sha256: str
    message_id: str


class StoredLine(NamedTuple):
    """A bank line that counts."""

    id: int
    import_id: int
    statement_id: int
    cash_account: str
    booking_date: str
    amount: int
    currency: str
    bank_reference: str
    batch_id: str
    references: str
    identity: str
    occurrence: int

    def reference_forms(self) -> str:
        """Its references in the form of ``identity.reference_forms``."""
        forms = (reference_form(value) for value, *_ in json.loads(self.references))
        return " ".join(sorted(filter(None, forms)))


class Claim(NamedTuple):
    """A line of another file that was found to be a stored line of another format."""

    identity: str
    equals: int
    by: str


@dataclass(frozen=True, slots=True)
class History:
    """Imports and statements of a company that count."""

    imports: dict[int, PastImport]
    statements: tuple[StatementRecord, ...]

    @classmethod
    def read(cls, reader: Reader) -> History:
        """Everything that was imported from banks and not withdrawn."""
        columns = ("id", "kind", "format", "sha256", "message_id", "withdraws_id")
        rows = list(reader.frame(ImportFile, columns).iter_rows())
        withdrawn = {row[5] for row in rows}
        imports = {
            row[0]: PastImport(row[0], family(row[2]), row[3], row[4])
            for row in rows
            if row[1] == "bank" and row[0] not in withdrawn
        }
        statements = tuple(s for s in reader.records(StatementRecord) if s.import_id in imports)
        return cls(imports, statements)

    def import_of(self, sha256: str) -> int:
        """Id of the import of exactly this file; 0 = none."""
        return next((past.id for past in self.imports.values() if past.sha256 == sha256), 0)

    def lines(
        self, reader: Reader, cash_accounts: Iterable[str], dates: Iterable[str]
    ) -> list[StoredLine]:
        """Lines of these accounts on these booking dates, by id."""
        frame = reader.frame(
            BankLine,
            StoredLine._fields,
            cash_account=sorted(set(cash_accounts)),
            booking_date=sorted(set(dates)),
        )
        lines = map(StoredLine._make, frame.iter_rows())
        return [line for line in lines if line.import_id in self.imports]

    def money_statements(self) -> set[int]:
        """Ids of the statements whose lines are money."""
        return {statement.id for statement in self.statements if statement.carries_money}

    def claims(
        self, reader: Reader, family_name: str, targets: Iterable[StoredLine]
    ) -> list[Claim]:
        """Which ``targets`` files of this family told of already, from the receipts."""
        wanted = {line.id: line.import_id for line in targets}
        if not wanted:
            return []
        first = min(wanted.values())
        later = [i for i, past in self.imports.items() if i > first and past.family == family_name]
        return [
            Claim(row["identity"], row["equals"], row["by"])
            for record in reader.records(ImportFile, id=sorted(later))
            for row in json.loads(record.receipt)["present"]
            if row["identity"] and row["equals"] in wanted
        ]

    def receipts(self, reader: Reader, message_id: str, family_name: str) -> list[ImportFile]:
        """Imports of this family with this message id."""
        found = sorted(
            past.id
            for past in self.imports.values()
            if past.message_id == message_id and past.family == family_name
        )
        return list(reader.records(ImportFile, id=found))

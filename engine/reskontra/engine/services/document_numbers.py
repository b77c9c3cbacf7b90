"""The document that a person means by its number."""

from __future__ import annotations

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.balance import VOIDS
from reskontra.engine.ledger.records import Document, ImportFile
from reskontra.engine.ports import Reader


def find_document(reader: Reader, name: str) -> Document:
    """The document that ``10377`` or ``invoice:10377`` names.

    A void has the number of what it voids and is never meant; nor is what a withdrawn import
    brought. Raises ``ReskontraError`` RK880: there is none, or several.
    """
    kind, _, number = name.rpartition(":")
    withdrawn = {record.withdraws_id for record in reader.records(ImportFile, kind="withdrawal")}
    found = [
        one
        for one in reader.records(Document, number=number)
        if kind in ("", "document", one.kind)
        and not (one.reverses_id and one.kind in VOIDS.values())
        and (one.import_id is None or one.import_id not in withdrawn)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{one.kind}:{number}" for one in found)
        message, help_ = f"{number} is the number of {len(found)} documents", f"name one: {names}"
    else:
        message = f"there is no document {name}"
        help_ = "reskontra show documents --all lists them"
    raise ReskontraError.of("RK880", message, help=help_, exit_code=Exit.BAD_INPUT)

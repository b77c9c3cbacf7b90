"""The documents that people name: ``10377``, or with its kind where a number is not unique."""

from __future__ import annotations

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.balance import SIGNS, VOIDS
from reskontra.engine.ledger.records import Document, ImportFile
from reskontra.engine.ports import Reader

_KINDS = ("", "document", *(kind for kind, _ in SIGNS))


def documents_named(reader: Reader, name: str, *, from_bank: bool = True) -> list[Document]:
    """Documents that ``1001``, ``document:1001`` or ``invoice:1001`` names, voids among them.

    Without ``from_bank`` those are left out that a bank line made: the line explains them.
    """
    kind, _, number = name.rpartition(":")
    if kind not in _KINDS:
        return []
    return [
        one
        for one in reader.records(Document, number=number)
        if (from_bank or one.bank_line_id is None) and kind in ("", "document", one.kind)
    ]


def find_document(reader: Reader, name: str) -> Document:
    """The one document that a name means.

    A void has the number of what it voids and is never meant; nor is what a withdrawn import
    brought. Raises ``ReskontraError`` RK815: there is none, or several.
    """
    withdrawn = {record.withdraws_id for record in reader.records(ImportFile, kind="withdrawal")}
    found = [
        one
        for one in documents_named(reader, name)
        if not (one.reverses_id and one.kind in VOIDS.values())
        and (one.import_id is None or one.import_id not in withdrawn)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        number = found[0].number
        names = ", ".join(f"{one.kind}:{number}" for one in found)
        raise ReskontraError.of(
            "RK815", f"{number} is the number of {len(found)} documents",
            help=f"name one: {names}", exit_code=Exit.USAGE,
        )  # fmt: skip
    raise ReskontraError.of(
        "RK815", f"there is no document {name}",
        help="`reskontra show documents --all` lists documents", exit_code=Exit.USAGE,
    )  # fmt: skip

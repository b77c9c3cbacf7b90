"""Take an import back (``undo import:N``): a record says so, and what it brought counts no more.

Nothing that was stored is changed or deleted: bank lines get the state ``withdrawn``, documents
lose their open items. Refused while anything is built on the import; afterwards the same file can
be imported again. Customers are not taken back: the right table is imported over them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from json import loads

import polars as pl

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import (
    Application,
    BankLine,
    BankLineState,
    Document,
    ImportFile,
    OpenItem,
)
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.services.cut_over import require_unsigned

_NAMED = 5
"""How many lines or documents a refusal names."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was taken back."""

    import_id: int
    """The record of the withdrawal."""
    withdraws: int
    kind: str
    """``bank`` | ``open_items``."""
    records: int
    """Bank lines, or documents."""
    import_again: tuple[int, ...]
    """Later imports that found lines of this one present: their files now bring them anew."""


def withdraw_import(
    books: Books, import_id: int, *, actor: str, reason: str, at: str
) -> Withdrawal:
    """Take ``import_id`` back; ``at`` is the clock, ISO 8601.

    Raises ``ReskontraError`` (exit 64): RK598 something was built on it, RK599 there is no such
    import to take back, RK922 the cut-over is signed.
    """
    with books.write() as writer:
        imported = check_withdrawal(writer, import_id)
        again: tuple[int, ...] = ()
        if imported.kind == "bank":
            records = _withdraw_lines(writer, import_id)
            again = _relied_on(writer, import_id)
        else:
            records = _withdraw_documents(writer, import_id)
        done = Withdrawal(writer.last_id(ImportFile) + 1, import_id, imported.kind, records, again)
        record = ImportFile(
            writer.company, done.import_id, "withdrawal", imported.file_name, "", imported.format,
            "", records, canonical(asdict(done)), actor, reason, import_id, at,
        )  # fmt: skip
        writer.append([record])
        told = f"{imported.file_name}: {records} records"
        deed = Deed("withdraw import", f"import:{import_id}", told)
        record_deeds(writer, Actor(actor, reason, at), [deed])
    return done


def check_withdrawal(reader: Reader, import_id: int) -> ImportFile:
    """The import that can be taken back; raises what ``withdraw_import`` raises, writes nothing."""
    imported = _withdrawable(reader, import_id)
    if imported.kind == "bank":
        _require_unbooked(reader, import_id)
    else:
        require_unsigned(reader)
        _require_unused(reader, import_id)
    return imported


def _withdrawable(reader: Reader, import_id: int) -> ImportFile:
    for imported in reader.records(ImportFile, id=import_id):
        withdrawals = [w.id for w in reader.records(ImportFile, withdraws_id=import_id)]
        if withdrawals:
            raise _refused(f"import:{import_id} was taken back already, by import:{withdrawals[0]}")
        if imported.kind == "withdrawal":
            raise _refused(f"import:{import_id} is itself the record of a withdrawal")
        if imported.kind == "customers":
            raise _refused(
                f"import:{import_id} brought customers; import the right table over them instead"
            )
        return imported
    raise _refused(f"there is no import:{import_id}")


def _refused(message: str) -> ReskontraError:
    return ReskontraError.of(
        "RK599", message, help="`reskontra show imports` lists all", exit_code=Exit.USAGE
    )


def _require_unbooked(reader: Reader, import_id: int) -> None:
    lines = reader.frame(BankLine, ("id",), import_id=import_id)["id"].to_list()
    booked = list(reader.records(BankLineState, state="booked", bank_line_id=lines))
    if booked:
        named = [
            f"line:{state.bank_line_id} (run:{state.run_id}, decision:{state.decision_id[:12]})"
            for state in booked
        ]
        verb = "is" if len(booked) == 1 else "are"
        _refuse_in_use(
            import_id,
            f"{len(booked)} of its bank lines {verb} booked: {_listed(named)}",
            {state.run_id for state in booked if state.run_id is not None},
        )


def _listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _withdraw_lines(writer: Writer, import_id: int) -> int:
    lines = writer.frame(BankLine, ("id",), import_id=import_id)["id"].to_list()
    if lines:
        # Without its decision: undoing the run of a hidden line must not bring the line back.
        writer.replace(
            [BankLineState(writer.company, line, "withdrawn", "", None) for line in lines]
        )
    return len(lines)


def _require_unused(reader: Reader, import_id: int) -> None:
    documents = reader.frame(Document, ("id", "kind", "number"), import_id=import_id)
    applied = reader.frame(Application, ("id", "source_id", "target_id", "run_id", "reverses_id"))
    standing = applied.filter(
        pl.col("reverses_id").is_null()
        & ~pl.col("id").is_in(applied["reverses_id"].drop_nulls().implode())
    )
    used = pl.concat(
        [standing.select(pl.col(side).alias("id"), "run_id") for side in ("source_id", "target_id")]
    ).join(documents, on="id")
    if used.height:
        named = used.select("kind", "number").unique().sort("number", "kind")
        numbers = [f"{kind} {number}".replace("_", " ") for kind, number in named.iter_rows()]
        verb = "was" if len(numbers) == 1 else "were"
        _refuse_in_use(
            import_id,
            f"{len(numbers)} of its documents {verb} applied: {_listed(numbers)}",
            set(used["run_id"].to_list()),
        )


def _withdraw_documents(writer: Writer, import_id: int) -> int:
    documents = writer.frame(Document, ("id",), import_id=import_id)["id"].to_list()
    writer.remove(OpenItem, documents)
    return len(documents)


def _refuse_in_use(import_id: int, why: str, runs: set[int]) -> None:
    commands = ", ".join(f"`reskontra undo run:{run}`" for run in sorted(runs, reverse=True))
    raise ReskontraError.of(
        "RK598",
        f"import:{import_id} cannot be taken back, {why}",
        help=f"first {commands}" if commands else "",
        exit_code=Exit.USAGE,
    )


def _relied_on(reader: Reader, import_id: int) -> tuple[int, ...]:
    """Later bank imports that did not store a line because this import held it."""
    lines = set(reader.frame(BankLine, ("id",), import_id=import_id)["id"].to_list())
    withdrawn = {record.withdraws_id for record in reader.records(ImportFile, kind="withdrawal")}
    return tuple(
        record.id
        for record in reader.records(ImportFile, kind="bank")
        if record.id > import_id
        and record.id not in withdrawn
        and any(row["equals"] in lines for row in loads(record.receipt)["present"])
    )

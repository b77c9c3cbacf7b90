"""What is released is never edited: it is corrected whole by a document of the opposite sign, or
voided under its own number.

What customers have received is corrected, with a number of its own; money and write-offs are
voided. Either is a work of one step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reskontra.engine.documents.entry import Entry, changed, data_of, entry_of
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.balance import CORRECTIONS, VOIDS, sign
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.records import (
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentVat,
    Draft,
    JournalEntry,
    Step,
)
from reskontra.engine.ledger.settlement import Open, before, settlement_vouchers
from reskontra.engine.ledger.works import (
    Move,
    NewDocument,
    PlannedStep,
    Voucher,
    Work,
    application,
    document,
    voucher,
)
from reskontra.engine.money import exact
from reskontra.engine.ports import Reader, Writer
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.applications import day_of, open_of, taken_off, use_vouchers
from reskontra.engine.services.document_names import find_document
from reskontra.engine.services.drafts import Drafted, enter_into, entries_in, prepared
from reskontra.engine.services.taken_back import (
    corrections_of,
    lines_back,
    taken_back_by,
    uses_of,
)
from reskontra.engine.wording import worded

_NEW = -1
"""The one document that a step makes."""


def plan_reversal(reader: Reader, name: str, on: str, preferences: Preferences) -> PlannedStep:
    """The step that corrects a document whole: a credit note of its lines, VAT and rate (of a
    credit note a debit note), used on what is still open of it.

    Raises ``ReskontraError`` RK815 (no such document), RK816 (a day before it), RK819 (it cannot be
    reversed).
    """
    found = find_document(reader, name)
    _require_reversible(reader, found)
    day = day_of(reader, on, found.document_date)
    kind = CORRECTIONS[found.kind]
    made = _opposite(found, kind, day, due_date=day if sign(kind) > 0 else None)
    items = open_of(reader, (found,)) | {_NEW: Open(made, made.amount)}
    left = items[found.id].amount
    source, target = (_NEW, found.id) if sign(kind) < 0 else (found.id, _NEW)
    uses = [application(found.company, source, target, left, on=day)] if left else []
    return PlannedStep(
        f"document:{found.id}",
        f"corrected whole by a {worded(kind)}",
        documents=(_as_before(reader, found, made),),
        applications=tuple(uses),
        vouchers=(
            *_mirrors(reader, found, day, f"Correction of {named(found)}"),
            *settlement_vouchers(items, uses, day, preferences),
        ),
        before=((found.id, left),),
    )


def plan_replacement(
    reader: Reader,
    name: str,
    changes: Mapping[str, Any],
    entry: Entry | None,
    on: str,
    preferences: Preferences,
) -> PlannedStep:
    """The step that corrects a document whole, and then enters a draft in its place: ``entry``, or
    what was entered before with ``changes`` (fields of ``documents.yaml``), dated as the reversal.

    Raises ``ReskontraError`` as ``plan_reversal`` and ``drafts.enter``, and RK823 (what was entered
    is not known).
    """
    step = plan_reversal(reader, name, on, preferences)
    day = step.documents[0].document.document_date
    if entry is None:
        entry = changed(_as_entered(reader, find_document(reader, name)), {"date": day, **changes})
    done = prepared(reader, [entry], preferences, day)[0].done
    amount = f"{exact(done.totals.amount, done.currency)} {done.currency}"
    return replace(
        step,
        because=f"{step.because}; entered anew it comes to {amount}",
        facts={**step.facts, REPLACEMENT: data_of(entry)},
    )


REPLACEMENT = "draft"
"""The fact of a step that holds what is entered as a draft when it is booked."""


def enter_replacements(
    writer: Writer, work: Work, preferences: Preferences, actor: Actor
) -> tuple[Drafted, ...]:
    """Enter the drafts that the steps of a work put in the place of what they correct."""
    entries = [
        entry_of(step.facts[REPLACEMENT]) for step in work.steps if REPLACEMENT in step.facts
    ]
    return enter_into(writer, entries, preferences, actor) if entries else ()


def _as_entered(reader: Reader, found: Document) -> Entry:
    """What a document was entered as."""
    drafts = list(reader.records(Draft, customer_id=found.customer_id, document_id=found.id))
    if not drafts:
        raise ReskontraError.of(
            "RK823", f"{named(found)} was not entered as a draft",
            help="say with --file what is right", exit_code=Exit.USAGE,
        )  # fmt: skip
    return entries_in(reader, drafts)[0]


def _opposite(found: Document, kind: str, day: str, **fields: Any) -> Document:
    """A document that has everything of ``found`` but its sign and its day."""
    return document(
        found.company, kind, customer_id=found.customer_id, branch=found.branch, document_date=day,
        currency=found.currency, amount=found.amount, base_amount=found.base_amount,
        account=found.account, order_number=found.order_number,
        external_number=found.external_number, migrated=found.migrated, **fields,
    )  # fmt: skip


def _as_before(reader: Reader, found: Document, made: Document) -> NewDocument:
    """``made`` with the lines and VAT of the document that it corrects."""
    return NewDocument(
        made,
        details=tuple(reader.records(DocumentDetail, document_id=found.id)),
        lines=tuple(reader.records(DocumentLine, document_id=found.id)),
        vat=tuple(reader.records(DocumentVat, document_id=found.id)),
        links=(DocumentLink(found.company, 0, 0, "corrects", found.id),),
    )


def _require_reversible(reader: Reader, found: Document) -> None:
    if found.kind in VOIDS:
        raise _irreversible(
            f"{named(found)} is nothing that a customer has received",
            f"`reskontra documents void {found.number}` takes it back",
        )
    entered = reader.count(DocumentDetail, document_id=found.id)
    if found.kind not in CORRECTIONS or found.migrated or not entered:
        raise _irreversible(
            f"{named(found)} was not booked here: what it booked is not known",
            f"enter a credit note, and use it: `reskontra documents apply CREDIT_NOTE "
            f"{found.number}`",
        )
    for other in corrections_of(reader, found):
        raise _irreversible(
            f"{named(other)} corrects {named(found)} already",
            "what remains of it is corrected by a credit note that is entered",
        )


def _irreversible(message: str, remedy: str) -> ReskontraError:
    return ReskontraError.of("RK819", message, help=remedy, exit_code=Exit.USAGE)


def plan_void(reader: Reader, name: str, on: str, preferences: Preferences) -> PlannedStep:
    """The step that voids a payment, prepayment, refund or write-off: its opposite under the same
    number, and what it settled is open again.

    Raises ``ReskontraError`` RK815 (no such document), RK816 (a day before its last use), RK820 (it
    cannot be voided).
    """
    found = find_document(reader, name)
    _require_voidable(reader, found)
    uses = uses_of(reader, [found])
    day = day_of(reader, on, max((found.document_date, *(use.applied_on for use in uses))))
    made = _opposite(found, VOIDS[found.kind], day, number=found.number, reverses_id=found.id)
    others = {use.target_id if use.source_id == found.id else use.source_id for use in uses}
    touched = reader.records(Document, id=sorted({found.id, *others}))
    items = open_of(reader, touched)
    source, target = (found.id, _NEW) if sign(found.kind) < 0 else (_NEW, found.id)
    back = tuple(taken_off(use, day) for use in uses)
    return PlannedStep(
        f"document:{found.id}",
        "void; what it settled is open again",
        documents=(NewDocument(made),),
        applications=(*back, application(found.company, source, target, found.amount, on=day)),
        vouchers=(
            *_mirrors(reader, found, day, f"Void of {named(found)}"),
            *use_vouchers(reader, items, back, day, preferences),
        ),
        before=before(items),
    )


def _require_voidable(reader: Reader, found: Document) -> None:
    if found.kind not in VOIDS:
        raise _unvoidable(
            f"{named(found)} is neither money nor a write-off",
            f"`reskontra documents reverse {found.number}` corrects it",
        )
    if found.bank_line_id is not None:
        raise _unvoidable(
            f"{named(found)} is what the bank said in line:{found.bank_line_id}",
            f"`reskontra undo line:{found.bank_line_id}` takes its booking back",
        )
    if not reader.count(Step, step_id=found.decision_id):
        raise _unvoidable(
            f"{named(found)} was brought from another system, which booked it",
            "`reskontra documents unapply` takes it off what it settles here",
        )
    for void in taken_back_by(reader, [found]).values():
        raise _unvoidable(
            f"{named(found)} is void since {void.document_date}",
            f"`reskontra explain run:{void.run_id}` tells who voided it and why",
        )


def _unvoidable(message: str, remedy: str) -> ReskontraError:
    return ReskontraError.of("RK820", message, help=remedy, exit_code=Exit.USAGE)


def _mirrors(reader: Reader, found: Document, on: str, text: str) -> Iterator[Voucher]:
    """The vouchers that booked ``found`` and nothing else, with the opposite sign."""
    own = reader.records(JournalEntry, run_id=found.run_id, decision_id=found.decision_id)
    for lines in lines_back(reader, own).values():
        if {line.document_id for line in lines} - {None} == {found.id}:
            moves = [
                Move(
                    line.account, line.role, line.amount, line.base_amount, line.customer_id,
                    _NEW if line.document_id else None,
                )
                for line in lines
            ]  # fmt: skip
            yield voucher(found.company, on=on, text=text, currency=found.currency, moves=moves)

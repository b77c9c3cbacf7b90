"""Undo: take a run, or one bank line of it, back by appending the exact inverse.

Nothing is changed or deleted: void documents, negative applications and reversing vouchers are
added, and what was closed is open again. They are dated as what they take back or, where some of
what belongs together lies in a closed period, all on the first open day. The bank lines wait
(``taken_back``) until a person releases them, so that the next run does not repeat the mistake.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.balance import CORRECTIONS, VOIDS, sign
from reskontra.engine.ledger.periods import first_open_day, period_states
from reskontra.engine.ledger.records import (
    Application,
    BankLineState,
    Decision,
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentReference,
    DocumentVat,
    JournalEntry,
    JournalLine,
    Run,
    Step,
)
from reskontra.engine.ledger.series import Numberer, slot_of
from reskontra.engine.ledger.settlement import Open, after, is_settlement, mirrored_rest
from reskontra.engine.ledger.works import WORKS, Voucher, application
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.applications import open_of, taken_off, use_vouchers
from reskontra.engine.services.runs import numberer_of, run_of, store_counters
from reskontra.engine.services.taken_back import (
    lines_back,
    reversals_of,
    taken_back_by,
    used_until,
    uses_of,
)
from reskontra.engine.services.work import store_open_amounts
from reskontra.engine.text import reference_key


@dataclass(frozen=True, slots=True)
class Reach:
    """What an undo would touch: shown before it is done."""

    decisions: tuple[Decision, ...]
    documents: tuple[Document, ...]
    applications: tuple[Application, ...]
    entries: tuple[JournalEntry, ...]
    later_runs: tuple[int, ...] = ()
    """Runs that built on what is undone: they go first, with ``cascade``."""
    earlier_undone: tuple[int, ...] = ()
    """Runs that took a part of a work back before: that part is left out."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back."""

    run: int
    """The run that holds the inverse."""
    of: int
    """The run that it takes back."""
    lines: int
    documents: int
    entries: int
    voided: tuple[tuple[str, int], ...] = ()
    """Kind of document and how many of it were voided, by kind."""


def reach(reader: Reader, run_id: int, *, bank_line: int | None = None) -> Reach:
    """Everything that undoing ``run_id`` (or one bank line of it) would take back."""
    run = run_of(reader, run_id)
    if run.kind == "undo":
        raise ReskontraError.of(
            "RK737",
            f"run:{run_id} is itself an undo",
            help="release its lines with `reskontra resolve line:N --release` and match again",
            exit_code=Exit.USAGE,
        )
    if run.kind in WORKS:
        return _reach_of_work(reader, run)
    states = {state.bank_line_id: state for state in reader.records(BankLineState, run_id=run_id)}
    decisions = tuple(
        decision
        for decision in reader.records(Decision, run_id=run_id)
        if bank_line in (None, decision.bank_line_id)
        and _stands(states.get(decision.bank_line_id), decision)
    )
    wanted = {decision.decision_id for decision in decisions}
    documents, applications, entries = _booked(reader, run_id, wanted)
    later = _later_runs(reader, run_id, documents)
    return Reach(decisions, documents, applications, entries, later)


def _reach_of_work(reader: Reader, run: Run) -> Reach:
    """A work is taken back once, but for what was voided or taken off since; a work that itself
    took something back is not (RK737).
    """
    if reader.count(Run, reverses_id=run.id):
        return Reach((), (), (), ())
    wanted = {step.step_id for step in reader.records(Step, run_id=run.id)}
    documents, applications, entries = _booked(reader, run.id, wanted)
    _require_forward(run, documents, applications)
    voided, taken_off = taken_back_by(reader, documents), reversals_of(reader, applications)
    standing = tuple(d for d in documents if d.id not in voided)
    earlier = {void.run_id for void in voided.values() if void.run_id}
    earlier |= {use.run_id for use in taken_off.values()}
    return Reach(
        (),
        standing,
        tuple(a for a in applications if a.id not in taken_off),
        tuple(_to_mirror(reader, entries, applications, documents, voided.keys())),
        _later_runs(reader, run.id, standing),
        tuple(sorted(earlier)),
    )


def _require_forward(
    run: Run, documents: Sequence[Document], applications: Sequence[Application]
) -> None:
    """RK737 when the run took something back."""
    back: list[Document | Application] = [*documents, *applications]
    if any(one.reverses_id is not None for one in back):
        raise ReskontraError.of(
            "RK737",
            f"run:{run.id} itself took something back",
            help="do again what it took back: `reskontra documents apply`, or enter it anew",
            exit_code=Exit.USAGE,
        )


def _to_mirror(
    reader: Reader,
    entries: Sequence[JournalEntry],
    applications: Sequence[Application],
    documents: Sequence[Document],
    voided: Set[int],
) -> Iterable[JournalEntry]:
    """Vouchers that are reversed line by line: those of what still stands. What settling moved is
    computed anew (``_settled_back``), for it depends on what is open now.
    """
    using = {use.decision_id for use in applications}
    made = {document.id for document in documents}
    lines: dict[int, list[JournalLine]] = defaultdict(list)
    for line in reader.records(JournalLine, entry_id=[entry.id for entry in entries]):
        lines[line.entry_id].append(line)
    for entry in entries:
        about = {line.document_id for line in lines[entry.id]}
        settles = entry.decision_id in using and is_settlement(lines[entry.id])
        if not about & voided and (about & made or not settles):
            yield entry


def _booked(
    reader: Reader, run_id: int, wanted: set[str]
) -> tuple[tuple[Document, ...], tuple[Application, ...], tuple[JournalEntry, ...]]:
    """What a run booked for these decisions or steps."""
    return (
        tuple(d for d in reader.records(Document, run_id=run_id) if d.decision_id in wanted),
        tuple(a for a in reader.records(Application, run_id=run_id) if a.decision_id in wanted),
        tuple(e for e in reader.records(JournalEntry, run_id=run_id) if e.decision_id in wanted),
    )


TAKEN_BACK_FROM = ("booked", "hidden", "hold")
"""States that an undo takes back; a line under review was never carried out."""


def _stands(state: BankLineState | None, decision: Decision) -> bool:
    """Whether the decision is the one that holds for its bank line now, and was carried out."""
    return (
        state is not None
        and state.decision_id == decision.decision_id
        and state.state in TAKEN_BACK_FROM
    )


def _later_runs(reader: Reader, run_id: int, documents: Sequence[Document]) -> tuple[int, ...]:
    """Runs that applied, and still apply, documents which ``run_id`` made, or correct them."""
    ids = sorted(document.id for document in documents)
    if not ids:
        return ()
    links = reader.records(DocumentLink, other_id=ids)
    linked = list(reader.records(Document, id=sorted({link.document_id for link in links})))
    gone = taken_back_by(reader, linked)
    later = {use.run_id for use in uses_of(reader, documents)}
    later |= {one.run_id for one in linked if one.run_id and one.id not in gone}
    return tuple(sorted(later - {run_id}))


def undo(
    books: Books,
    run_id: int,
    *,
    preferences: Preferences,
    actor: Actor,
    bank_line: int | None = None,
    cascade: bool = False,
) -> tuple[Undone, ...]:
    """Take back ``run_id``; with ``cascade`` also the later runs that built on it, latest first.

    Raises ``ReskontraError``: RK736 unknown run, RK737 not undoable, RK738 a later run built on it,
    RK739 nothing (left) to undo.
    """
    with books.write() as writer:
        return tuple(_undo(writer, run_id, preferences, actor, bank_line, cascade))


def _undo(
    writer: Writer,
    run_id: int,
    preferences: Preferences,
    actor: Actor,
    bank_line: int | None,
    cascade: bool,
) -> Iterable[Undone]:
    found = reach(writer, run_id, bank_line=bank_line)
    if found.later_runs and not cascade:
        raise ReskontraError(
            tuple(
                Problem(
                    "RK738",
                    f"run:{later} used documents that run:{run_id} made",
                    help=f"undo run:{later} first, or add --cascade to undo both",
                )
                for later in found.later_runs
            ),
            Exit.MOVED,
        )
    for later in reversed(found.later_runs):
        yield from _undo(writer, later, preferences, actor, None, cascade)
    if not (found.decisions or found.documents or found.applications or found.entries):
        by = ", ".join(f"run:{earlier}" for earlier in found.earlier_undone)
        raise ReskontraError.of(
            "RK739", f"run:{run_id} has nothing left to take back",
            help=f"{by} took it back before" if by else "", exit_code=Exit.USAGE,
        )  # fmt: skip
    yield _take_back(writer, run_id, found, preferences, actor)


def _take_back(
    writer: Writer, run_id: int, found: Reach, preferences: Preferences, actor: Actor
) -> Undone:
    company, undo_run = writer.company, writer.last_id(Run) + 1
    original = next(iter(writer.records(Run, id=run_id)))
    run = original._replace(
        id=undo_run, kind="undo", plan_id=f"undo:{undo_run}", actor=actor.login,
        reason=actor.reason, reverses_id=run_id, at=actor.at,
    )  # fmt: skip
    writer.append([run])
    items = open_of(writer, writer.records(Document, id=_touched(found)))
    numberer, days = numberer_of(writer, preferences), _moved_days(writer, found, items)
    voids = _void_documents(writer, found, undo_run, numberer, days)
    back = [taken_off(a, days.get(a.decision_id, _since(a, items))) for a in found.applications]
    vouchers = list(_mirrors(writer, found, days))
    if original.kind in WORKS:
        vouchers += _settled_back(writer, items, back, preferences)
    else:
        vouchers += _rest_of_mirrors(found, items, back, tuple(vouchers), preferences)
    amounts = _reverse_applications(writer, found, voids, undo_run, items, back)
    _post(writer, vouchers, undo_run, numberer)
    store_counters(writer, numberer)
    known = {identifier: item.document for identifier, item in items.items()}
    known |= {document.id: document for document in (*found.documents, *voids)}
    store_open_amounts(writer, amounts, known)
    writer.replace(
        [
            BankLineState(company, d.bank_line_id, "taken_back", d.decision_id, undo_run)
            for d in found.decisions
        ]
    )
    told = f"run:{undo_run}, {len(found.decisions)} lines"
    record_deeds(writer, actor, [Deed("undo", f"run:{run_id}", told)])
    kinds = Counter(document.kind for document in found.documents)
    return Undone(
        undo_run, run_id, len(found.decisions), len(voids), len(vouchers),
        tuple(sorted(kinds.items())),
    )  # fmt: skip


def _touched(found: Reach) -> list[int]:
    return sorted({document for a in found.applications for document in (a.source_id, a.target_id)})


def _moved_days(reader: Reader, found: Reach, items: Mapping[int, Open]) -> dict[str, str]:
    """Decision or step -> the one day on which all of it is taken back, for those that cannot be
    taken back on their own days: some of it lies in a closed period, or a document of it was used
    until a later day.
    """
    days: dict[str, set[str]] = defaultdict(set)
    for document in found.documents:
        days[document.decision_id].add(document.document_date)
    for use in found.applications:
        days[use.decision_id].add(_since(use, items))
    for entry in found.entries:
        days[entry.decision_id].add(entry.entry_date)
    states = period_states(reader)
    moved = {
        one for one, own in days.items() if any(first_open_day(day, states) != day for day in own)
    }
    until = used_until(reader, found.documents)
    for document in found.documents:
        if document.id in until:
            moved.add(document.decision_id)
            days[document.decision_id].add(until[document.id])
    return {one: first_open_day(max(days[one]), states) for one in sorted(moved)}


def _since(use: Application, items: Mapping[int, Open]) -> str:
    """The day from which a use counts: when it was made and both its documents were there."""
    both = (items[use.source_id].document, items[use.target_id].document)
    return max(use.applied_on, *(document.document_date for document in both))


def _void_documents(
    writer: Writer, found: Reach, undo_run: int, numberer: Numberer, days: Mapping[str, str]
) -> list[Document]:
    """Every document of the run gets one of the opposite sign: a void under the same number, or a
    correction under its own, with lines and VAT as the original.
    """
    first, first_reference = writer.last_id(Document) + 1, writer.last_id(DocumentReference) + 1
    dates = [days.get(document.decision_id, document.document_date) for document in found.documents]
    voids = [
        document._replace(
            id=first + position, kind=(VOIDS | CORRECTIONS)[document.kind], run_id=undo_run,
            reverses_id=document.id, document_date=day,
            number=document.number if document.kind in VOIDS
            else numberer.next(slot_of(CORRECTIONS[document.kind]), day),
        )
        for position, (document, day) in enumerate(zip(found.documents, dates, strict=True))
    ]  # fmt: skip
    writer.append(voids)
    writer.append(
        [
            DocumentReference(
                writer.company, first_reference + position, void.id, "number",
                reference_key(void.number), void.number,
            )
            for position, void in enumerate(voids)
        ]
    )  # fmt: skip
    void_of = {void.reverses_id: void.id for void in voids if void.kind in _CORRECTING}
    originals = sorted(original for original in void_of if original is not None)
    parts: tuple[type[Any], ...] = (DocumentDetail, DocumentLine, DocumentVat)
    for kind in parts:
        next_id = writer.last_id(kind) + 1
        rows: Iterable[Any] = writer.records(kind, document_id=originals)
        writer.append(
            [
                row._replace(id=next_id + n, document_id=void_of[row.document_id])
                for n, row in enumerate(rows)
            ]
        )
    next_id = writer.last_id(DocumentLink) + 1
    writer.append(
        [
            DocumentLink(writer.company, next_id + n, void_of[original], "corrects", original)
            for n, original in enumerate(originals)
        ]
    )
    return voids


_CORRECTING = frozenset(CORRECTIONS.values())


def _reverse_applications(
    writer: Writer,
    found: Reach,
    voids: Sequence[Document],
    undo_run: int,
    items: Mapping[int, Open],
    back: Sequence[Application],
) -> dict[int, int]:
    """Negative applications reopen both sides; then each document settles its own void. Gives what
    is open then, by document.
    """
    closing = []
    amounts = {identifier: item.amount for identifier, item in after(items, back).items()}
    for document, void in zip(found.documents, voids, strict=True):
        credit, debit = (document, void) if sign(document.kind) < 0 else (void, document)
        use = application(
            writer.company, credit.id, debit.id, document.amount, on=void.document_date
        )
        closing.append(use._replace(decision_id=document.decision_id))
        amounts[document.id] = amounts[void.id] = 0
    first = writer.last_id(Application) + 1
    reversals = [
        use._replace(id=first + n, run_id=undo_run) for n, use in enumerate((*back, *closing))
    ]
    if reversals:
        writer.append(reversals)
    return amounts


def _mirrors(reader: Reader, found: Reach, days: Mapping[str, str]) -> Iterator[Voucher]:
    """Reversing vouchers, dated as the originals unless they are moved."""
    lines = lines_back(reader, found.entries)
    for entry in found.entries:
        reversing = entry._replace(
            entry_date=days.get(entry.decision_id, entry.entry_date),
            text=f"Reversal of {entry.number}: {entry.text}", reverses_id=entry.id,
        )  # fmt: skip
        yield Voucher(reversing, tuple(lines[entry.id]))


def _settled_back(
    reader: Reader,
    items: Mapping[int, Open],
    back: Sequence[Application],
    preferences: Preferences,
) -> Iterator[Voucher]:
    """What settling moved, as it is taken off what is open now; step by step."""
    steps: dict[str, list[Application]] = defaultdict(list)
    for use in back:
        steps[use.decision_id].append(use)
    for step, uses in steps.items():
        for made in use_vouchers(reader, items, uses, uses[0].applied_on, preferences):
            yield Voucher(made.entry._replace(decision_id=step), made.lines)
        items = after(items, uses)


def _rest_of_mirrors(
    found: Reach,
    items: Mapping[int, Open],
    back: Sequence[Application],
    mirrors: Sequence[Voucher],
    preferences: Preferences,
) -> Iterator[Voucher]:
    """What the mirrors of foreign payments leave over in base currency; decision by decision."""
    made = {document.id for document in found.documents}
    uses: dict[str, list[Application]] = defaultdict(list)
    for use in back:
        if items[use.source_id].document.currency != preferences.company.currency:
            uses[use.decision_id].append(use)
    mirrored = {mirror.entry.decision_id: mirror.lines for mirror in mirrors}
    for decision, own in uses.items():
        for made_up in mirrored_rest(items, own, made, mirrored[decision], preferences):
            yield Voucher(made_up.entry._replace(decision_id=decision), made_up.lines)
        items = after(items, own)


def _post(writer: Writer, vouchers: Sequence[Voucher], undo_run: int, numberer: Numberer) -> None:
    """Append vouchers, with numbers of their own."""
    entries: list[JournalEntry] = []
    lines: list[JournalLine] = []
    next_entry, next_line = writer.last_id(JournalEntry) + 1, writer.last_id(JournalLine) + 1
    for position, made in enumerate(vouchers):
        entry = made.entry._replace(
            id=next_entry + position, series=numberer.numbering.use["journal"],
            number=numberer.next("journal", made.entry.entry_date), run_id=undo_run,
        )  # fmt: skip
        entries.append(entry)
        for line in made.lines:
            lines.append(line._replace(id=next_line + len(lines), entry_id=entry.id))
    if entries:
        writer.append(entries)
        writer.append(lines)

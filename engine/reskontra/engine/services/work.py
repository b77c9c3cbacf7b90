"""Book a work of the ledger: exactly its steps, in one transaction, or nothing.

Whatever is released, applied, written off or revalued without a bank line goes through here, so
that the laws of the books are kept in one place: vouchers balance, nothing is used that is not
open, a credit settles a debit of its currency, write-offs keep their limits, numbers have no holes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reskontra.engine.collection import no_collection
from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.periods import require_open
from reskontra.engine.ledger.records import (
    Application,
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentReference,
    DocumentVat,
    JournalEntry,
    JournalLine,
    OpenItem,
    Record,
    Run,
    Step,
)
from reskontra.engine.ledger.series import Numberer, slot_of
from reskontra.engine.ledger.standing import below_zero_between, open_amounts
from reskontra.engine.ledger.works import PlannedStep, Reference, Voucher, Work
from reskontra.engine.ledger.write_off_limits import beyond_limits
from reskontra.engine.money import exact
from reskontra.engine.plan.model import decision_ids
from reskontra.engine.ports import Books, Writer
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.runs import (
    numberer_of,
    record_run,
    require_free,
    require_same_world,
    require_unapplied,
    store_counters,
    what_moved,
)
from reskontra.engine.text import reference_key

References = Callable[[Document], Sequence[Reference]]
"""The references that a document gets once it has its number."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What was booked."""

    run: int
    documents: tuple[Document, ...]
    """Those that were made, with their numbers."""
    applications: int
    entries: int
    warnings: tuple[str, ...] = ()


@no_collection()
def apply_work(
    books: Books,
    work: Work,
    *,
    preferences: Preferences,
    pack_hash: str,
    actor: Actor,
    references: References = lambda _: (),
    also: Callable[[Writer, Worked], None] = lambda *_: None,
) -> Worked:
    """Book ``work``; ``also`` writes what belongs to the same transaction (a draft's new state).

    Raises ``ReskontraError``: RK730/RK731/RK732/RK733 the world moved, RK785 a step uses more than
    is open, RK890 it writes off more than it may, RK744 a number that an imported document has,
    RK860 a date in a closed period, RK932 a use that is dated back to where less was open.
    """
    require_same_world(work.basis, books.company, pack_hash)
    with books.write() as writer:
        require_unapplied(writer, work.identifier)
        if moved := tuple(what_moved(writer, work.basis)):
            raise ReskontraError(moved, Exit.MOVED)
        require_open(writer, days_of(work.steps), actor)
        booking = _Booking.begin(writer, preferences)
        ids = decision_ids(work.basis, work.records)
        booking.number([new.document for step in work.steps for new in step.documents])
        booking.know(work.steps)
        for step, step_id in zip(work.steps, ids, strict=True):
            booking.add(step, step_id, references)
        booking.require_between()
        booking.keep_limits(work, preferences)
        worked = booking.store(work, ids, actor)
        also(writer, worked)
    return worked


def days_of(steps: Iterable[PlannedStep]) -> Iterator[str]:
    """Every date that steps book on."""
    for step in steps:
        yield from (new.document.document_date for new in step.documents)
        yield from (use.applied_on for use in step.applications)
        yield from (voucher.entry.entry_date for voucher in step.vouchers)


@dataclass(slots=True)
class _Booking:
    """The records of a work as they get their ids and numbers."""

    writer: Writer
    numberer: Numberer
    run_id: int
    numbers: list[str] = field(default_factory=list)
    """Numbers still to be given, last first."""
    documents: list[Document] = field(default_factory=list)
    rows: dict[type[Record], list[Any]] = field(default_factory=lambda: defaultdict(list))
    amounts: dict[int, int] = field(default_factory=dict)
    """Open amount of each document that is touched, as it stands so far."""
    known: dict[int, Document] = field(default_factory=dict)

    @classmethod
    def begin(cls, writer: Writer, preferences: Preferences) -> _Booking:
        return cls(writer, numberer_of(writer, preferences), writer.last_id(Run) + 1)

    def number(self, documents: Sequence[Document]) -> None:
        """Take the numbers of all documents that have none; RK744 when another document has one of
        them. What is voided shares its number with its void.
        """
        new = [d for d in documents if not d.number]
        slots = [slot_of(d.kind) for d in new]
        numbers = self.numberer.take(slots, [d.document_date for d in new])
        kept = [(d.kind, d.number) for d in documents if d.number and d.reverses_id is None]
        require_free(self.writer, [*zip([d.kind for d in new], numbers, strict=True), *kept])
        self.numbers = numbers[::-1]

    def know(self, steps: Sequence[PlannedStep]) -> None:
        """Read the stored documents that the steps use, and what is open of them."""
        used = {i for s in steps for a in s.applications for i in (a.source_id, a.target_id)}
        used |= {document for step in steps for document, _ in step.before}
        stored = sorted(i for i in used if i > 0)
        self.known = {d.id: d for d in self.writer.records(Document, id=stored)}
        self.amounts = dict.fromkeys(stored, 0) | open_amounts(self.writer, stored)

    def add(self, step: PlannedStep, step_id: str, references: References) -> None:
        """Give the records of a step their places."""
        ids = [self._document(new.document, step_id) for new in step.documents]

        def place(document: int | None) -> int | None:
            return ids[-document - 1] if document is not None and document < 0 else document

        for identifier, new in zip(ids, step.documents, strict=True):
            made = self.known[identifier]
            own = (Reference("number", made.number), *new.references, *references(made))
            self._append(
                DocumentReference(
                    self.writer.company, 0, identifier, kind, reference_key(value), value
                )
                for kind, value in dict.fromkeys(own)
                if reference_key(value)
            )
            for part in (new.details, new.lines, new.vat):
                self._append(row._replace(document_id=identifier) for row in part)
            self._append(
                link._replace(document_id=identifier, other_id=place(link.other_id) or 0)
                for link in new.links
            )
        self._require_unmoved(step)
        for use in step.applications:
            self._apply(
                use._replace(
                    source_id=place(use.source_id) or 0, target_id=place(use.target_id) or 0,
                    run_id=self.run_id, decision_id=step_id,
                )
            )  # fmt: skip
        for voucher in step.vouchers:
            self._post(voucher, step_id, place)

    def require_between(self) -> None:
        """RK932 when a use is dated back to a day on which a document had less open than now."""
        wanted: dict[int, tuple[str, int]] = {}
        for use in self.rows[Application]:
            if use.reverses_id is not None:
                continue
            sides = ((use.source_id, use.amount), (use.target_id, use.amount + use.discount))
            since = max(use.applied_on, *(self.known[one].document_date for one, _ in sides))
            for identifier, amount in sides:
                day, so_far = wanted.get(identifier, (since, 0))
                wanted[identifier] = (min(day, since), so_far + amount)
        late = below_zero_between(self.writer, wanted)
        if late:
            raise ReskontraError(
                tuple(
                    Problem(
                        "RK932",
                        f"{named(self.known[one])} had less open until {day} than is used of it "
                        f"from {wanted[one][0]} on",
                        help=f"date it {day} or later",
                    )
                    for one, day in late.items()
                )
            )

    def _append(self, records: Iterable[Record]) -> None:
        for record in records:
            self.rows[type(record)].append(record)

    def _document(self, new: Document, step_id: str) -> int:
        identifier = self.writer.last_id(Document) + len(self.documents) + 1
        made = new._replace(
            id=identifier, number=new.number or self.numbers.pop(), run_id=self.run_id,
            decision_id=step_id,
        )  # fmt: skip
        self.documents.append(made)
        self.known[identifier] = made
        self.amounts[identifier] = made.initial_open
        return identifier

    def _require_unmoved(self, step: PlannedStep) -> None:
        """RK730 when more or less is open of a document than the step was planned on."""
        for document, seen in step.before:
            if self.amounts[document] != seen:
                found = self.known[document]
                raise ReskontraError.of(
                    "RK730",
                    f"{found.kind} {found.number} has "
                    f"{exact(self.amounts[document], found.currency)} {found.currency} "
                    f"open, the step was planned when it had {exact(seen, found.currency)}",
                    help="plan it again",
                    exit_code=Exit.MOVED,
                )

    def _apply(self, use: Application) -> None:
        """Use a credit on a debit; RK785 when either has less open."""
        source, target = self.known[use.source_id], self.known[use.target_id]
        assert sign(source.kind) < 0 < sign(target.kind), "a credit settles a debit"
        assert source.currency == target.currency, "of the same currency"
        for document, taken in ((source, use.amount), (target, use.amount + use.discount)):
            left = self.amounts[document.id] - taken
            if not 0 <= left <= document.amount:
                raise ReskontraError.of(
                    "RK785",
                    f"{document.kind} {document.number} has "
                    f"{exact(self.amounts[document.id], document.currency)} {document.currency} "
                    f"open, not {exact(taken, document.currency)}",
                    help=f"`reskontra explain document:{document.number}` tells what settled it",
                )
            self.amounts[document.id] = left
        self._append([use])

    def _post(
        self, voucher: Voucher, step_id: str, place: Callable[[int | None], int | None]
    ) -> None:
        sums: dict[str, int] = defaultdict(int)
        for line in voucher.lines:
            sums[line.currency] += line.amount
        base = sum(line.base_amount for line in voucher.lines)
        assert {*sums.values(), base} == {0}, "a voucher must balance"
        assert voucher.lines, "a voucher has lines"
        entry_id = self.writer.last_id(JournalEntry) + len(self.rows[JournalEntry]) + 1
        entry = voucher.entry
        self._append(
            [
                entry._replace(
                    series=self.numberer.numbering.use["journal"],
                    number=self.numberer.next("journal", entry.entry_date), run_id=self.run_id,
                    decision_id=step_id,
                )
            ]
        )  # fmt: skip
        self._append(
            line._replace(entry_id=entry_id, document_id=place(line.document_id))
            for line in voucher.lines
        )

    def keep_limits(self, work: Work, preferences: Preferences) -> None:
        """RK890 when more is written off than company and customer allow."""
        if work.basis.kind == "credit_losses":
            return
        uses = [
            (self.known[use.source_id], self.known[use.target_id], use.amount)
            for use in self.rows[Application]
        ]
        problems = beyond_limits(self.writer, uses, preferences)
        if problems:
            raise ReskontraError(tuple(problems))

    def store(self, work: Work, ids: Sequence[str], actor: Actor) -> Worked:
        """Write everything, and bring the projections up to date."""
        writer, basis, run_id = self.writer, work.basis, self.run_id
        record_run(writer, basis, work.identifier, work.texts, actor)
        writer.append(self.documents)
        kinds: tuple[type[Record], ...] = (
            DocumentReference, DocumentDetail, DocumentLine, DocumentVat, DocumentLink,
            Application, JournalEntry, JournalLine,
        )  # fmt: skip
        for kind in kinds:
            first = writer.last_id(kind) + 1
            rows = self.rows[kind]
            writer.append([row._replace(id=first + n) for n, row in enumerate(rows)])
        first = writer.last_id(Step) + 1
        writer.append(
            [
                Step(basis.company, first + n, step_id, run_id, step.subject, text)
                for n, (step_id, step, text) in enumerate(
                    zip(ids, work.steps, work.records, strict=True)
                )
            ]
        )
        store_open_amounts(writer, self.amounts, self.known)
        store_counters(writer, self.numberer)
        told = f"{work.identifier[:12]} {len(ids)} steps"
        record_deeds(writer, actor, [Deed(f"book {basis.kind}", f"run:{run_id}", told)])
        return Worked(
            run_id, tuple(self.documents), len(self.rows[Application]),
            len(self.rows[JournalEntry]), tuple(self.numberer.warnings),
        )  # fmt: skip


def store_open_amounts(
    writer: Writer, amounts: dict[int, int], documents: dict[int, Document]
) -> None:
    """Bring the open items of these documents up to date; settled ones go."""
    was = {item.document_id for item in writer.records(OpenItem, document_id=sorted(amounts))}
    writer.remove(OpenItem, sorted(d for d in was if not amounts[d]))
    writer.replace(
        [
            OpenItem(
                writer.company, document, documents[document].customer_id,
                documents[document].kind, documents[document].currency, amounts[document],
            )
            for document in sorted(amounts)
            if amounts[document]
        ]
    )  # fmt: skip

"""Notes, tasks and attachments that people keep with customers, documents and bank lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import Customer, Document, Note
from reskontra.engine.ports import Books, Reader
from reskontra.engine.services.customer_numbers import find_customer
from reskontra.engine.services.document_names import find_document
from reskontra.engine.services.explain import find_line

Row = dict[str, Any]
KINDS = ("note", "task", "event", "email", "call")


@dataclass(frozen=True, slots=True)
class Written:
    """What a person writes down."""

    text: str
    kind: str = "note"
    due_on: str = ""
    """ISO date of a task."""
    owner: str = ""
    file_name: str = ""
    """Path of an attachment; the books keep the path and what the content was."""
    sha256: str = ""
    closes: int | None = None
    """Id of the task that this answers."""


class Subject(NamedTuple):
    """What a note is about."""

    key: str
    """``customer:3``, ``document:90`` or ``line:7``, by the id inside the books."""
    name: str
    """``customer:1042``: how people call it."""


def find_subject(reader: Reader, name: str) -> Subject:
    """What ``customer:1042``, ``document:10377``, ``invoice:10377`` or ``line:7`` names; a bare
    number is a customer.

    Raises ``ReskontraError``: RK830, RK815 or RK750 when the books do not have it.
    """
    kind, _, number = name.rpartition(":")
    if kind in ("", "customer"):
        customer = find_customer(reader, number)
        return Subject(f"customer:{customer.id}", f"customer:{customer.number}")
    if kind == "line":
        line = find_line(reader, name)
        return Subject(f"line:{line}", f"line:{line}")
    document = find_document(reader, name)
    return Subject(f"document:{document.id}", f"{document.kind}:{document.number}")


def add_note(books: Books, name: str, written: Written, actor: Actor) -> tuple[Note, Subject]:
    """Keep a note; raises ``ReskontraError`` RK845 with all that is wrong with it, and those of
    ``find_subject``.
    """
    with books.write() as writer:
        subject = find_subject(writer, name)
        problems = tuple(_wrong(writer, written))
        if problems:
            raise ReskontraError(problems)
        note = Note(
            writer.company, writer.last_id(Note) + 1, subject.key, written.kind,
            written.text.strip(), written.due_on, written.owner, written.file_name, written.sha256,
            "", written.closes, actor.login, actor.at,
        )  # fmt: skip
        writer.append([note])
        record_deeds(writer, actor, [Deed(f"add {note.kind}", subject.name, f"note:{note.id}")])
    return note, subject


def _wrong(reader: Reader, written: Written) -> Iterator[Problem]:
    if not written.text.strip():
        yield Problem("RK845", "a note without text", help="say what there is to remember")
    if written.due_on and written.kind != "task":
        yield Problem("RK845", f"a {written.kind} has no due day", help="only --kind task has one")
    if written.closes is None:
        return
    found = next(iter(reader.records(Note, id=written.closes)), None)
    if found is None or found.kind != "task":
        yield Problem("RK845", f"note:{written.closes} is no task", help=_TASKS)
    elif reader.count(Note, closes_id=written.closes):
        yield Problem("RK845", f"the task note:{written.closes} is done already", help=_TASKS)


_TASKS = "reskontra note list --tasks lists what is to be done"


def notes(reader: Reader, name: str = "", *, tasks: bool = False) -> Iterator[Row]:
    """Notes about a subject (of a customer, those about its documents, too), the newest first; with
    ``tasks`` only what is still to be done, what is due first.
    """
    subjects = {"subject": _keys(reader, find_subject(reader, name).key)} if name else {}
    found = list(reader.records(Note, **subjects))
    done = set(reader.frame(Note, ("closes_id",))["closes_id"].drop_nulls())
    if tasks:
        found = [note for note in found if note.kind == "task" and note.id not in done]
        found.sort(key=lambda note: (note.due_on or "9999", note.id))
    else:
        found.reverse()
    names = _names(reader, found)
    for note in found:
        yield {
            "note": note.id, "date": note.at[:10], "subject": names[note.subject],
            "kind": note.kind, "text": note.text, "due": note.due_on,
            "state": "" if note.kind != "task" else "done" if note.id in done else "open",
            "owner": note.owner, "file": note.file_name, "sha256": note.sha256,
            "actor": note.actor,
        }  # fmt: skip


def _keys(reader: Reader, key: str) -> list[str]:
    """The subject and, of a customer, its documents."""
    kind, _, number = key.partition(":")
    if kind != "customer":
        return [key]
    documents = reader.frame(Document, ("id",), customer_id=int(number))["id"]
    return [key, *(f"document:{document}" for document in documents)]


def _names(reader: Reader, found: Sequence[Note]) -> dict[str, str]:
    """What people call the subjects of notes."""
    ids: dict[str, list[int]] = {"customer": [], "document": [], "line": []}
    for note in found:
        kind, _, number = note.subject.partition(":")
        ids[kind].append(int(number))
    customers = reader.records(Customer, id=ids["customer"])
    documents = reader.records(Document, id=ids["document"])
    names = {f"line:{line}": f"line:{line}" for line in ids["line"]}
    names |= {f"customer:{one.id}": f"customer:{one.number}" for one in customers}
    return names | {f"document:{one.id}": f"{one.kind}:{one.number}" for one in documents}

"""Mark documents: in dispute, payment promised, no letters, no interest; and take that back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.marks import Standing, standing
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.records import Customer, Document, DocumentMark, OpenItem
from reskontra.engine.ledger.standing import open_amounts
from reskontra.engine.money import exact, parse_amount
from reskontra.engine.ports import Books, Reader
from reskontra.engine.services.document_names import find_document

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said of documents."""

    kind: str
    stands: bool = True
    """False: it is taken back."""
    until: str = ""
    """ISO date; see ``DocumentMark``."""
    amount: str = ""
    """In units of each document's currency (``120.50``); empty = the whole document."""


def mark(books: Books, names: Sequence[str], saying: Saying, actor: Actor) -> list[DocumentMark]:
    """Mark the documents of these numbers; all of them or none.

    Raises ``ReskontraError`` with every problem: RK815 no such document, RK843 the mark does not
    fit it, RK844 there is nothing to take back.
    """
    with books.write() as writer:
        documents, unknown = _documents(writer, names)
        amounts, wrong = _amounts(writer, documents, saying, actor)
        if unknown or wrong:
            raise ReskontraError((*unknown, *wrong))
        first = writer.last_id(DocumentMark) + 1
        marks = [
            DocumentMark(
                writer.company, number, document.id, saying.kind, saying.stands, saying.until,
                amount, actor.reason, actor.login, actor.at,
            )
            for number, (document, amount) in enumerate(zip(documents, amounts, strict=True), first)
        ]  # fmt: skip
        writer.append(marks)
        done = f"{'mark' if saying.stands else 'clear'} {saying.kind}"
        detail = canonical({"amount": saying.amount, "until": saying.until})
        record_deeds(writer, actor, [Deed(done, f"{d.kind}:{d.number}", detail) for d in documents])
    return marks


def _documents(reader: Reader, names: Sequence[str]) -> tuple[list[Document], list[Problem]]:
    found: dict[int, Document] = {}
    problems: list[Problem] = []
    for name in names:
        try:
            document = find_document(reader, name)
        except ReskontraError as error:
            problems += error.problems
        else:
            found[document.id] = document
    return list(found.values()), problems


def _amounts(
    reader: Reader, documents: Sequence[Document], saying: Saying, actor: Actor
) -> tuple[list[int], list[Problem]]:
    """The amount of the mark on each document, minor units; 0 = the whole. And what is wrong."""
    left = open_amounts(reader, [document.id for document in documents])
    held = standing(reader, documents, actor.at[:10])
    marked = {mark.document.id for mark in held if mark.kind == saying.kind}
    amounts: list[int] = []
    problems: list[Problem] = []
    for document in documents:
        amount = 0
        if not saying.stands:
            wrong = "" if document.id in marked else f"no {saying.kind} stands"
        elif sign(document.kind) < 0 or document.id not in left:
            wrong = "nothing is owed on it"
        elif saying.kind == "promise" and saying.until < actor.at[:10]:
            wrong = f"the day promised, {saying.until}, has passed"
        else:
            amount, wrong = _amount(saying.amount, document, left[document.id])
        amounts.append(amount)
        if wrong:
            problems.append(_misfit(document, wrong, stands=saying.stands))
    return amounts, problems


def _amount(text: str, document: Document, left: int) -> tuple[int, str]:
    """Minor units, and what is wrong with them."""
    if not text:
        return 0, ""
    try:
        amount = parse_amount(text, document.currency)
    except ValueError as error:
        return 0, str(error)
    if 0 < amount <= left:
        return amount, ""
    most = f"{exact(left, document.currency)} {document.currency}"
    return 0, f"{text} is not between 0 and the open {most}"


def _misfit(document: Document, wrong: str, *, stands: bool) -> Problem:
    what = f"{named(document)}: {wrong}"
    if stands:
        return Problem("RK843", what, help="mark what somebody still owes, or a part of it")
    return Problem("RK844", what, help="reskontra show marks lists what stands")


def marks(reader: Reader, on: str, *, customer: int | None = None, kind: str = "") -> Iterator[Row]:
    """What stands on open documents on the day ``on`` (ISO date): a row per mark, by customer and
    document; of one customer (id) or of all.
    """
    whose = {} if customer is None else {"customer_id": customer}
    left = dict(reader.frame(OpenItem, ("document_id", "open_amount"), **whose).iter_rows())
    said = reader.frame(DocumentMark, ("document_id",))["document_id"]
    came = reader.frame(Document, ("id",), disputed=True, **whose)["id"]
    documents = list(reader.records(Document, id=sorted({*said, *came} & left.keys())))
    known = {c.id: c for c in reader.records(Customer, id=_customers(documents))}
    rows = [
        _row(one, known.get(one.document.customer_id or 0), left[one.document.id])
        for one in standing(reader, documents, on)
        if kind in ("", one.kind)
    ]
    yield from sorted(rows, key=lambda row: row["customer"])


def _customers(documents: Sequence[Document]) -> list[int]:
    return sorted({d.customer_id for d in documents if d.customer_id is not None})


def _row(one: Standing, customer: Customer | None, left: int) -> Row:
    document = one.document
    return {
        "customer": customer.number if customer else "", "name": customer.name if customer else "",
        "document": document.number, "kind": document.kind, "mark": one.kind, "until": one.until,
        "currency": document.currency, "open": left, "amount": one.amount or left,
        "reason": one.reason, "actor": one.actor, "date": one.at[:10],
    }  # fmt: skip

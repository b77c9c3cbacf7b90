"""What happened to a customer, and what settled what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import (
    Application,
    Audit,
    Customer,
    Document,
    DocumentMark,
    FormerNumber,
    Note,
    Run,
)
from reskontra.engine.ports import Reader

Row = dict[str, Any]


def applications(
    reader: Reader, *, document: Document | None = None, customer: Customer | None = None
) -> Iterator[Row]:
    """What was used on what, the newest first: of a document, of a customer's documents, or all;
    what was taken back has negative amounts.
    """
    made = _applications(reader, document, customer)
    told = ("id", "kind", "number", "customer_id", "currency")
    ids = sorted({*made["source_id"], *made["target_id"]})
    few = len(ids) < 10_000
    documents = reader.frame(Document, told, **({"id": ids} if few else {}))
    customers = reader.frame(Customer, ("id", "number"))
    documents = documents.join(
        customers.select(customer_id="id", customer="number"), on="customer_id", how="left"
    ).with_columns(pl.col("customer").fill_null(""))
    runs = reader.frame(Run, ("id", "actor"))
    rows = (
        made.join(documents.rename({"id": "source_id"}), on="source_id", how="left")
        .join(documents.rename({"id": "target_id"}), on="target_id", how="left", suffix="_to")
        .join(runs.rename({"id": "run_id"}), on="run_id", how="left")
        .sort("id", descending=True)
    )
    for row in rows.iter_rows(named=True):
        yield {
            "date": row["applied_on"], "kind": row["kind"], "number": row["number"],
            "customer": row["customer"], "target_kind": row["kind_to"],
            "target": row["number_to"], "target_customer": row["customer_to"],
            "run": row["run_id"], "actor": row["actor"] or "",
            "currency": row["currency_to"], "amount": row["amount"], "discount": row["discount"],
        }  # fmt: skip


def _applications(
    reader: Reader, document: Document | None, customer: Customer | None
) -> pl.DataFrame:
    if document is None and customer is None:
        return reader.frame(Application)
    if document is not None:
        ids = [document.id]
    else:
        assert customer is not None, "one of the two is given"
        ids = reader.frame(Document, ("id",), customer_id=customer.id)["id"].to_list()
    sides = (reader.frame(Application, source_id=ids), reader.frame(Application, target_id=ids))
    return pl.concat(sides).unique("id")


def history(reader: Reader, customer: Customer) -> Iterator[Row]:
    """Everything that happened to a customer, the newest first: documents, applications, marks,
    notes, and changes of what was agreed. ``amount`` is minor units, ``None`` where there is none.
    """
    documents = {d.id: d for d in reader.records(Document, customer_id=customer.id)}
    events = [
        *_document_events(documents),
        *_application_events(reader, customer),
        *_mark_events(reader, documents),
        *_note_events(reader, customer, documents),
        *_change_events(reader, customer),
    ]
    home = {"currency": customer.currency, "amount": None}
    events.sort(key=lambda event: event["date"], reverse=True)
    yield from (home | event for event in events)


def _document_events(documents: dict[int, Document]) -> Iterator[Row]:
    for document in reversed(documents.values()):
        came = f"run:{document.run_id}" if document.run_id else f"import:{document.import_id}"
        yield {
            "date": document.document_date, "what": document.kind, "subject": document.number,
            "text": "", "by": came, "currency": document.currency,
            "amount": sign(document.kind) * document.amount,
        }  # fmt: skip


def _application_events(reader: Reader, customer: Customer) -> Iterator[Row]:
    for used in applications(reader, customer=customer):
        yield {
            "date": used["date"], "what": "applied" if used["amount"] >= 0 else "taken_back",
            "subject": used["number"], "text": f"→ {used['target']}", "by": f"run:{used['run']}",
            "currency": used["currency"], "amount": used["amount"],
        }  # fmt: skip


def _mark_events(reader: Reader, documents: dict[int, Document]) -> Iterator[Row]:
    for mark in reader.records(DocumentMark, document_id=sorted(documents)):
        document = documents[mark.document_id]
        told = ("" if mark.stands else "cleared", mark.until, mark.reason)
        yield {
            "date": mark.at[:10], "what": mark.kind, "subject": document.number,
            "text": ", ".join(text for text in told if text),
            "by": mark.actor, "currency": document.currency, "amount": mark.amount or None,
        }  # fmt: skip


def _note_events(
    reader: Reader, customer: Customer, documents: dict[int, Document]
) -> Iterator[Row]:
    subjects = [f"customer:{customer.id}", *(f"document:{key}" for key in documents)]
    for note in reader.records(Note, subject=subjects):
        kind, _, number = note.subject.partition(":")
        about = customer.number if kind == "customer" else documents[int(number)].number
        yield {
            "date": note.at[:10], "what": note.kind, "subject": about, "text": note.text,
            "by": note.actor,
        }  # fmt: skip


def _change_events(reader: Reader, customer: Customer) -> Iterator[Row]:
    former = [old.number for old in reader.records(FormerNumber, customer_id=customer.id)]
    subjects = [f"customer:{number}" for number in (customer.number, *former)]
    changes = (d for d in reader.records(Audit, subject=subjects) if d.action.endswith("customer"))
    for deed in changes:
        yield {
            "date": deed.at[:10], "what": deed.action, "subject": deed.subject.partition(":")[2],
            "text": deed.reason, "by": deed.actor,
        }  # fmt: skip

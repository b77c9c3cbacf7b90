"""What people call the customers and documents that the steps of a work name by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reskontra.engine.ledger.records import Document
from reskontra.engine.ledger.works import PlannedStep
from reskontra.engine.ports import Reader
from reskontra.engine.services.customer_numbers import numbers_of


@dataclass(frozen=True, slots=True)
class Names:
    """Numbers of customers, and documents, by id."""

    customers: Mapping[int, str]
    documents: Mapping[int, Document]

    def document(self, identifier: int, step: PlannedStep) -> Document:
        """The document that an application of ``step`` names: one of the books, or of its own."""
        if identifier < 0:
            return step.documents[-identifier - 1].document
        return self.documents[identifier]

    def customer_of(self, document: Document) -> str:
        """Number of the customer; empty = nobody known."""
        return self.customers.get(document.customer_id or 0, "")

    def subject(self, step: PlannedStep) -> str:
        """The subject of a step by its number instead of its id."""
        kind, _, number = step.subject.partition(":")
        match kind:
            case "document":
                return f"document:{self.documents[int(number)].number}"
            case "customer":
                return f"customer:{self.customers[int(number)]}"
        return step.subject


def names_of(reader: Reader, steps: Sequence[PlannedStep]) -> Names:
    """The names that are needed to tell these steps."""
    used = {i for s in steps for a in s.applications for i in (a.source_id, a.target_id)}
    subjects = [step.subject.partition(":")[::2] for step in steps]
    used |= {int(number) for kind, number in subjects if kind == "document"}
    documents = {d.id: d for d in reader.records(Document, id=sorted(i for i in used if i > 0))}
    owners = {int(number) for kind, number in subjects if kind == "customer"}
    owners |= {d.customer_id for d in documents.values() if d.customer_id}
    return Names(numbers_of(reader, sorted(owners)), documents)

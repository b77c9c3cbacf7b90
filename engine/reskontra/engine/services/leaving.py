"""What keeps a member in its payer group: drafts of one that name a document of the other."""

from __future__ import annotations

import json
from collections.abc import Iterator

from reskontra.engine.customers.checks import Finding
from reskontra.engine.customers.groups import PARENT
from reskontra.engine.documents.entry import entry_of
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.records import (
    OPEN_STATUSES,
    Customer,
    Document,
    DocumentReference,
    Draft,
)
from reskontra.engine.ports import Reader
from reskontra.engine.text import reference_key


def leaving_findings(reader: Reader, member: Customer, head: Customer) -> Iterator[Finding]:
    """RK943 for each draft of one that is about a document of the other: released it would be used
    on it, which only a group allows.

    Drafts name the documents that they correct, and their payment reference does.
    """
    both = [member.id, head.id]
    for draft in reader.records(Draft, customer_id=both, status=list(OPEN_STATUSES)):
        entry = entry_of(json.loads(draft.content))
        keys = {reference_key(key) for key in (*entry.corrects, entry.payment_reference)} - {""}
        references = reader.records(DocumentReference, key=sorted(keys))
        ids = sorted({reference.document_id for reference in references})
        other = head if draft.customer_id == member.id else member
        for document in reader.records(Document, id=ids, customer_id=other.id):
            yield Finding(
                "RK943",
                PARENT,
                f"it cannot leave the group of {head.number}: draft:{draft.id} names "
                f"{named(document)} of {other.number}",
                f"first `reskontra documents release draft:{draft.id}`, or `discard` it",
            )

"""Charges that money brings with it and settles at once: nobody enters them as drafts."""

from __future__ import annotations

from collections.abc import Sequence

from reskontra.engine.documents.totals import percent
from reskontra.engine.documents.vat_shares import Taxed
from reskontra.engine.ledger.records import (
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentVat,
)
from reskontra.engine.ledger.works import NewDocument
from reskontra.engine.money import exact


def charged(
    charge: Document, text: str, account: str, parts: Sequence[Taxed], link: DocumentLink
) -> NewDocument:
    """A charge with a line per part, all to one account, their VAT, and what it is about."""
    company = charge.company
    net, tax = sum(part.net for part in parts), sum(part.vat for part in parts)
    return NewDocument(
        charge,
        details=(DocumentDetail(company, 0, 0, text, "", "", "", "", "", "", False, net, tax, 0),),
        lines=tuple(
            DocumentLine(
                company, 0, 0, number, text, "1", exact(part.net, charge.currency), part.net,
                part.code, account, "",
            )
            for number, part in enumerate(parts, 1)
        ),
        vat=tuple(
            DocumentVat(company, 0, 0, p.code, percent(p.rate), p.net, p.vat, p.account)
            for p in parts
            if p.rate
        ),
        links=(link,),
    )  # fmt: skip

"""What an amount that is given up holds of VAT: of a cash discount, of a credit loss.

It is split by the shares that the VAT codes have of the document, and the last takes what rounding
leaves, so that nothing is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from reskontra.engine.documents.totals import RATE_ONE
from reskontra.engine.ledger.document_records import DocumentDetail, DocumentVat
from reskontra.engine.money import share
from reskontra.engine.ports import Reader


class Taxed(NamedTuple):
    """A gross amount of one VAT code, minor units."""

    code: str
    """Empty: what carries no VAT."""
    rate: int
    """1/10 000 of the net amount."""
    gross: int
    account: str = ""
    """Ledger account of the VAT."""

    @property
    def vat(self) -> int:
        """The VAT in it, half away from zero."""
        return share(self.gross, self.rate, RATE_ONE + self.rate)

    @property
    def net(self) -> int:
        """The rest."""
        return self.gross - self.vat


def parts_of(detail: DocumentDetail, vat: Sequence[DocumentVat]) -> list[Taxed]:
    """The gross amounts of a document that was entered here; its rounding is no part of them."""
    taxed = [
        Taxed(row.vat_code, int(Decimal(row.rate) * 100), row.net + row.vat, row.account)
        for row in vat
    ]
    rest = detail.net - sum(row.net for row in vat)
    return [*taxed, Taxed("", 0, rest)] if rest else taxed


def taxed_parts(reader: Reader, documents: Sequence[int]) -> dict[int, list[Taxed]]:
    """The same of stored documents by id; one that was imported tells nothing of its VAT."""
    vat: dict[int, list[DocumentVat]] = defaultdict(list)
    for row in reader.records(DocumentVat, document_id=documents):
        vat[row.document_id].append(row)
    details = reader.records(DocumentDetail, document_id=documents)
    return {detail.document_id: parts_of(detail, vat[detail.document_id]) for detail in details}


def split(amount: int, parts: Sequence[Taxed]) -> list[Taxed]:
    """``amount`` in proportion to ``parts``; without parts it carries no VAT.

    >>> [part.gross for part in split(100, [Taxed("a", 2500, 10), Taxed("b", 600, 20)])]
    [33, 67]
    """
    whole = sum(part.gross for part in parts)
    if not whole:
        return [Taxed("", 0, amount)]
    shares = [part._replace(gross=share(amount, part.gross, whole)) for part in parts]
    rest = amount - sum(part.gross for part in shares)
    return [*shares[:-1], shares[-1]._replace(gross=shares[-1].gross + rest)]

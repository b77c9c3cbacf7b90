"""What an open amount is worth in base currency, and the exchange difference when it is settled.

The open base amount of a document is a pure function of what is open, so nothing has to be kept
with each application: the last payment relieves the whole rest, and what has nothing open is worth
nothing.
"""

from __future__ import annotations

from reskontra.engine.ledger.records import Document


def open_base(document: Document, open_amount: int) -> int:
    """Base value of what is open of a document, minor units, half away from zero.

    ``base_amount * open_amount / amount``.
    """
    return share(document.base_amount, open_amount, document.amount)


def share(whole: int, part: int, of: int) -> int:
    """``whole * part / of`` for amounts that are not negative, half away from zero.

    >>> share(11_200_00, 400_00, 1_000_00), share(100, 1, 3), share(0, 0, 0)
    (448000, 33, 0)
    """
    return (2 * whole * part + of) // (2 * of) if of else 0


def relieved(document: Document, before: int, after: int) -> int:
    """Base value that leaves a document when its open amount goes from ``before`` to ``after``."""
    return open_base(document, before) - open_base(document, after)

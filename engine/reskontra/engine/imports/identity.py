"""Content identity of a bank line: when is a line the same line, and when a genuine twin of it.

A line is its cash account, booking date, amount, currency and what the bank and the payer wrote.
Files that overlap repeat lines; customers pay the same amount twice a day. The identity finds the
repeated line, the occurrence number keeps the twins apart. The normal forms here are frozen: a
change would make every stored line a stranger, so they do not follow those of matching.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from reskontra.engine.bank_file import Reference, Transaction

_SEPARATOR = "\x1f"
_NO_ID = frozenset({"", "NOTPROVIDED", "NOTAVAILABLE", "NONREF"})


def family(file_format: str) -> str:
    """The format without its version: lines of one family share an id space and a spelling.

    >>> family("camt.054.001.08"), family("bgmax"), family("csv:nordea")
    ('camt.054', 'bgmax', 'csv:nordea')
    """
    if file_format.startswith("camt."):
        return ".".join(file_format.split(".")[:2])
    return file_format


def reference_form(value: str) -> str:
    """Letters and digits in upper case, without leading zeros.

    >>> reference_form(" 00 0958-0521"), reference_form("rf18 5390")
    ('9580521', 'RF185390')
    """
    upper = value.upper()
    return (upper if upper.isalnum() else "".join(filter(str.isalnum, upper))).lstrip("0")


def reference_forms(references: Sequence[Reference]) -> str:
    """All references of a line in one comparable text: sorted, without empty ones."""
    if not references:
        return ""
    if len(references) == 1:
        return reference_form(references[0].value)
    return " ".join(sorted(filter(None, (reference_form(r.value) for r in references))))


def bank_id(value: str) -> str:
    """An id without blanks at the ends; the words that stand for "none" are none.

    >>> bank_id(" A1 "), bank_id("NOTPROVIDED")
    ('A1', '')
    """
    if not value:
        return ""
    stripped = value.strip()
    return "" if stripped.upper() in _NO_ID else stripped


def content_identity(cash_account: str, family_name: str, line: Transaction) -> str:
    """Identity of a booked line, 32 hexadecimal digits.

    The bank's own id never stands alone: banks start their ids anew each year (the date is part of
    the identity) and give all parts of a batch the id of the batch (amount and references are).
    Without a bank id, text and counterparty take part.
    """
    own_id = bank_id(line.bank_reference)
    parts = [
        family_name, cash_account, line.booking_date.isoformat(), str(line.amount), line.currency,
        "1" if line.reversal else "0", own_id, reference_forms(line.references),
        bank_id(line.end_to_end_id),
    ]  # fmt: skip
    if not own_id:
        account = line.counterparty.account
        parts += [
            _words(*line.text), reference_form(account.number) if account else "",
            _words(line.counterparty.name),
        ]  # fmt: skip
    return blake2b(_SEPARATOR.join(parts).encode(), digest_size=16).hexdigest()


def content_digest(identities: Iterable[str], *facts: object) -> str:
    """Digest of a whole statement: its lines in any order and the ``facts`` about it."""
    parts = [*sorted(identities), *(repr(fact) for fact in facts)]
    return blake2b(_SEPARATOR.join(parts).encode(), digest_size=16).hexdigest()


def _words(*texts: str) -> str:
    return " ".join(" ".join(texts).upper().split())

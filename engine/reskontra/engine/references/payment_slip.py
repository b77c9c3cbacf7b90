"""The Danish payment slip (fælles indbetalingskort, FIK): what stands around the payment id.

Three forms mean the same: the printed line ``+71<id+creditor<``, Peppol's ``71#id`` (rules DK-R-008
to 011) and bare digits. The stored form is card type, payment id and, when known, the creditor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reskontra.engine.references.scheme import ReferenceScheme

_LINE = re.compile(r"\+?(\d{2})<(\d*)\+(\d+)<?")
_PEPPOL = re.compile(r"(\d{2})#(\d*)")


@dataclass(frozen=True, slots=True)
class Slip:
    """The parts of a payment slip; ``creditor`` is empty where the form has none."""

    card: str
    payment_id: str
    creditor: str = ""

    @property
    def stored(self) -> str:
        """The form that is stored."""
        return self.card + self.payment_id + self.creditor


def id_length(scheme: ReferenceScheme) -> int:
    """Digits of the payment id, check digit included; 0 for slips without one."""
    content = scheme.content_length or 0
    return content + scheme.rule.width if content else 0


def read_slip(scheme: ReferenceScheme, text: str) -> Slip | str:
    """The parts of a text without blanks, or the label of what is wrong."""
    line = _LINE.fullmatch(text)
    if line:
        slip = Slip(*line.groups())
    elif peppol := _PEPPOL.fullmatch(text):
        slip = Slip(*peppol.groups())
    elif text.isascii() and text.isdigit():
        return _digits(scheme, text)
    else:
        return "INVALID_FORMAT" if text else "INVALID_LENGTH"
    if slip.card != scheme.card:
        return "INVALID_COMPONENT"
    lengths = scheme.creditor_lengths
    if line and lengths and len(slip.creditor) not in lengths:
        return "INVALID_LENGTH"
    return slip if len(slip.payment_id) == id_length(scheme) else "INVALID_LENGTH"


def _digits(scheme: ReferenceScheme, text: str) -> Slip | str:
    wanted = id_length(scheme)
    if wanted and len(text) == wanted:
        return Slip(scheme.card, text)
    if len(text) - 2 - wanted not in {0, *scheme.creditor_lengths}:
        return "INVALID_LENGTH"
    if text[:2] != scheme.card:
        return "INVALID_COMPONENT"
    return Slip(scheme.card, text[2 : 2 + wanted], text[2 + wanted :])


def slip_display(scheme: ReferenceScheme, reference: str) -> str:
    """The printed line, or Peppol's form where the creditor is not known."""
    slip = read_slip(scheme, reference)
    if isinstance(slip, str):
        return reference
    if slip.creditor:
        return f"+{slip.card}<{slip.payment_id}+{slip.creditor}<"
    return f"{slip.card}#{slip.payment_id}"

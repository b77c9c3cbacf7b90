"""How a reference is printed: the mask of the configuration, or unbroken."""

from __future__ import annotations

from reskontra.engine.references.payment_slip import slip_display
from reskontra.engine.references.scheme import ReferenceScheme


def display(scheme: ReferenceScheme, reference: str) -> str:
    """The print form of a normalized reference; what is longer than the mask follows unbroken.

    >>> from reskontra.engine.references.definition import scheme_from_mapping
    >>> display(scheme_from_mapping({"mask": "##### #####", "mask_from": "right"}), "1234561")
    '12 34561'
    """
    if scheme.card:
        return slip_display(scheme, reference)
    if not scheme.mask:
        return reference
    if scheme.mask_from_right:
        return _fill(scheme.mask[::-1], reference[::-1])[::-1]
    return _fill(scheme.mask, reference)


def _fill(mask: str, reference: str) -> str:
    shown: list[str] = []
    taken = 0
    for sign in mask:
        if sign != "#":
            shown.append(sign)
        elif taken < len(reference):
            shown.append(reference[taken])
            taken += 1
        else:
            # The rest of the mask has nothing to show: drop the signs that led up to it.
            while shown and shown[-1] != reference[taken - 1]:
                shown.pop()
            break
    return "".join(shown) + reference[taken:]

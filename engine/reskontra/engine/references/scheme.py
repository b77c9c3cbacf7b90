"""The definition of one payment reference (betalningskonfiguration, AR101000).

A scheme is plain data: the parts of the reference in order, the check digit, how long it may be and
how it is printed. Country schemes are presets of the same data; a company writes its own in YAML.
Once references were issued under a scheme it does not change: a new version gets a new id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reskontra.engine.references.check_digits import UNCHECKED, CheckRule

Status = Literal["draft", "active", "inactive"]
Level = Literal["soft", "hard", "variable_length", "fixed_length"]
Zeros = Literal["leading", "trailing", "none"]
Overflow = Literal["error", "keep_right", "keep_left"]
ZerosOnly = Literal["allow", "component", "format"]

MAX_LENGTH = 35
"""Longest reference that a bank message carries (ISO 20022 ``Max35Text``)."""


@dataclass(frozen=True, slots=True)
class Element:
    """One part of the reference, in the order in which they stand."""

    type: str
    """``fixed``, ``amount_check`` or the name of a component: ``customer_no``, ``invoice_no``,
    ``order_no``, ``branch``, ``company``, ``doc_type``, ``invoice_date``, ``due_date`` ..."""
    positions: int | None = None
    """Width in characters; None = as long as the value."""
    zeros: Zeros = "leading"
    overflow: Overflow = "error"
    value: str = ""
    """The text of a ``fixed`` element."""
    format: str = ""
    """Dates only: ``YYYY``, ``YY``, ``MM``, ``DD`` in any order."""
    strip: bool = False
    """Drop what is not a digit, instead of refusing it."""
    map: tuple[tuple[str, str], ...] = ()
    """Value -> digits, for instance ``invoice`` -> ``1``."""

    @property
    def is_component(self) -> bool:
        """Whether the caller supplies the value and gets it back."""
        return self.type not in {"fixed", "amount_check"}


@dataclass(frozen=True, slots=True)
class AmountCheck:
    """The control digit of the amount that giro forms print; never needed for matching."""

    rule: CheckRule
    unit: Literal["minor", "major"] = "minor"
    positions: int | None = None
    """Width to which the amount is zero-filled."""
    prefix: str = ""
    """Digits in front of the amount (Swiss document type)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a scheme is used; an empty field means everywhere."""

    branch: str = ""
    payment_method: str = ""
    document_type: str = ""

    def covers(self, other: Scope) -> bool:
        """Whether everything that ``other`` names lies within this scope."""
        return all(mine in {"", theirs} for mine, theirs in self._pairs(other))

    def meets(self, other: Scope) -> bool:
        """Whether some document lies in both scopes."""
        return all(not a or not b or a == b for a, b in self._pairs(other))

    @property
    def precision(self) -> int:
        """Number of fields that are set."""
        return sum(map(bool, (self.branch, self.payment_method, self.document_type)))

    def _pairs(self, other: Scope) -> tuple[tuple[str, str], ...]:
        return (
            (self.branch, other.branch),
            (self.payment_method, other.payment_method),
            (self.document_type, other.document_type),
        )


@dataclass(frozen=True, slots=True)
class Example:
    """Components and the reference they give; lint runs it."""

    components: tuple[tuple[str, str], ...]
    gives: str


@dataclass(frozen=True, slots=True)
class ReferenceScheme:
    """A payment reference; build it with ``scheme_from_mapping``, which refuses unsafe ones."""

    id: str = ""
    status: Status = "active"
    description: str = ""
    scope: Scope = Scope()
    level: Level = "hard"
    """Agreement with the Swedish giro; other countries are ``hard``."""
    length: int | None = None
    """Characters of all elements together, without length and check digits."""
    min_length: int = 1
    """Shortest whole reference, check digits and prefix included."""
    max_length: int = MAX_LENGTH
    lengths: tuple[int, ...] = ()
    """Agreed whole lengths; empty = any between minimum and maximum."""
    elements: tuple[Element, ...] = ()
    prefix: str = ""
    """Text in front, ``RF`` or ``SI12``."""
    rule: CheckRule = UNCHECKED
    check_at_start: bool = False
    check_section: int = 0
    """With ``separator``: the section (1 = first) that ends with its own check digit; 0 = one check
    digit at the very end, over all digits."""
    length_digit: bool = False
    length_digit_of: Literal["total", "content"] = "total"
    length_digit_lengths: tuple[int, ...] = ()
    """Whole lengths that carry the length digit; empty = all."""
    unchecked_lengths: tuple[int, ...] = ()
    """Whole lengths without any check digit."""
    inner: CheckRule = UNCHECKED
    """A national check digit inside an international reference."""
    alphanumeric: bool = False
    """Letters A-Z are allowed beside digits."""
    separator: str = ""
    """Stands between the elements and belongs to the reference (``-`` in Slovenia and Croatia)."""
    max_sections: int = 0
    max_digits: int = 0
    """Limit of digits after the prefix; 0 = none."""
    ignore: str = ""
    """Characters dropped on input, beside blanks."""
    leading_zeros: Literal["keep", "strip"] = "keep"
    all_zeros: ZerosOnly = "allow"
    """What a reference of zeros only is called."""
    card: str = ""
    """Danish payment slip type; empty = no payment slip."""
    creditor: str = ""
    """The company's creditor or giro number on the payment slip; empty = any."""
    creditor_lengths: tuple[int, ...] = ()
    amount_check: AmountCheck | None = None
    mask: str = ""
    """Print form, ``#`` per character, check digits included."""
    mask_from_right: bool = False
    examples: tuple[Example, ...] = ()

    @property
    def was_active(self) -> bool:
        """Whether references may be in circulation: only these are recognised."""
        return self.status != "draft"

    @property
    def content_length(self) -> int | None:
        """Characters of the elements and the separators between them; None = not fixed."""
        summed = sum_of_positions(self.elements, self.separator) if self.elements else None
        return self.length if summed is None else summed

    @property
    def dashes(self) -> bool:
        """Whether the check digit may be ``-`` (KID by modulus 11)."""
        return self.rule.remainder10 == "-"

    def allows_length(self, total: int) -> bool:
        """Whether a whole reference may have ``total`` characters."""
        if self.lengths and total not in self.lengths:
            return False
        return self.min_length <= total <= self.max_length

    def has_check(self, total: int) -> bool:
        """Whether a reference of ``total`` characters carries check digits."""
        return self.rule.width > 0 and total not in self.unchecked_lengths

    def has_length_digit(self, total: int) -> bool:
        """Whether a reference of ``total`` characters carries a length digit."""
        if not self.length_digit or not self.has_check(total):
            return False
        return not self.length_digit_lengths or total in self.length_digit_lengths


def sum_of_positions(elements: Iterable[Element], separator: str = "") -> int | None:
    """Width of the elements with their separators; None when one of them is open."""
    widths = [width_of(element) for element in elements]
    if any(width is None for width in widths):
        return None
    return sum(w for w in widths if w is not None) + len(separator) * (len(widths) - 1)


def width_of(element: Element) -> int | None:
    """Width of one element; None when it is as long as its value."""
    if element.positions is not None:
        return element.positions
    if element.type == "fixed":
        return len(element.value)
    if element.type == "amount_check":
        return 1
    if element.format:
        return len(element.format)
    return len(element.map[0][1]) if element.map else None


def scheme_for(
    schemes: Iterable[ReferenceScheme],
    *,
    branch: str = "",
    payment_method: str = "",
    document_type: str = "",
) -> ReferenceScheme | None:
    """The active scheme that numbers a document: the most precise scope wins, then list order."""
    wanted = Scope(branch, payment_method, document_type)
    usable = [s for s in schemes if s.status == "active" and s.scope.covers(wanted)]
    return max(usable, key=lambda scheme: scheme.scope.precision, default=None)

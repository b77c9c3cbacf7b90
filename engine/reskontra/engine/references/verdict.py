"""What a check says: good or not, in which form, and why not.

One table ties the short labels of a finding to error codes; nothing else in the code does.
"""

from __future__ import annotations

from dataclasses import dataclass

LABELS: dict[str, str] = {
    "INVALID_CONFIG": "RK300",
    "UNKNOWN_PRESET": "RK304",
    "INVALID_FORMAT": "RK580",
    "INVALID_LENGTH": "RK581",
    "INVALID_CHECKSUM": "RK582",
    "INVALID_COMPONENT": "RK583",
    "MISSING_VALUE": "RK584",
    "TOO_SHORT": "RK585",
    "OVERFLOW": "RK586",
    "CHECK_DIGIT_10": "RK587",
    "INVALID": "RK588",
    "NOT_REVERSIBLE": "RK589",
}
"""Label of a finding -> error code."""

ALIASES: dict[str, str] = {
    "CONFIG": "INVALID_CONFIG",
    "TOO_LONG": "OVERFLOW",
    "ALPHANUMERIC": "INVALID_FORMAT",
    "NON_NUMERIC": "INVALID_FORMAT",
}
"""Other names of the same findings -> the label used here."""

_BY_CODE = {code: label for label, code in LABELS.items()}


def code_of(label: str) -> str:
    """The error code of a label or of one of its other names; ``KeyError`` when unknown.

    >>> code_of("INVALID_CHECKSUM"), code_of("CONFIG")
    ('RK582', 'RK300')
    """
    return LABELS[ALIASES.get(label, label)]


def label_of(code: str) -> str:
    """The label of an error code; every code about a definition is ``INVALID_CONFIG``.

    >>> label_of("RK302"), label_of("RK304"), label_of("RK587")
    ('INVALID_CONFIG', 'INVALID_COMPONENT', 'CHECK_DIGIT_10')
    """
    if code == LABELS["UNKNOWN_PRESET"]:
        return "INVALID_COMPONENT"
    return _BY_CODE.get(code, "INVALID_CONFIG" if code.startswith("RK30") else "INVALID")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scheme says about a text."""

    valid: bool
    """The text satisfies every rule of the scheme."""
    accepted: bool
    """The paying bank lets it through (level *soft* takes anything)."""
    normalized: str = ""
    """The form that is stored and compared; empty when invalid."""
    formatted: str = ""
    """The form that is printed; empty when invalid."""
    error: str = ""
    """A label of ``LABELS``; empty when valid."""

    @property
    def code(self) -> str:
        """The error code, empty when valid."""
        return code_of(self.error) if self.error else ""

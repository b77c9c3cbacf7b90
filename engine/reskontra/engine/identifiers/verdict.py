"""What a check of an account or of a party's number says."""

from __future__ import annotations

from dataclasses import dataclass

from reskontra.engine.references.verdict import code_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """Good or not, in which form, and why not."""

    valid: bool
    normalized: str = ""
    """The form that is stored and compared; empty when invalid."""
    formatted: str = ""
    """The form that is printed; empty when invalid or when there is no other form."""
    bank: str = ""
    """Accounts only: the bank that the number names, where it does."""
    error: str = ""
    """A label of ``reskontra.engine.references.verdict.LABELS``; empty when valid."""
    warning: str = ""
    """Valid, but a check digit that this kind of number usually has could not be confirmed."""

    @property
    def code(self) -> str:
        """The error code, empty when valid."""
        return code_of(self.error) if self.error else ""


def wrong(error: str, bank: str = "") -> Verdict:
    """An invalid number."""
    return Verdict(valid=False, error=error, bank=bank)

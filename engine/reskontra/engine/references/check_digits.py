"""Check digits (kontrollsiffror): the arithmetic behind Nordic and European references.

Weights apply from the right-most digit and repeat. ISO 7064 serves RF (ISO 11649) and Belgium.
Everything works on strings, so that 25 digits are as exact as two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle

LUHN_WEIGHTS = (2, 1)
KID_WEIGHTS = (2, 3, 4, 5, 6, 7)
VIITE_WEIGHTS = (7, 3, 1)
ACCOUNT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 1)
NL_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


class RemainderTenError(ValueError):
    """Modulus 11 leaves 10 and the scheme says that such a number is never used."""


@dataclass(frozen=True, slots=True)
class CheckRule:
    """An algorithm with its parameters.

    >>> CheckRule("luhn10").digits("123")
    '0'
    >>> CheckRule("mod11", remainder10="-").digits("4")
    '3'
    """

    modulus: str
    """A key of ``ALGORITHMS``, or ``none``."""
    weights: tuple[int, ...] = ()
    """From the right, repeated; empty = those of the algorithm."""
    digit_sum: bool | None = None
    """Whether products of two digits are added up; None = as the algorithm does."""
    remainder10: str = ""
    """Modulus 11 only: ``-``, ``0``, ``1`` or ``reject``."""

    @property
    def width(self) -> int:
        """Number of check digits."""
        return 0 if self.modulus == "none" else ALGORITHMS[self.modulus].width

    def digits(self, base: str) -> str:
        """The check digits of ``base``; ``RemainderTenError`` where no digit exists."""
        if self.modulus == "none":
            return ""
        return ALGORITHMS[self.modulus].compute(self, base)

    def holds(self, base: str, given: str) -> bool:
        """Whether ``given`` are the check digits of ``base``."""
        try:
            return self.digits(base) == given
        except RemainderTenError:
            return False


UNCHECKED = CheckRule("none")
"""No check digit at all."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One way to compute check digits."""

    compute: Callable[[CheckRule, str], str]
    width: int = 1
    at_start: bool = False
    """Whether the check digits stand in front unless the scheme says otherwise."""
    weights: tuple[int, ...] = ()
    digit_sum: bool = False
    parameters: frozenset[str] = field(default_factory=frozenset)
    """Which of ``weights``, ``digit_sum``, ``remainder10`` a scheme may set."""


def _sum(rule: CheckRule, base: str) -> int:
    algorithm = ALGORITHMS[rule.modulus]
    weights = rule.weights or algorithm.weights
    add_up = algorithm.digit_sum if rule.digit_sum is None else rule.digit_sum
    products = (int(d) * w for d, w in zip(reversed(base), cycle(weights), strict=False))
    return sum(p // 10 + p % 10 if add_up else p for p in products)


def _mod10(rule: CheckRule, base: str) -> str:
    return str(-_sum(rule, base) % 10)


def _mod11(rule: CheckRule, base: str) -> str:
    digit = -_sum(rule, base) % 11
    if digit < 10:
        return str(digit)
    if rule.remainder10 in {"", "reject"}:
        raise RemainderTenError(base)
    return rule.remainder10


def _mod11_ini(_rule: CheckRule, base: str) -> str:
    total = sum(int(d) * w for w, d in enumerate(reversed(base), start=2))
    digit = 11 - total % 11
    return "0" if digit > 9 else str(digit)


def _mod11_nl(rule: CheckRule, base: str) -> str:
    digit = 11 - _sum(rule, base) % 11
    return {10: "1", 11: "0"}.get(digit, str(digit))


def _mod10_recursive(_rule: CheckRule, base: str) -> str:
    carry = 0
    for digit in base:
        carry = _CARRY[(carry + int(digit)) % 10]
    return str(-carry % 10)


def _mod97_be(_rule: CheckRule, base: str) -> str:
    return f"{int(base) % 97 or 97:02}"


def _iso11649(_rule: CheckRule, base: str) -> str:
    number = "".join(str(int(c, 36)) for c in base + "RF00")
    return f"{98 - int(number) % 97:02}"


_ALL = frozenset({"weights", "digit_sum"})
_WEIGHTS = frozenset({"weights", "remainder10"})

ALGORITHMS: dict[str, Algorithm] = {
    "luhn10": Algorithm(_mod10, weights=LUHN_WEIGHTS, digit_sum=True, parameters=_ALL),
    "mod10_weighted": Algorithm(_mod10, weights=VIITE_WEIGHTS, parameters=_ALL),
    "mod11": Algorithm(_mod11, weights=KID_WEIGHTS, parameters=_WEIGHTS),
    "mod11_ini": Algorithm(_mod11_ini, parameters=frozenset({"remainder10"})),
    "mod11_nl": Algorithm(_mod11_nl, at_start=True, weights=NL_WEIGHTS),
    "mod10_recursive": Algorithm(_mod10_recursive),
    "mod97_be": Algorithm(_mod97_be, width=2),
    "iso11649": Algorithm(_iso11649, width=2, at_start=True),
    "gs1": Algorithm(_mod10, weights=(3, 1)),
}
"""Name used in YAML -> algorithm."""

SYNONYMS = {"mod10": "luhn10", "luhn": "luhn10"}
"""Other names that YAML may use."""

NAMED_RULES: dict[str, CheckRule] = {
    "luhn_mod10": CheckRule("luhn10"),
    "mod11_w2_7_dash": CheckRule("mod11", KID_WEIGHTS, remainder10="-"),
    "mod11_w2_10_1_reject10": CheckRule("mod11", ACCOUNT_WEIGHTS, remainder10="reject"),
    "mod10_w731": CheckRule("mod10_weighted", VIITE_WEIGHTS),
    "mod10_recursive": CheckRule("mod10_recursive"),
    "mod97_be": CheckRule("mod97_be"),
    "iso11649": CheckRule("iso11649"),
    "mod11_nl": CheckRule("mod11_nl"),
    "mod11_ini_si_hr": CheckRule("mod11_ini"),
    "gs1_mod10": CheckRule("gs1"),
}
"""Rules that the standards name, ready to use."""

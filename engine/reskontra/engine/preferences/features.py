"""Features that a company has switched off (CS100000 *Funktioner*): nothing of them can be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.preferences.ledger import Features
from reskontra.engine.wording import worded

CODE = "RK332"
HELP = "switch the feature on under ledger.features in ledger.yaml, or leave it out"
_OF_FIELDS = {
    "parent": "parent_child", "consolidate_balance": "parent_child",
    "consolidate_statements": "parent_child", "share_credit": "parent_child",
    "locations": "locations", "invoice_to_default_location": "locations",
    "dunning": "dunning", "overdue_charges": "overdue_charges", "currency": "multi_currency",
    "allow_currency_change": "multi_currency", "rate_type": "multi_currency",
    "allow_rate_change": "multi_currency",
}  # fmt: skip
"""Field of a customer, or the first part of its key -> the feature that it belongs to."""
_OF_KINDS = {"overdue_charge": "overdue_charges", "dunning_fee": "dunning"}
_ALWAYS = "locations.PRIMARY."
"""Everybody has one location."""


def is_off(features: Features, feature: str) -> bool:
    """Whether the company does not use a feature."""
    return not getattr(features, feature)


def told(what: str, feature: str) -> str:
    """What is said about something of a feature that is off.

    >>> told("location STORE", "locations")
    'location STORE: ledger.features.locations is off'
    """
    return f"{what}: ledger.features.{feature} is off"


def require(features: Features, feature: str, what: str) -> None:
    """Raise RK332 when something of a feature that is off is asked for."""
    if is_off(features, feature):
        raise ReskontraError.of(CODE, told(what, feature), help=HELP, exit_code=Exit.USAGE)


def off_fields(features: Features, said: Mapping[str, Any], base: str) -> Iterator[tuple[str, str]]:
    """The fields of a customer that are said although their feature is off, and what to say."""
    for key, value in said.items():
        feature = _OF_FIELDS.get(key) or _OF_FIELDS.get(key.partition(".")[0], "")
        free = value is None or key.startswith(_ALWAYS) or (key, value) == ("currency", base)
        if feature and not free and is_off(features, feature):
            yield key, told(key, feature)


def off_parts(
    features: Features, *, kind: str, location: str, foreign: bool
) -> Iterator[tuple[str, str]]:
    """The fields of a document that belong to a feature that is off, and what to say."""
    used = {"kind": _OF_KINDS.get(kind, ""), "location": "locations" if location else "",
            "currency": "multi_currency" if foreign else ""}  # fmt: skip
    for name, feature in used.items():
        if feature and is_off(features, feature):
            yield name, told({"kind": worded(kind)}.get(name, name), feature)

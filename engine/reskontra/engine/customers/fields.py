"""What a person said about a customer, laid over the class and the program's defaults.

Only differences from the class are kept, so that a customer can be taken back to its class and a
changed class reaches everybody who did not say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reskontra.engine.preferences.customers import ANY, CustomerDefaults, Fields, Value

CLASS = "class"
SWITCHES = ("consolidate_balance", "consolidate_statements", "share_credit")
"""What a member of a payer group has from its head unless it says otherwise."""
ONE_DEFAULT = ("locations", "contacts", "salespersons", "payment_methods")
"""Lists in which one thing at most is the default."""


def class_of(own: Fields, defaults: CustomerDefaults) -> str:
    """The class of a customer."""
    return str(own.get(CLASS, defaults.default_class))


def inherited(own: Fields, defaults: CustomerDefaults) -> dict[str, Value]:
    """What holds unless the customer says otherwise: its class, then the program."""
    anyway = {CLASS: defaults.default_class} if defaults.default_class else {}
    return {**defaults.plain, **anyway, **defaults.classes.get(class_of(own, defaults), {})}


def value_of(own: Fields, key: str, defaults: CustomerDefaults) -> Value:
    """A field that stands in no list; empty = it has no value."""
    return own[key] if key in own else inherited(own, defaults).get(key, "")


def effective(own: Fields, defaults: CustomerDefaults) -> dict[str, Value]:
    """Every field that has a value, sorted by key.

    >>> shipped = CustomerDefaults({"write_off": True, "locations.*.active": True})
    >>> effective({"locations.STORE.name": "Store"}, shipped)
    {'locations.STORE.active': True, 'locations.STORE.name': 'Store', 'write_off': True}
    """
    said = inherited(own, defaults) | dict(own)
    listed = [key for key in said if key.partition(".")[0] in defaults.of_each]
    for ids in [key.split(".") for key in listed]:
        for pattern, value in defaults.of_each[ids[0]]:
            if key := _place(pattern, ids):
                said.setdefault(key, value)
    return dict(sorted(said.items()))


def _place(pattern: Sequence[str], ids: Sequence[str]) -> str:
    """The key that a pattern stands for at the thing that the key ``ids`` is about; empty = it is
    about none.
    """
    end = max(position for position, part in enumerate(pattern) if part == ANY) + 1
    pairs = zip(pattern[:end], ids, strict=False)
    about = len(ids) > end and all(part in (ANY, other) for part, other in pairs)
    return ".".join((*ids[:end], *pattern[end:])) if about else ""


def changed(
    own: Fields, change: Mapping[str, Value | None], defaults: CustomerDefaults
) -> dict[str, Value]:
    """What a customer says after a change; ``None`` takes a field, and all below it, back.

    A new default takes the mark from the old one: there is one of each list.

    >>> changed({"terms": "30"}, {"terms": None, "write_off": False}, CustomerDefaults())
    {'write_off': False}
    """
    after = dict(own)
    for key, value in change.items():
        if value is None:
            after = {k: v for k, v in after.items() if k != key and not k.startswith(f"{key}.")}
        else:
            after[key] = value
    for key in change:
        if change[key] is True and is_default_mark(key):
            _unmark_others(after, effective(after, defaults), key)
    return differences(after, defaults)


def is_default_mark(key: str) -> bool:
    """Whether a field says that a thing of a list is its default."""
    parts = key.split(".")
    return len(parts) == 3 and parts[0] in ONE_DEFAULT and parts[2] == "default"


def default_of(whole: Fields, name: str, field: str) -> str:
    """What the default thing of a list says in a field; empty = there is none, or it is not active.

    >>> default_of({"payment_methods.card.default": True, "payment_methods.card.cash_account": "c"},
    ...            "payment_methods", "cash_account")
    'c'
    """
    for key, value in whole.items():
        if value is True and key.startswith(f"{name}.") and is_default_mark(key):
            one = key.removesuffix(".default")
            return str(whole.get(f"{one}.{field}", "")) if whole.get(f"{one}.active", True) else ""
    return ""


def _unmark_others(after: dict[str, Value], whole: Fields, mark: str) -> None:
    head = mark.partition(".")[0]
    for key, value in whole.items():
        if key != mark and key.startswith(f"{head}.") and is_default_mark(key) and value is True:
            after[key] = False


def differences(said: Fields, defaults: CustomerDefaults) -> dict[str, Value]:
    """The fields of ``said`` that say something other than what holds anyway, sorted by key."""
    anyway = inherited(said, defaults)
    return {key: said[key] for key in sorted(said) if said[key] != anyway.get(key, "")}


def reset(own: Fields, defaults: CustomerDefaults) -> dict[str, Value]:
    """What a customer says once everything that its class decides is the class's again."""
    decided = defaults.classes.get(class_of(own, defaults), {})
    return {key: value for key, value in own.items() if key not in decided}

"""The fields of customers between nested mappings, as files have them, and dotted keys.

In the books a field has a dotted key (``address.main.city``), whatever it was read from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from reskontra.config.schemas import Schema, child, customer_fields
from reskontra.engine.preferences.customers import ANY, CustomerDefaults, Value


def customer_defaults(values: Mapping[str, Any], country: str, currency: str) -> CustomerDefaults:
    """The defaults of a company, from its effective values."""
    shipped = dict(_defaults(customer_fields(), ""))
    classes = values.get("customer_classes") or {}
    return CustomerDefaults(
        fields=shipped | {"country": country, "currency": currency},
        classes={name: _given(item.get("defaults") or {}) for name, item in classes.items()},
        default_class=(values.get("ledger") or {}).get("default_customer_class") or "",
    )


def _given(tree: Mapping[str, Any]) -> dict[str, Value]:
    return {key: value for key, value in flat(tree).items() if value is not None}


def _defaults(node: Schema, key: str) -> Iterator[tuple[str, Value]]:
    """Every default below ``node``, ids as ``*``."""
    if "default" in node:
        if isinstance(node["default"], dict):
            yield from ((f"{key}.{k}", v) for k, v in flat(node["default"], {}).items() if v)
        else:
            yield key, node["default"]
    for name, below in node.get("properties", {}).items():
        yield from _defaults(below, f"{key}.{name}".removeprefix("."))
    if isinstance(node.get("additionalProperties"), dict):
        yield from _defaults(node["additionalProperties"], f"{key}.{ANY}")


def flat(tree: Mapping[str, Any], node: Schema | None = None) -> dict[str, Value | None]:
    """The fields of one customer or class by dotted key; decimals as text, ``None`` = taken back.

    >>> flat({"terms": 30, "credit": {"limit": Decimal("500.00"), "days": 10}})
    {'terms': '30', 'credit.limit': '500.00', 'credit.days': 10}
    """
    return dict(_flat(tree, customer_fields() if node is None else node, ""))


def _flat(value: Any, node: Schema, key: str) -> Iterator[tuple[str, Value | None]]:
    if isinstance(value, Mapping):
        for name, below in value.items():
            yield from _flat(below, child(node, name) or {}, f"{key}.{name}".removeprefix("."))
    elif isinstance(value, Decimal) or (_is_written(node) and not isinstance(value, bool | None)):
        yield key, str(value)
    else:
        yield key, value


def _is_written(node: Schema) -> bool:
    """Whether a field is kept as it is written: texts, and numbers with decimals."""
    kinds = node.get("type", ())
    return "string" in kinds or "number" in kinds if isinstance(kinds, list) else kinds in (
        "string", "number",
    )  # fmt: skip


def put(tree: dict[str, Any], parts: Sequence[str], value: Any) -> None:
    """Lay a value at the way ``parts`` into nested mappings."""
    for part in parts[:-1]:
        below = tree.setdefault(part, {})
        tree = below if isinstance(below, dict) else {}
    tree[parts[-1]] = value


def to_tree(fields: Mapping[str, Value]) -> dict[str, Any]:
    """Fields as the nested mappings of a file."""
    tree: dict[str, Any] = {}
    for key in sorted(fields):
        put(tree, key.split("."), fields[key])
    return tree

"""Layers: later ones win, and every value remembers who wrote it and what it overrode.

Order: built-in defaults, country, partner, company, branch, ``--set``. Scalars replace, maps merge,
lists whose items have an ``id`` merge by id (``$remove: true`` deletes), other lists replace; an
empty mapping (a section with only comments) changes nothing. ``$replace`` drops what is above,
``final`` locks against what is below, ``from`` and ``to`` date an item (``periods``). No
templating, no expressions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reskontra.config import periods
from reskontra.config.schemas import MERGE_WORDS, Schema, child, is_item_list
from reskontra.config.strict_yaml import Loaded, Path, Spot
from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Place, Problem

Key = tuple[str, ...]
"""Way to an effective value; items of lists by id: ``("cash_accounts", "main", "currency")``."""

LAYERS = ("default", "country", "partner", "company", "branch", "set")
"""Weakest first."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a value."""

    layer: str
    place: Place
    value: Any
    previous: Origin | None = None
    """What was there before."""
    removed: bool = False
    """The item was taken away here."""
    excerpt: str = ""
    width: int = 1


class Items(dict[str, Any]):
    """A list of items with ids, by id, in the order in which they first appeared."""


@dataclass(slots=True)
class Effective:
    """The merged values of one company.

    ``tree`` holds dict (maps), ``Items`` (lists by id) and leaves; ``origins`` one entry per leaf,
    ``declared`` one per map or item; ``removed`` what a layer took away.
    """

    on: str = ""
    """The day for which dated items are resolved; empty = before every dated change."""
    tree: dict[str, Any] = field(default_factory=dict)
    origins: dict[Key, Origin] = field(default_factory=dict)
    declared: dict[Key, Origin] = field(default_factory=dict)
    removed: dict[Key, Origin] = field(default_factory=dict)
    locks: dict[Key, Place] = field(default_factory=dict)
    """What is final, and where that was said."""
    changes: set[str] = field(default_factory=set)
    """Days on which dated items change something."""
    problems: list[Problem] = field(default_factory=list)
    """RK130: a layer changes what is final above it. RK212: it takes away what none brought."""

    def add(self, loaded: Loaded, layer: str) -> None:
        """Lay one file over what is there."""
        if isinstance(loaded.data, dict):
            merge = _Merge(self, loaded, layer)
            merge.mapping(self.tree, loaded.data, (), ())
            self.locks |= merge.locks

    def get(self, key: Key) -> Any:
        """The value at ``key``, ``None`` when there is none."""
        node: Any = self.tree
        for part in key:
            if not isinstance(node, dict) or part not in node:
                return None
            node = node[part]
        return node

    def items(self, key: Key) -> Iterator[tuple[Key, str, dict[str, Any]]]:
        """Key, id and values of every item of a list by id; none when nobody wrote the list."""
        found = self.get(key)
        if isinstance(found, Items):
            yield from (((*key, ident), ident, item) for ident, item in found.items())

    def origin(self, key: Key) -> Origin | None:
        """Where ``key`` was written, else its nearest parent."""
        for length in range(len(key), 0, -1):
            found = self.origins.get(key[:length]) or self.declared.get(key[:length])
            if found:
                return found
        return None

    def problem(self, code: str, message: str, key: Key, help: str = "") -> Problem:  # noqa: A002
        """A problem that points at the line where ``key`` was written."""
        origin = self.origin(key)
        if origin is None:
            return Problem(code, message, None, help)
        return Problem(
            code, message, origin.place, help, excerpt=origin.excerpt, width=origin.width
        )


@dataclass(frozen=True, slots=True)
class _Merge:
    """One file being laid over the values so far."""

    effective: Effective
    loaded: Loaded
    layer: str

    locks: dict[Key, Place] = field(default_factory=dict)
    """What this file makes final for the layers below it."""

    def mapping(self, node: dict[str, Any], data: dict[str, Any], key: Key, path: Path) -> None:
        """Merge the keys of one mapping."""
        for at in _named(data, "$replace", key):
            if not self.locked(at, (*path, "$replace"), below=True):
                self.replace(node, at, (*path, "$replace"), whole=at == key)
        for at in _named(data, "final", key):
            self.locks[at] = self.loaded.place((*path, "final"), key=True)
        for name, value in data.items():
            at, source = (*key, name), (*path, name)
            old = node.get(name)
            emptied = value is None and isinstance(old, dict)
            if name in MERGE_WORDS or emptied or self.locked(at, source):
                continue
            if isinstance(value, dict):
                self.mapping(self.branch(node, at, source, {}), value, at, source)
            elif has_ids(value):
                self.items(self.branch(node, at, source, Items()), value, at, source)
            else:
                if isinstance(old, dict):
                    self.drop(at, source)
                node[name] = value
                dropped = self.effective.removed.pop(at, None)
                previous = dropped.previous if dropped else self.effective.origins.get(at)
                self.effective.origins[at] = self.origin(source, value, previous)
                self.parts(at, source, value)

    def branch(
        self, node: dict[str, Any], key: Key, path: Path, empty: dict[str, Any]
    ) -> dict[str, Any]:
        """The map or list by id at ``key``, in place of anything of another kind."""
        name = key[-1]
        if type(node.get(name)) is not type(empty):
            if name in node:
                self.drop(key, path)
            node[name] = empty
        self.effective.declared[key] = self.origin(path, None, None, key=True)
        found: dict[str, Any] = node[name]
        return found

    def locked(self, key: Key, path: Path, *, below: bool = False) -> bool:
        """Whether an upper layer made ``key`` final (RK130), or with ``below`` a part of it."""
        for lock, place in self.effective.locks.items():
            if key[: len(lock)] == lock or (below and lock[: len(key)] == key):
                message = f"'{'.'.join(lock)}' is final since {place} and cannot be changed here"
                help_ = "delete the entry here, or lift the lock there"
                problem = self.loaded.problem("RK130", message, path, key=True, help=help_)
                self.effective.problems.append(problem)
                return True
        return False

    def replace(self, node: dict[str, Any], key: Key, path: Path, *, whole: bool) -> None:
        """Forget what upper layers wrote at ``key``: all keys of ``node``, or one of them."""
        self.drop(key, path)
        if whole:
            node.clear()
        else:
            node.pop(key[-1], None)

    def parts(self, key: Key, path: Path, value: Any) -> None:
        """Remember where the entries of a list without ids stand: ``(..., "rows", "0")``."""
        if isinstance(value, list):
            for index in range(len(value)):
                part = self.origin((*path, index), value[index], None)
                self.effective.declared[(*key, str(index))] = part

    def items(self, node: dict[str, Any], data: list[dict[str, Any]], key: Key, path: Path) -> None:
        """Merge a list by the ids of its items, those that hold on the day."""
        self.effective.changes.update(periods.changes(data))
        for index in periods.in_effect(data, self.effective.on):
            item = data[index]
            ident = str(item["id"])
            at, source = (*key, ident), (*path, index)
            if item.get("$remove") is True:
                self.remove(node, at, source)
            elif not self.locked(at, (*source, "id")):
                self.effective.removed.pop(at, None)
                declared = self.effective.declared.get(at)
                self.effective.declared[at] = self.origin(source, None, declared)
                rest = {name: value for name, value in item.items() if name != "id"}
                self.mapping(node.setdefault(ident, {}), rest, at, source)

    def remove(self, node: dict[str, Any], key: Key, path: Path) -> None:
        """Take an item away; RK212 when there is none."""
        ident = key[-1]
        if self.locked(key, (*path, "id"), below=True):
            return
        if node.pop(ident, None) is None:
            message = f"no layer above brings '{'.'.join(key)}', nothing to remove"
            choices = did_you_mean(ident, sorted(node))
            problem = self.loaded.problem("RK212", message + choices, (*path, "id"))
            self.effective.problems.append(problem)
            return
        for below in [below for below in self.effective.origins if below[: len(key)] == key]:
            del self.effective.origins[below]
        previous = self.effective.declared.pop(key, None)
        self.effective.removed[key] = self.origin(path, None, previous, removed=True)

    def drop(self, key: Key, path: Path) -> None:
        """Forget the origins at and below ``key``, which ``path`` replaces by something else."""
        effective = self.effective
        for at in [at for at in effective.origins if at[: len(key)] == key]:
            origin = effective.origins.pop(at)
            effective.removed[at] = self.origin(path, None, origin, removed=True)

    def origin(
        self,
        path: Path,
        value: Any,
        previous: Origin | None,
        *,
        removed: bool = False,
        key: bool = False,
    ) -> Origin:
        """The origin of what this file says at ``path``."""
        spot: Spot = self.loaded.spot(path, key=key)
        place = Place(self.loaded.file, spot.line, spot.column)
        excerpt = self.loaded.excerpt(spot.line)
        return Origin(self.layer, place, value, previous, removed, excerpt, spot.width)


def _named(data: dict[str, Any], word: str, key: Key) -> list[Key]:
    """The keys that ``final`` or ``$replace`` in the mapping at ``key`` speaks of."""
    said = data.get(word)
    if isinstance(said, list):
        return [(*key, name) for name in said]
    if not said:
        return []
    return [key] if key else [(name,) for name in data if name not in MERGE_WORDS]


def has_ids(value: Any) -> bool:
    """Whether this is a list of items with ids."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and "id" in item for item in value)
    )


def complete(effective: Effective, node: Schema, schema_file: str) -> Iterator[Problem]:
    """Fill in the defaults of list items; yield RK107 for what must be there and is not."""
    yield from _complete(effective, node, effective.tree, (), schema_file)


def _complete(
    effective: Effective, node: Schema, values: dict[str, Any], key: Key, schema_file: str
) -> Iterator[Problem]:
    """One level of ``complete``."""
    for name in node.get("x-required", []):
        if values.get(name) is None:
            what = (child(node, name) or {}).get("description", "")
            message = f"'{'.'.join((*key, name))}' is missing in every layer"
            yield effective.problem("RK107", message, (*key, name), f"{name}: {what}")
    for name, below in node.get("properties", {}).items():
        value, at = values.get(name), (*key, name)
        if is_item_list(below) and isinstance(value, Items):
            for ident, item in value.items():
                _item_defaults(effective, below["items"], item, (*at, ident), schema_file)
                yield from _complete(effective, below["items"], item, (*at, ident), schema_file)
        elif isinstance(value, dict):
            yield from _complete(effective, below, value, at, schema_file)


def _item_defaults(
    effective: Effective, node: Schema, item: dict[str, Any], key: Key, schema_file: str
) -> None:
    """The defaults that the schema states for the keys of a list item."""
    for name, below in node["properties"].items():
        if "default" in below and name not in item:
            item[name] = below["default"]
            origin = Origin("default", Place(schema_file), below["default"])
            effective.origins[(*key, name)] = origin


def plain(node: Any) -> Any:
    """The values as they would stand in a file: lists by id become lists again."""
    if isinstance(node, Items):
        return [{"id": ident, **plain(item)} for ident, item in node.items()]
    if isinstance(node, dict):
        return {name: plain(value) for name, value in node.items()}
    return node

"""What a run is made under, as values: from a workspace, from the books, or one with single changes
of another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from reskontra.config.company import LoadedCompany, content_hash
from reskontra.config.layers import Key
from reskontra.config.recorded import (
    Tree,
    changed_keys,
    from_text,
    overridden,
    preferences_of,
    to_text,
    value_at,
    with_key,
)
from reskontra.config.strict_yaml import written
from reskontra.engine.json_text import canonical
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.setting import Setting
from reskontra.engine.services.simulate import Cause
from reskontra.rules import merging
from reskontra.rules.book import rule_book
from reskontra.rules.language import Pack, Rule
from reskontra.rules.reading import read_packs
from reskontra.rules.shipped import shipped_packs, shipped_texts

OnFault = Callable[[dict[str, Any]], None]
_CONFIGURATION = "configuration"
_SHIPPED = "packs/"


def kept_values(texts: Mapping[str, str]) -> Tree:
    """The effective values among the texts that the books keep with a run."""
    return from_text(texts[_CONFIGURATION])[0]


def kept_places(texts: Mapping[str, str]) -> dict[str, str]:
    """Where those values were written."""
    return from_text(texts[_CONFIGURATION])[1]


class Change(NamedTuple):
    """One key, rule or set of parameters in which two configurations differ."""

    cause: Cause
    key: Key = ()
    file: str = ""
    rule: str = ""
    """With an empty key: the rule of the file, or without it the parameters of the file."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A company's effective values and rules."""

    preferences: Preferences
    values: Tree
    places: Mapping[str, str]
    packs: tuple[Pack, ...]
    """The company's own and the shipped packs, in this order; shipped files begin ``packs/``."""
    texts: Mapping[str, str]
    """Everything above as text, kept in the books with a run."""
    engine_version: str

    @classmethod
    def of_company(cls, company: LoadedCompany, engine_version: str) -> Configuration:
        """As the files of a workspace say, with the packs of this program."""
        places = {key: str(origin.place) for key, origin in company.origins.items()}
        texts = {_CONFIGURATION: to_text(company.values, places), **dict(company.rule_files)}
        accounts = company.preferences.branch_accounts()
        packs = (*read_packs(company.rule_files, accounts), *shipped_packs())
        return cls(
            company.preferences, company.values, places, packs, texts | shipped_texts(),
            engine_version,
        )  # fmt: skip

    @classmethod
    def of_texts(cls, texts: Mapping[str, str], company: str, engine_version: str) -> Configuration:
        """As it was kept in the books; raises ``ReskontraError`` when it is not readable now."""
        values, places = from_text(texts[_CONFIGURATION])
        files = [(name, text) for name, text in texts.items() if name != _CONFIGURATION]
        files.sort(key=lambda file: file[0].startswith(_SHIPPED))
        preferences = preferences_of(values, company)
        packs = tuple(read_packs(files, preferences.branch_accounts()))
        return cls(preferences, values, places, packs, texts, engine_version)

    def setting(self, overrides: Sequence[str] = (), on_fault: OnFault | None = None) -> Setting:
        """Preferences and rules under one pack hash, at work."""
        company = [pack for pack in self.packs if not pack.file.startswith(_SHIPPED)]
        shipped = [pack for pack in self.packs if pack.file.startswith(_SHIPPED)]
        book = rule_book(company, shipped, preferences=self.preferences, on_fault=on_fault)
        rules_hash = merging.content_hash([*company, *shipped])
        digest = hashlib.sha256(f"{content_hash(self.values)}\n{rules_hash}".encode())
        return Setting(
            preferences=self.preferences,
            decider=book,
            pack_hash=digest.hexdigest(),
            texts=dict(self.texts),
            engine_version=self.engine_version,
            overrides=overrides,
        )

    def changes_to(self, candidate: Configuration) -> list[Change]:
        """What ``candidate`` says otherwise, each alone."""
        return [*self._keys(candidate), *self._rules(candidate), *self._parameters(candidate)]

    def with_override(self, text: str) -> Configuration:
        """This configuration with one ``key=value``; raises ``ReskontraError`` when it is wrong."""
        return self._with_values(overridden(self.values, text))

    def with_change(self, candidate: Configuration, change: Change) -> Configuration:
        """This configuration with one change of ``candidate``."""
        if change.key:
            return self._with_values(with_key(self.values, candidate.values, change.key))
        theirs = {pack.file: pack for pack in candidate.packs}
        mine = {pack.file: pack for pack in self.packs}
        other, pack = theirs.get(change.file), mine.get(change.file)
        if pack is None and other is not None:
            added = replace(other, rules=_only(other, change.rule))
            return replace(self, packs=(added, *self.packs))
        assert pack is not None, "a change is in one of the two"
        changed = _changed_pack(pack, other, change.rule)
        return replace(self, packs=tuple(changed if p is pack else p for p in self.packs))

    def _with_values(self, values: Tree) -> Configuration:
        preferences = preferences_of(values, self.preferences.company.id)
        return replace(self, values=values, preferences=preferences)

    def _keys(self, candidate: Configuration) -> Iterator[Change]:
        for key in changed_keys(self.values, candidate.values):
            name = ".".join(key)
            place = _place(candidate.places, name) or _place(self.places, name)
            before, after = (written(value_at(each.values, key)) for each in (self, candidate))
            yield Change(Cause(name, place, before, after), key=key)

    def _rules(self, candidate: Configuration) -> Iterator[Change]:
        before, after = _by_rule(self.packs), _by_rule(candidate.packs)
        for file, identifier in before | after:
            old, new = before.get((file, identifier)), after.get((file, identifier))
            if old and new and merging.rule_content(old) == merging.rule_content(new):
                continue
            one = new or old
            assert one is not None, "in one of the two"
            after_words = "removed" if new is None else "changed" if old else "new"
            cause = Cause(f"rule {identifier}", str(one.place), "", after_words)
            yield Change(cause, file=file, rule=identifier)

    def _parameters(self, candidate: Configuration) -> Iterator[Change]:
        theirs = {pack.file: pack.params for pack in candidate.packs}
        mine = {pack.file: pack.params for pack in self.packs}
        for file in mine | theirs:
            old, new = mine.get(file, {}), theirs.get(file, {})
            if old != new:
                cause = Cause(f"parameters of {file}", file, _listed(old), _listed(new))
                yield Change(cause, file=file)


def _by_rule(packs: Iterable[Pack]) -> dict[tuple[str, str], Rule]:
    return {(pack.file, rule.id): rule for pack in packs for rule in pack.rules}


def _only(pack: Pack, rule: str) -> tuple[Rule, ...]:
    return tuple(one for one in pack.rules if one.id == rule)


def _changed_pack(pack: Pack, other: Pack | None, rule: str) -> Pack:
    """``pack`` with one rule (or, without a rule, the parameters) of ``other``."""
    if not rule:
        return replace(pack, params=other.params if other else {})
    found = _only(other, rule) if other else ()
    if _only(pack, rule):
        kept = [found if one.id == rule else (one,) for one in pack.rules]
        return replace(pack, rules=tuple(one for part in kept for one in part))
    assert other is not None, "the rule is in one of the two"
    at = [one.id for one in other.rules].index(rule)
    return replace(pack, rules=(*pack.rules[:at], *found, *pack.rules[at:]))


def _place(places: Mapping[str, str], name: str) -> str:
    """Where a key was written; of an item, its first value."""
    exact = places.get(name)
    return exact or next((at for key, at in places.items() if key.startswith(f"{name}.")), "")


def _listed(params: Mapping[str, Any]) -> str:
    return canonical(merging.plain(params)) if params else ""

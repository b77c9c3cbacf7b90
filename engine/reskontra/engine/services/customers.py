"""Change customers: planned in full, shown before, stored with an audit record each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from reskontra.engine.customers.checks import Finding, findings
from reskontra.engine.customers.columns import master_of, profile_of, said_by, stored
from reskontra.engine.customers.fields import CLASS, changed, effective
from reskontra.engine.customers.groups import PARENT, group_findings, in_group, leave
from reskontra.engine.customers.guarded import guarded, raised, raises_limit
from reskontra.engine.customers.numbers import next_numbers
from reskontra.engine.customers.wanted import Wanted
from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.acts import Act
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import Customer, CustomerProfile, FormerNumber
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.customers import CustomerDefaults, Value
from reskontra.engine.preferences.features import CODE, HELP, off_fields
from reskontra.engine.services.approvals import Permit, unasked
from reskontra.engine.services.leaving import leaving_findings

Expect = Literal["new", "known", "any"]
"""Whether the customers that somebody names must be new or known."""


class FieldChange(NamedTuple):
    """One field before and after; ``None`` = no value."""

    key: str
    old: Value | None
    new: Value | None


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one customer."""

    before: Customer | None
    after: Customer
    old_profile: CustomerProfile | None
    profile: CustomerProfile
    fields: tuple[FieldChange, ...]

    @property
    def kind(self) -> Literal["new", "changed", "unchanged"]:
        """What happens to the customer."""
        if self.before is None:
            return "new"
        same = self.before == self.after and (self.old_profile in (None, self.profile))
        return "unchanged" if same and not self.fields else "changed"

    def acts(self) -> Iterator[Act]:
        """What of it needs a second person."""
        if self.before is not None:
            yield from guarded(self.before, self.after, self.old_profile, self.profile)


def change_customers(
    books: Books,
    wanted: Sequence[Wanted],
    preferences: Preferences,
    actor: Actor,
    *,
    expect: Expect = "any",
    permit: Permit = unasked,
) -> list[Planned]:
    """Store what ``plan_customers`` says; all of it or nothing, when ``permit`` raises."""
    with books.write() as writer:
        planned = plan_customers(writer, wanted, preferences, expect=expect, on=actor.at[:10])
        permit(writer, [act for each in planned for act in each.acts()])
        store(writer, planned, actor)
    return planned


def plan_customers(
    reader: Reader,
    wanted: Sequence[Wanted],
    preferences: Preferences,
    *,
    expect: Expect = "any",
    on: str,
) -> list[Planned]:
    """What would become of the customers, and of the members of their groups.

    ``on`` is the day for which a number series is asked. Raises ``ReskontraError`` with every
    problem: RK830 no such customer, RK840 number taken, RK591 parent, RK943 drafts need the group
    that a member leaves, RK839 a class or cash
    account that the company does not have, and those of ``customers.checks`` and ``.groups``.
    """
    people = _People(reader, preferences, wanted, on)
    problems = [problem for each in wanted for problem in each.wrong]
    problems += [problem for each in wanted for problem in people.take(each, expect)]
    problems += people.problems()
    if problems:
        raise ReskontraError(tuple(problems))
    return [planned for one in people.touched() if (planned := people.planned(one))]


@dataclass(slots=True)
class _Person:
    """One customer on its way from what the books hold to what is wanted."""

    customer: Customer
    """As in the books; of a new one only id and number count."""
    profile: CustomerProfile | None
    before: dict[str, Value]
    """What a person had said."""
    own: dict[str, Value]
    """What a person says now."""
    whole: dict[str, Value] | None = None
    """Everything in effect after the change, once it was asked for."""
    new: bool = False
    asked: bool = False
    """Whether the change names the customer, not only its group."""


class _People:
    """The customers that a change names, their heads and the members of their groups."""

    def __init__(
        self, reader: Reader, preferences: Preferences, wanted: Sequence[Wanted], on: str
    ) -> None:
        self.reader = reader
        self.preferences = preferences
        self.defaults = preferences.customers
        self.on = on
        named = {each.number for each in wanted if each.number}
        named |= {str(each.change[PARENT]) for each in wanted if each.change.get(PARENT)}
        self.typed = [each.number for each in wanted if each.number]
        self.unnumbered = len(wanted) - len(self.typed)
        self.asked: list[tuple[Wanted, _Person]] = []
        self.persons: dict[int, _Person] = {}
        self.ids: dict[str, int] = {}
        self._load(reader.records(Customer, number=sorted(named)))
        for former in reader.records(FormerNumber, number=sorted(named - self.ids.keys())):
            self.ids[former.number] = former.customer_id
        self._load_ids(set(self.ids.values()) - self.persons.keys())
        self._load(reader.records(Customer, parent_id=sorted(self.persons)))
        self._load_ids({p.customer.parent_id for p in self.persons.values()} - self.persons.keys())
        self._profiles()
        self.last_id = reader.last_id(Customer)

    def _load_ids(self, ids: set[int | None] | set[int]) -> None:
        self._load(self.reader.records(Customer, id=sorted(i for i in ids if i is not None)))

    def _load(self, customers: Iterable[Customer]) -> None:
        for customer in customers:
            self.persons[customer.id] = _Person(customer, None, {}, {})
            self.ids[customer.number] = customer.id

    def _profiles(self) -> None:
        for profile in self.reader.records(CustomerProfile, customer_id=sorted(self.persons)):
            self.persons[profile.customer_id].profile = profile
        for person in self.persons.values():
            head = person.customer.parent_id
            number = self.persons[head].customer.number if head is not None else ""
            said = said_by(person.customer, person.profile, number, self.defaults)
            person.before, person.own = said, said

    @cached_property
    def series(self) -> Iterator[str]:
        """Numbers for customers who bring none."""
        used = self.reader.frame(Customer, ("number",))["number"].to_list()
        used += self.reader.frame(FormerNumber, ("number",))["number"].to_list()
        used += self.typed
        numbering, branch = self.preferences.numbering, self.preferences.company.branch
        return iter(next_numbers(numbering, branch, self.on, used, self.unnumbered))

    def take(self, wanted: Wanted, expect: Expect) -> Iterator[Problem]:
        """Let a customer say what is wanted; RK830 not there, RK840 there already."""
        known = wanted.number in self.ids
        if known and expect == "new":
            yield wanted.problem(_taken(wanted.number))
            return
        if not known and expect == "known":
            yield wanted.problem(_UNKNOWN)
            return
        person = self.persons[self.ids[wanted.number]] if known else self._new(wanted)
        self.asked.append((wanted, person))
        person.asked = True
        change = dict(wanted.change)
        if PARENT in change:
            parent = change.pop(PARENT)
            if parent:
                person.own = {**person.own, PARENT: self._current(str(parent))}
            elif PARENT in person.own:
                person.own = leave(person.own, self.whole_before(person))
        person.own = changed(person.own, change, self.defaults)

    def _current(self, number: str) -> str:
        """The number of today behind one that may be an old one."""
        found = self.ids.get(number)
        return self.persons[found].customer.number if found is not None else number

    def _new(self, wanted: Wanted) -> _Person:
        self.last_id += 1
        number = wanted.number or next(self.series)
        company = self.preferences.company
        customer = Customer(
            company.id, self.last_id, number, "", company.country, company.currency, "", None, "",
            False, None, "active", None,
        )  # fmt: skip
        self.persons[self.last_id] = person = _Person(customer, None, {}, {}, new=True)
        self.ids[number] = self.last_id
        return person

    def head(self, person: _Person, own: dict[str, Value]) -> _Person | None:
        """The head of the group that a person says to belong to."""
        found = self.ids.get(str(own.get(PARENT, "")))
        return None if found is None or found == person.customer.id else self.persons[found]

    def whole(self, person: _Person) -> dict[str, Value]:
        """Everything in effect for a customer after the change."""
        if person.whole is None:
            head = self.head(person, person.own)
            above = effective(head.own, self.defaults) if head else None
            person.whole = in_group(effective(person.own, self.defaults), above)
        return person.whole

    def whole_before(self, person: _Person) -> dict[str, Value]:
        """Everything in effect so far, as the columns have it; of a new customer what the program
        says, so that what comes from its class is told.
        """
        if person.new:
            return effective({}, CustomerDefaults(self.defaults.fields))
        head = self.head(person, person.before)
        above = effective(head.before, self.defaults) if head else None
        whole = in_group(effective(person.before, self.defaults), above)
        return whole | stored(person.customer, person.profile)

    @cached_property
    def groups(self) -> dict[str, list[_Person]]:
        """Who belongs to whose group after the change, by the number of the head."""
        groups: dict[str, list[_Person]] = defaultdict(list)
        for person in self.persons.values():
            if PARENT in person.own:
                groups[str(person.own[PARENT])].append(person)
        return groups

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the customers now and was not before."""
        for wanted, person in self.asked:
            wrong = () if person.new else findings(self.whole_before(person))
            old = {finding.message for finding in wrong}
            whole = self.whole(person)
            new = (
                *findings(whole), *self._group(person, whole), *self._leaving(person),
                *self._references(person, whole),
            )  # fmt: skip
            yield from (wanted.problem(found) for found in self._switched_off(wanted))
            yield from (wanted.problem(found) for found in new if found.message not in old)

    def _switched_off(self, wanted: Wanted) -> Iterator[Finding]:
        features, base = self.preferences.ledger.features, self.preferences.company.currency
        for key, message in off_fields(features, wanted.change, base):
            yield Finding(CODE, key, message, HELP)

    def _group(self, person: _Person, whole: dict[str, Value]) -> Iterator[Finding]:
        members = self.groups.get(person.customer.number, [])
        yield from group_findings(person.own, whole, heads_members=bool(members))
        number, parent = person.customer.number, str(person.own.get(PARENT, ""))
        head = self.head(person, person.own)
        if not parent:
            return
        if parent == number:
            wrong = "a customer is not its own parent"
        elif head is None:
            wrong = f"there is no customer {parent}"
        elif PARENT in head.own:
            wrong = f"{parent} belongs to the group of {head.own[PARENT]}: a group has one level"
        elif members:
            wrong = f"{number} is the parent of {members[0].customer.number}: a group has one level"
        else:
            return
        yield Finding("RK591", PARENT, wrong, "name the head of the group, which has no parent")

    def _leaving(self, person: _Person) -> Iterator[Finding]:
        head = self.head(person, person.before)
        if head is not None and person.own.get(PARENT) != person.before[PARENT]:
            yield from leaving_findings(self.reader, person.customer, head.customer)

    def _references(self, person: _Person, whole: dict[str, Value]) -> Iterator[Finding]:
        """RK839: classes and cash accounts that the company does not have."""
        known = {
            "class": list(self.defaults.classes),
            "cash account": [account.id for account in self.preferences.cash_accounts],
        }
        named = [("class", CLASS)] if CLASS in person.own else []
        named += [
            ("cash account", key)
            for key in whole
            if key.startswith("payment_methods.") and key.endswith(".cash_account")
        ]
        for what, key in named:
            if whole.get(key) not in known[what]:
                there = ", ".join(known[what]) or "none"
                yield Finding(
                    "RK839", key, f"there is no {what} '{whole.get(key)}'", f"there are: {there}"
                )

    def touched(self) -> list[_Person]:
        """Who is named, and the members of whoever is, by id."""
        named = {person.customer.id: person for _, person in self.asked}
        members = [m for p in named.values() for m in self.groups.get(p.customer.number, [])]
        return [p for _, p in sorted((named | {m.customer.id: m for m in members}).items())]

    def planned(self, person: _Person) -> Planned | None:
        """The records of a person; ``None`` for a member that its head's change does not reach."""
        head = self.head(person, person.own)
        whole = self.whole(person)
        customer = master_of(person.customer, whole, head.customer.id if head else None)
        profile = profile_of(customer, person.own, whole)
        told = tuple(_changes(self.whole_before(person), whole | stored(customer, profile)))
        before = None if person.new else person.customer
        planned = Planned(before, customer, person.profile, profile, told)
        return planned if person.asked or planned.kind != "unchanged" else None


def _changes(before: dict[str, Value], after: dict[str, Value]) -> Iterator[FieldChange]:
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield FieldChange(key, old, new)


def _taken(number: str) -> Finding:
    return Finding(
        "RK840", "number", "the number is taken", f"reskontra customers show {number} tells by whom"
    )


_UNKNOWN = Finding(
    "RK830", "number", "there is no such customer", "reskontra customers list finds them"
)


def store(writer: Writer, planned: Sequence[Planned], actor: Actor) -> None:
    """Write what changes, with an audit record per customer."""
    new = [each for each in planned if each.kind == "new"]
    old = [each for each in planned if each.kind == "changed"]
    if new:
        writer.append([each.after for each in new])
    if old:
        writer.replace([each.after for each in old])
    if new or old:
        writer.replace([each.profile for each in (*new, *old)])
        higher = [
            raised(each.after.number, each.old_profile, each.profile)
            for each in old
            if raises_limit(each.old_profile, each.profile)
        ]
        record_deeds(writer, actor, [*(_deed(each) for each in (*new, *old)), *higher])


def _deed(planned: Planned) -> Deed:
    subject = f"customer:{planned.after.number}"
    if planned.kind == "new":
        return Deed("add customer", subject, canonical({c.key: c.new for c in planned.fields}))
    told = {change.key: [change.old, change.new] for change in planned.fields}
    return Deed("change customer", subject, canonical(told))

"""Drafts: documents are entered, changed, held and discarded before they are anything (AR301000).

Several are entered together or not at all, with every problem found. A draft moves no money;
``services.release`` makes it a document. Its number it gets then or, where the series says so, when
it is saved: such a draft is voided, never discarded.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from typing import Any

from reskontra.engine.customers.columns import fields_of
from reskontra.engine.documents.admission import admission_problems
from reskontra.engine.documents.completing import Buyer, Completed, Ground, complete
from reskontra.engine.documents.entry import Entry, changed, data_of, entry_of
from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.balance import VOIDS, sign
from reskontra.engine.ledger.base_amounts import rate_of
from reskontra.engine.ledger.exchange_rates import rate_on
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.records import (
    OPEN_STATUSES,
    Customer,
    CustomerProfile,
    Document,
    DocumentDetail,
    Draft,
    FormerNumber,
    OpenItem,
)
from reskontra.engine.ledger.series import Numberer, slot_of
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.advances import advances_of
from reskontra.engine.services.credit import parked
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.one_time import as_of_now
from reskontra.engine.services.runs import numberer_of, require_free, store_counters
from reskontra.engine.wording import worded


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft and what follows from it."""

    draft: Draft
    done: Completed


def ground_of(reader: Reader, preferences: Preferences, entries: Sequence[Entry]) -> Ground:
    """What the entries are completed on."""
    named = sorted({n for entry in entries for n in (*entry.corrects, *entry.deducts)})
    deducts = {number for entry in entries for number in entry.deducts}
    documents: dict[str, tuple[Document, ...]] = {}
    for document in reader.records(Document, number=named) if named else ():
        documents[document.number] = (*documents.get(document.number, ()), document)
    return Ground(
        preferences=preferences,
        buyers=_buyers(reader, sorted({entry.customer for entry in entries}), preferences),
        documents=documents,
        rates=_rates(reader, [one for found in documents.values() for one in found], preferences),
        rate=cache(partial(rate_on, reader)),
        advances=advances_of(
            reader, [one for n in sorted(deducts) for one in documents.get(n, ())]
        ),
    )


def _rates(
    reader: Reader, documents: Sequence[Document], preferences: Preferences
) -> dict[int, Decimal]:
    """Exchange rates of documents by id: as entered, else what their base amount says."""
    base = preferences.company.currency
    ids = sorted(document.id for document in documents)
    entered = {
        detail.document_id: Decimal(detail.rate)
        for detail in reader.records(DocumentDetail, document_id=ids)
        if detail.rate
    }
    return {one.id: rate_of(one, base) for one in documents} | entered


def _buyers(reader: Reader, numbers: Sequence[str], preferences: Preferences) -> dict[str, Buyer]:
    """The customers who have or had these numbers; everybody when one is unknown, so that the
    others make the suggestion.
    """
    customers = {one.number: one for one in reader.records(Customer, number=numbers)}
    former = {
        old.number: old.customer_id
        for old in reader.records(FormerNumber, number=numbers)
        if old.number not in customers
    }
    by_id = {one.id: one for one in reader.records(Customer, id=sorted(set(former.values())))}
    customers |= {number: by_id[customer] for number, customer in former.items()}
    if len(customers) < len(numbers):
        customers = {one.number: one for one in reader.records(Customer)} | customers
    customers = dict(zip(customers, as_of_now(reader, customers.values()), strict=True))
    ids = sorted({one.id for one in customers.values()})
    profiles = {
        profile.customer_id: profile for profile in reader.records(CustomerProfile, customer_id=ids)
    }
    owed: dict[int | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for item in reader.records(OpenItem, customer_id=ids):
        owed[item.customer_id][item.currency] += sign(item.kind) * item.open_amount
    return {
        number: Buyer(
            one, fields_of(one, profiles.get(one.id), preferences.customers), owed[one.id]
        )
        for number, one in customers.items()
    }


def enter(
    books: Books,
    entries: Sequence[Entry],
    *,
    preferences: Preferences,
    actor: Actor,
    preview: bool = False,
) -> tuple[Drafted, ...]:
    """Save entries as drafts, all or none; with ``preview`` nothing is saved.

    Raises ``ReskontraError`` with every problem: RK801 to RK804, RK806, RK810, RK830, RK892.
    """
    if preview:
        with books.read() as reader:
            return prepared(reader, entries, preferences, actor.at[:10])
    with books.write() as writer:
        return enter_into(writer, entries, preferences, actor)


def enter_into(
    writer: Writer, entries: Sequence[Entry], preferences: Preferences, actor: Actor
) -> tuple[Drafted, ...]:
    """``enter`` inside a transaction that does more."""
    made = _numbered(writer, prepared(writer, entries, preferences, actor.at[:10]), preferences)
    writer.append([one.draft for one in made])
    record_deeds(writer, actor, [Deed("add draft", f"draft:{one.draft.id}") for one in made])
    return made


def _numbered(
    writer: Writer, made: Sequence[Drafted], preferences: Preferences
) -> tuple[Drafted, ...]:
    """The drafts with numbers, as far as their series give them when they are saved."""
    numbering = preferences.numbering
    drafts = [
        one.draft
        for one in made
        if numbering.series_for(slot_of(one.draft.kind)).number_at == "save"
    ]
    if not drafts:
        return tuple(made)
    numberer = numberer_of(writer, preferences)
    numbers = numberer.take(
        [slot_of(draft.kind) for draft in drafts], [draft.document_date for draft in drafts]
    )
    require_free(writer, zip([draft.kind for draft in drafts], numbers, strict=True))
    store_counters(writer, numberer)
    given = {draft.id: number for draft, number in zip(drafts, numbers, strict=True)}
    return tuple(
        replace(one, draft=one.draft._replace(number=given.get(one.draft.id, ""))) for one in made
    )


def prepared(
    reader: Reader, entries: Sequence[Entry], preferences: Preferences, on: str
) -> tuple[Drafted, ...]:
    """The drafts that these entries would be on the ISO date ``on``; raises as ``enter``."""
    ground = ground_of(reader, preferences, entries)
    first = reader.last_id(Draft) + 1
    problems: list[Problem] = []
    made: list[Drafted] = []
    for entry in entries:
        done, found = complete(entry, ground)
        problems += found
        if done is None:
            continue
        status = "hold" if _is_held(entry, preferences) else "balanced"
        problems += admission(done, status, ground)
        made.append(Drafted(_draft(done, first + len(made), status, preferences), done))
    if problems:
        raise ReskontraError(tuple(problems))
    standing = parked(reader, [one.draft for one in made], preferences, on)
    return tuple(replace(one, draft=draft) for one, draft in zip(made, standing, strict=True))


def completed(reader: Reader, entry: Entry, preferences: Preferences) -> Completed:
    """An entry as its draft would be completed and released; raises as ``enter``."""
    ground = ground_of(reader, preferences, [entry])
    done, problems = complete(entry, ground)
    if done is not None:
        problems += admission(done, "released", ground)
    if done is None or problems:
        raise ReskontraError(tuple(problems))
    return done


def admission(done: Completed, status: str, ground: Ground) -> Iterator[Problem]:
    """Why a document may not be saved with this status, or ``released``."""
    buyer = ground.buyers[done.entry.customer]
    return admission_problems(done, status, buyer, ground.preferences.ledger.entry)


def _is_held(entry: Entry, preferences: Preferences) -> bool:
    return preferences.ledger.entry.hold if entry.hold is None else entry.hold


def _draft(
    done: Completed, identifier: int, status: str, preferences: Preferences, number: str = ""
) -> Draft:
    entry, company = done.entry, preferences.company
    return Draft(
        company.id, identifier, entry.kind, done.customer.id, company.branch,
        entry.date, done.due_date, done.currency, done.totals.amount, status,
        canonical(data_of(entry)), None, number,
    )  # fmt: skip


def open_drafts(reader: Reader, identifiers: Sequence[int], branch: str) -> list[Draft]:
    """Drafts that can still be changed, each once.

    Raises ``ReskontraError``: RK807 there is none, RK808 it is past that, RK812 another branch than
    the one at work entered it.
    """
    wanted = list(dict.fromkeys(identifiers))
    known = {draft.id: draft for draft in reader.records(Draft, id=wanted)}
    became = [known[it].document_id for it in wanted if it in known]
    documents = {one.id: one for one in reader.records(Document, id=[d for d in became if d])}
    problems = []
    for identifier in wanted:
        draft = known.get(identifier)
        if draft is None:
            problems.append(_no_draft(identifier))
        elif draft.status not in OPEN_STATUSES:
            problems.append(_past(draft, documents.get(draft.document_id or 0)))
        elif draft.branch != branch:
            problems.append(_of_another_branch(draft))
    if problems:
        raise ReskontraError(tuple(problems), Exit.USAGE)
    return [known[identifier] for identifier in wanted]


def _no_draft(identifier: int) -> Problem:
    return Problem(
        "RK807", f"there is no draft:{identifier}",
        help="`reskontra documents list --status draft` lists them",
    )  # fmt: skip


def _past(draft: Draft, document: Document | None) -> Problem:
    """RK808: why a draft can no longer be changed."""
    if document is None:
        return Problem("RK808", f"draft:{draft.id} was {draft.status}", help="enter it again")
    verb = "void" if document.kind in VOIDS else "reverse"
    return Problem(
        "RK808",
        f"draft:{draft.id} was released as {named(document)}, and a released document is never "
        "edited",
        help=f"`reskontra documents {verb} {document.number}` takes it back, then enter it again",
    )


def _of_another_branch(draft: Draft) -> Problem:
    """RK812: numbers, terms and accounts of its own branch hold for a draft."""
    if draft.branch:
        message = f"draft:{draft.id} was entered by branch {draft.branch}"
        return Problem("RK812", message, help=f"`reskontra --branch {draft.branch} documents ...`")
    message = f"draft:{draft.id} was entered by no branch"
    return Problem("RK812", message, help="leave --branch out")


def drafted(reader: Reader, identifier: int, preferences: Preferences) -> Drafted | Document:
    """A draft and what it comes to today, or the document that it became.

    Raises ``ReskontraError`` RK807, and as ``enter``.
    """
    draft = next(iter(reader.records(Draft, id=identifier)), None)
    if draft is None:
        raise ReskontraError((_no_draft(identifier),), Exit.USAGE)
    if draft.document_id is not None:
        return next(iter(reader.records(Document, id=draft.document_id)))
    entry = entries_in(reader, [draft])[0]
    done, problems = complete(entry, ground_of(reader, preferences, [entry]))
    if done is None:
        raise ReskontraError(tuple(problems))
    return Drafted(draft, done)


def entries_in(reader: Reader, drafts: Sequence[Draft]) -> list[Entry]:
    """What was entered, for the customers under their numbers of today."""
    ids = sorted({draft.customer_id for draft in drafts})
    numbers = numbers_of(reader, ids)
    return [
        replace(entry_of(json.loads(draft.content)), customer=numbers[draft.customer_id])
        for draft in drafts
    ]


def edit(
    books: Books,
    identifier: int,
    changes: Mapping[str, Any],
    *,
    preferences: Preferences,
    actor: Actor,
) -> Drafted:
    """Change fields of a draft (as in ``documents.yaml``); its status stays.

    Raises ``ReskontraError`` RK807, RK808, RK812, RK935 (it has a number that it could not keep)
    and as ``enter``.
    """
    with books.write() as writer:
        before = open_drafts(writer, [identifier], preferences.company.branch)[0]
        entry = changed(entries_in(writer, [before])[0], changes)
        ground = ground_of(writer, preferences, [entry])
        done, problems = complete(entry, ground)
        if done is not None:
            problems += admission(done, before.status, ground)
            problems += _keeps_number(before, done.entry, numberer_of(writer, preferences))
        if done is None or problems:
            raise ReskontraError(tuple(problems))
        drawn = _draft(done, identifier, before.status, preferences, before.number)
        after = parked(writer, [drawn], preferences, actor.at[:10])[0]
        writer.replace([after])
        told = canonical({name: changes[name] for name in sorted(changes)})
        record_deeds(writer, actor, [Deed("edit draft", f"draft:{identifier}", told)])
    return Drafted(after, done)


def _keeps_number(draft: Draft, entry: Entry, numberer: Numberer) -> Iterator[Problem]:
    """RK935 when a numbered draft would belong to another series, or another row of it."""
    if not draft.number or (draft.kind, draft.document_date) == (entry.kind, entry.date):
        return
    was = numberer.row_of(slot_of(draft.kind), draft.document_date)
    if numberer.row_of(slot_of(entry.kind), entry.date) != was:
        yield Problem(
            "RK935",
            f"draft:{draft.id} has number {draft.number}, which a {worded(entry.kind)} of "
            f"{entry.date} would not get",
            help=f"`reskontra documents void draft:{draft.id}`, then enter it again",
        )


_VERBS = {"hold": "hold", "balanced": "unhold", "discarded": "discard", "voided": "void"}


def set_status(
    books: Books,
    identifiers: Sequence[int],
    status: str,
    *,
    preferences: Preferences,
    actor: Actor,
) -> tuple[Draft, ...]:
    """Put drafts on ``hold``, make them ``balanced`` (or park them, when their credit check fails)
    or ``discarded`` or, with a number, ``voided``; all or none.

    Raises ``ReskontraError`` RK807, RK808, RK812; RK803, RK804 and RK806 when they cannot be
    balanced; RK934 when a number would be lost, or there is none to void.
    """
    with books.write() as writer:
        drafts = open_drafts(writer, identifiers, preferences.company.branch)
        _require_end(drafts, status)
        if status == "balanced":
            completed_again(writer, drafts, preferences, status)
        wanted = [draft._replace(status=status) for draft in drafts]
        after = tuple(parked(writer, wanted, preferences, actor.at[:10]))
        writer.replace(after)
        verb = _VERBS[status]
        deeds = [Deed(f"{verb} draft", f"draft:{draft.id}", draft.status) for draft in drafts]
        record_deeds(writer, actor, deeds)
    return after


def _require_end(drafts: Sequence[Draft], status: str) -> None:
    """RK934: a draft with a number is voided, one without is discarded."""
    problems = []
    for draft in drafts:
        if status == "discarded" and draft.number:
            message = f"draft:{draft.id} has number {draft.number}, which would be missing"
            remedy = f"reskontra documents void draft:{draft.id} --reason WHY"
        elif status == "voided" and not draft.number:
            message = f"draft:{draft.id} has no number that could be voided"
            remedy = f"reskontra documents discard draft:{draft.id}"
        else:
            continue
        problems.append(Problem("RK934", message, help=f"`{remedy}`"))
    if problems:
        raise ReskontraError(tuple(problems), Exit.USAGE)


def completed_again(
    reader: Reader, drafts: Sequence[Draft], preferences: Preferences, status: str
) -> list[Completed]:
    """The drafts completed under today's preferences, for a status; every problem is raised.

    RK809 when a draft would now come to something else than what was saved, RK931 when two of them
    deduct one advance.
    """
    entries = entries_in(reader, drafts)
    ground = ground_of(reader, preferences, entries)
    problems, completed = [], []
    deducted: dict[int, int] = {}
    for draft, entry in zip(drafts, entries, strict=True):
        done, found = complete(entry, ground)
        if done is not None:
            found += admission(done, status, ground)
            if done.totals.amount != draft.amount:
                found.append(_other_total(draft))
            for one in done.deducts:
                first = deducted.setdefault(one.document.id, draft.id)
                if first != draft.id:
                    found.append(_deducted_twice(one.document.number, first))
            completed.append(done)
        problems += [replace(one, message=f"draft:{draft.id}: {one.message}") for one in found]
    if problems:
        raise ReskontraError(tuple(problems))
    return completed


def _deducted_twice(number: str, draft: int) -> Problem:
    return Problem(
        "RK931", f"draft:{draft} deducts advance {number}, too",
        help="an advance is deducted once, and whole",
    )  # fmt: skip


def _other_total(draft: Draft) -> Problem:
    return Problem(
        "RK809",
        "VAT, rounding or accounts have changed since it was saved, and with them its total",
        help=f"look at it and save it again: `reskontra documents edit draft:{draft.id}`",
    )

"""What another person lets pass before it is done (Swedish: *attest*): asked for by the one who was
refused, granted by an approver, and used once.

All of it stands in the audit trail and nowhere else: the newest row of an act tells where it
stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.acts import Act, ActKind, is_asked
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import Audit
from reskontra.engine.ledger.works import Work
from reskontra.engine.ledger.write_off_limits import BALANCE, CREDIT
from reskontra.engine.money import exact
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences.ledger import SecondPerson
from reskontra.engine.services.step_names import Names
from reskontra.engine.wording import worded

ASK, GRANT, REFUSE, USE = (
    "ask approval", "grant approval", "refuse approval", "use approval",
)  # fmt: skip
"""Actions of the audit trail whose subject is an act."""
Permit = Callable[[Writer, Iterable[Act]], None]
"""Lets acts pass inside the transaction that does them, or raises."""


def unasked(_writer: Writer, _acts: Iterable[Act]) -> None:
    """Lets everything pass: for callers before whom nobody stands."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that somebody asked for and that was not done yet."""

    act: Act
    asked: Audit
    answer: Audit | None = None
    """``GRANT`` or ``REFUSE``; ``None`` = it waits."""

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.answer is None:
            return "waiting"
        return "granted" if self.answer.action == GRANT else "refused"


def asked_acts(reader: Reader) -> dict[str, Asked]:
    """Acts that wait, or were answered and not used, by name in the order of asking."""
    found: dict[str, Asked] = {}
    rows = reader.records(Audit, action=[ASK, GRANT, REFUSE, USE])
    for row in sorted(rows, key=lambda row: row.id):
        if row.action == ASK:
            found[row.subject] = Asked(Act(*json.loads(row.detail)), row)
        elif row.action == USE:
            found.pop(row.subject, None)
        elif row.subject in found:
            found[row.subject] = replace(found[row.subject], answer=row)
    return found


def acts_of_work(work: Work, names: Names) -> Iterator[Act]:
    """What a work writes off, loses and pays back."""
    lost = work.basis.kind == "credit_losses"
    kinds: dict[str, ActKind] = {"refund": "refunds"}
    kinds |= dict.fromkeys((BALANCE, CREDIT), "credit_losses" if lost else "write_offs")
    for step in work.steps:
        for new in (new.document for new in step.documents):
            if new.kind in kinds:
                amount = f"{exact(new.amount, new.currency)} {new.currency}"
                yield Act(kinds[new.kind], names.subject(step), amount, new.base_amount)


@contextmanager
def second_person(books: Books, actor: Actor, asked: SecondPerson) -> Iterator[Permit]:
    """What lets acts of ``actor`` pass that somebody else granted.

    RK940 for those that nobody did: nothing is done, and all of them are asked for.
    """
    refused: list[Act] = []

    def permit(writer: Writer, acts: Iterable[Act]) -> None:
        wanted = list(dict.fromkeys(act for act in acts if is_asked(act, asked)))
        known = asked_acts(writer) if wanted else {}
        refused.extend(act for act in wanted if not _passes(act, known.get(act.name), actor))
        if refused:
            problems = tuple(_refused(act, known.get(act.name), actor) for act in refused)
            raise ReskontraError(problems, Exit.PENDING)
        if wanted:
            record_deeds(writer, actor, [_deed(USE, act) for act in wanted])

    try:
        yield permit
    finally:
        if refused:
            _ask(books, refused, actor)


def _passes(act: Act, known: Asked | None, actor: Actor) -> bool:
    """Whether somebody else granted exactly this act: names are short, and could be made alike."""
    if known is None or known.answer is None or known.act != act:
        return False
    return known.answer.action == GRANT and known.answer.actor != actor.login


def _ask(books: Books, acts: Sequence[Act], actor: Actor) -> None:
    with books.write() as writer:
        known = asked_acts(writer)
        new = [act for act in acts if act.name not in known or known[act.name].state == "refused"]
        record_deeds(writer, actor, [_deed(ASK, act) for act in new])


def answer(books: Books, names: Sequence[str], action: str, actor: Actor) -> list[Asked]:
    """Grant or refuse acts that wait; all or none.

    Raises ``ReskontraError`` with every problem: RK941 it does not wait, RK942 it is one's own.
    """
    with books.write() as writer:
        known = asked_acts(writer)
        problems = tuple(_unanswerable(known, names, actor))
        if problems:
            raise ReskontraError(problems, Exit.USAGE)
        record_deeds(writer, actor, [_deed(action, known[name].act) for name in names])
        now = asked_acts(writer)
        return [now[name] for name in names]


def _unanswerable(known: dict[str, Asked], names: Sequence[str], actor: Actor) -> Iterator[Problem]:
    for name in names:
        if name not in known or known[name].state != "waiting":
            yield Problem(
                "RK941", f"{name} does not wait for an approval",
                help="`reskontra approvals list` tells what does",
            )  # fmt: skip
        elif known[name].asked.actor == actor.login:
            yield Problem(
                "RK942", f"{actor.login} asked for {name} and cannot approve it, too",
                help="let another approver of users.yaml do it: reskontra show permissions",
            )  # fmt: skip


def _refused(act: Act, known: Asked | None, actor: Actor) -> Problem:
    """RK940."""
    what = f"{act.subject}: {worded(act.kind)}, {act.told}"
    told, then = "another person must let it pass", f"asked for as {act.name}"
    if known and known.answer and known.answer.action == GRANT:
        told = f"{actor.login} approved it, so another person must do it"
        then = f"{act.name} stays granted"
    elif known and known.answer:
        told = f"{known.answer.actor} refused it ({known.answer.reason or 'without a reason'})"
        then = f"asked for again as {act.name}"
    return Problem(
        "RK940", f"{what}: {told}",
        help=f"{then}; an approver says `reskontra approvals grant {act.name}`, then do it again",
    )  # fmt: skip


def _deed(action: str, act: Act) -> Deed:
    return Deed(action, act.name, canonical(act))

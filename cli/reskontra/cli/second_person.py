"""A second person for what one alone may not do, wherever ``users.yaml`` has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reskontra.cli.render.words import retell, say
from reskontra.cli.session import note

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application
    from reskontra.engine.ledger.acts import Act
    from reskontra.engine.ledger.auditing import Actor
    from reskontra.engine.ports import Writer
    from reskontra.engine.services.approvals import Permit


@contextmanager
def two_people(application: Application, actor: Actor) -> Iterator[Permit]:
    """What lets acts of ``actor`` pass: the approval of another person, RK940 without; where nobody
    else could approve, the actor's own role (RK910), and it is told.
    """
    from reskontra.config.permissions import APPROVE, not_enforced
    from reskontra.engine.ledger.acts import is_asked
    from reskontra.engine.services.approvals import second_person

    wanted = application.preferences.ledger.second_person
    why = not_enforced(application.workspace.users)
    if not why:
        with second_person(application.books, actor, wanted) as permit:
            yield permit
        return
    alone: list[Act] = []

    def permit_alone(_writer: Writer, acts: Iterable[Act]) -> None:
        alone.extend(act for act in acts if is_asked(act, wanted))
        if alone:
            application.permit(APPROVE)

    yield permit_alone
    if alone:
        note(say("two people for one change: not enforced, {why}", why=retell(why)))

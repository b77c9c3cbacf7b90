"""What one person lets through after another entered it (Swedish: *attest*)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import Audit, Draft
from reskontra.engine.ports import Books, Reader
from reskontra.engine.services.credit import APPROVED, approval
from reskontra.engine.services.drafts import open_drafts


def approve(
    books: Books, identifiers: Sequence[int], branch: str, actor: Actor, *, alone: bool
) -> tuple[Draft, ...]:
    """Let drafts be released in spite of their credit checks; all or none.

    ``alone``: nobody else could approve, so that who entered a draft may. Raises
    ``ReskontraError`` RK807, RK808 no such draft, RK851 without a reason, RK852 it is one's own.
    """
    if not actor.reason:
        raise ReskontraError.of(
            "RK851",
            "a credit check is overridden only with a reason",
            help="say it: --reason WHY",
            exit_code=Exit.USAGE,
        )
    with books.write() as writer:
        drafts = open_drafts(writer, identifiers, branch)
        own = () if alone else tuple(_own(writer, drafts, actor))
        if own:
            raise ReskontraError(own, Exit.USAGE)
        after = tuple(
            draft._replace(status="balanced") if draft.status == "credit_hold" else draft
            for draft in drafts
        )
        writer.replace(after)
        record_deeds(writer, actor, [Deed(APPROVED, f"draft:{d.id}", approval(d)) for d in drafts])
    return after


def _own(reader: Reader, drafts: Sequence[Draft], actor: Actor) -> Iterator[Problem]:
    """RK852: drafts that the actor entered or changed."""
    subjects = [f"draft:{draft.id}" for draft in drafts]
    rows = reader.records(Audit, action=["add draft", "edit draft"], subject=subjects)
    for subject in sorted({row.subject for row in rows if row.actor == actor.login}):
        yield Problem(
            "RK852",
            f"{actor.login} entered {subject} and cannot approve it, too",
            help="let another approver of users.yaml do it: reskontra show permissions",
        )

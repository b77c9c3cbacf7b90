"""Who may do what: one table, and one function that whoever changes something passes.

A deed is a command as it is typed, with an option that makes it write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reskontra.config.workspace import ROLES, Actor, User, Workspace
from reskontra.engine.errors import Exit, ReskontraError

_READS = ROLES
_DAILY = ("clerk", "controller")
_PERIOD = ("controller",)
_CONFIGURES = ("consultant",)
_APPROVES = ("approver",)

APPROVE = "approvals grant"
"""Also the deed of whoever approves an act of one's own, where there is no second person."""

MAY: Mapping[str, tuple[str, ...]] = {
    deed: roles
    for roles, deeds in (
        (_READS, (
            "match", "explain", "why-not", "replay", "simulate", "show", "export", "lint", "test",
            "check", "verify", "doctor", "reference", "file", "schema", "db version", "rules",
            "config", "packs list", "packs diff", "cutover check", "customers show",
            "customers list", "documents show", "documents list", "note list", "rates list",
            "transfer export", "transfer verify", "transfer list", "transfer show",
            "approvals list", "webhooks list", "webhooks show",
        )),
        (_DAILY, (
            "import", "apply", "run", "resolve", "undo", "customers", "documents", "settle",
            "note", "mark", "rates", "close", "webhooks",
        )),
        (_PERIOD, (
            "settle revaluation", "settle reclassification", "settle expected-losses",
            "settle doubtful", "settle credit-loss", "settle recovery",
            "close --hard", "reopen", "transfer", "cutover",
        )),
        (_CONFIGURES, (
            "init", "lint --accept-all", "lint --fix", "test --update", "config set",
            "config unlock", "packs", "db upgrade",
        )),
        ((*_DAILY, *_CONFIGURES), ("learn",)),
        (_APPROVES, ("documents approve", "approvals")),
    )
    for deed in deeds
}  # fmt: skip
"""Deed to roles; what a group says holds for each of its commands that has no row of its own."""


def roles_for(deed: str) -> tuple[str, ...]:
    """The roles that may do it.

    >>> roles_for("customers edit"), roles_for("customers list") == ROLES
    (('clerk', 'controller'), True)
    """
    return MAY.get(deed) or MAY[deed.partition(" ")[0]]


def require(workspace: Workspace, user: Actor, deed: str) -> None:
    """Let ``user`` do it, or raise RK701 (an auditor only reads) or RK910 (another's role)."""
    roles = roles_for(deed)
    if any(user.has(role) for role in roles):
        return
    if user.roles == ("auditor",):
        raise ReskontraError.of(
            "RK701",
            f"{user.login} is an auditor and only reads",
            help="another role in users.yaml allows changes",
            exit_code=Exit.USAGE,
        )
    others = [other.login for other in workspace.users if set(other.roles) & set(roles)]
    raise ReskontraError.of(
        "RK910",
        f"'{deed}' is for {' or '.join(roles)}; {user.login} is {', '.join(user.roles)}",
        help=f"who may, by users.yaml: {', '.join(others) or 'nobody yet'}",
        exit_code=Exit.USAGE,
    )


def not_enforced(users: Iterable[User]) -> str:
    """Why what one of them changes cannot be approved by another; empty = it can."""
    listed = tuple(users)
    changers = {user.login for user in listed if {*_DAILY, *_CONFIGURES} & set(user.roles)}
    approvers = {user.login for user in listed if "approver" in user.roles}
    if not listed:
        return "users.yaml lists nobody, everyone may do everything"
    if not approvers or not changers:
        return f"nobody in users.yaml {'approves' if changers else 'changes'}"
    one = changers | approvers
    return "" if len(one) > 1 else f"{one.pop()} both changes and approves"

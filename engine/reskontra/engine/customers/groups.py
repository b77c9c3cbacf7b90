"""Payer groups: a head (Swedish: *huvudkund*) and its members, one level deep."""

from __future__ import annotations

from collections.abc import Iterator

from reskontra.engine.customers.checks import Finding
from reskontra.engine.customers.fields import SWITCHES
from reskontra.engine.customers.statuses import HOLDS
from reskontra.engine.preferences.customers import Fields, Value

PARENT = "parent"
SHARED = ("credit.rule", "credit.limit", "credit.days")
"""What a member that shares the credit policy has from its head."""


def in_group(whole: Fields, head: Fields | None) -> dict[str, Value]:
    """A customer's effective fields as a member of the group of ``head``; ``None`` = no member.

    The head's switches hold where the member says nothing. A member that shares the credit policy
    has the head's, and its hold.
    """
    if head is None:
        return dict(whole)
    member = {switch: head.get(switch, False) for switch in SWITCHES} | dict(whole)
    if not member["share_credit"]:
        return member
    for key in SHARED:
        member.pop(key, None)
        if key in head:
            member[key] = head[key]
    if head.get("status") in HOLDS:
        member["status"] = head["status"]
    return member


def leave(own: Fields, whole: Fields) -> dict[str, Value]:
    """What a member says after it left its group, in which ``whole`` was in effect.

    What it had from its head stays as its own, but nothing more may be sold on credit until a
    person gives it a limit.
    """
    alone = {key: value for key, value in own.items() if key not in (PARENT, *SWITCHES)}
    kept = {key: whole[key] for key in (*SHARED, "status") if key in whole}
    return alone | kept | {"credit.limit": "0"}


def group_findings(own: Fields, whole: Fields, *, heads_members: bool) -> Iterator[Finding]:
    """RK836 a switch without a group, RK838 a field that the head decides."""
    member = PARENT in own
    for switch in SWITCHES:
        if own.get(switch) and not member and not heads_members:
            yield Finding(
                "RK836", switch, f"{switch} needs a parent, or members for whom it is the default",
                "set parent to the head of the payer group",
            )  # fmt: skip
    if not (member and whole.get("share_credit")):
        return
    held = own.get("status") in HOLDS
    for key in (*(key for key in SHARED if key in own), *(["status"] if held else [])):
        yield Finding(
            "RK838", key, f"{key} comes from the parent, whose credit policy is shared",
            f"change it at {own[PARENT]}, or set share_credit to false",
        )  # fmt: skip

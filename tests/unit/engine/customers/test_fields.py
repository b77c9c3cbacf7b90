"""Fields of a customer over its class and the program's defaults; groups; search."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontra.config.customers import customer_defaults
from reskontra.engine.customers.fields import changed, differences, effective, reset
from reskontra.engine.customers.groups import group_findings, in_group, leave
from reskontra.engine.customers.search import matcher
from reskontra.engine.customers.statuses import EFFECTS
from reskontra.engine.preferences.customers import CustomerDefaults, Fields, Value

DEFAULTS = CustomerDefaults(
    fields={"write_off": True, "locations.PRIMARY.default": True, "locations.*.active": True,
            "mailings.*.recipients.*.copy": "to"},
    classes={"domestic": {"terms": "30", "auto_apply": True}, "export": {"terms": "60"}},
    default_class="domestic",
)  # fmt: skip
KEYS = ("terms", "auto_apply", "write_off", "name", "class", "locations.STORE.name")


def value_of(key: str) -> st.SearchStrategy[Value]:
    if key == "class":
        return st.sampled_from(["domestic", "export"])
    if key in ("auto_apply", "write_off"):
        return st.booleans()
    return st.sampled_from(["30", "60", "x"])


def test_the_class_holds_until_the_customer_says_otherwise() -> None:
    whole = effective({"name": "Ada", "mailings.I.recipients.a.email": "a@b.se"}, DEFAULTS)
    assert (whole["terms"], whole["class"]) == ("30", "domestic")
    assert whole["locations.PRIMARY.active"] is True
    assert whole["mailings.I.recipients.a.copy"] == "to"
    assert effective({"class": "export"}, DEFAULTS)["terms"] == "60"
    assert effective({"terms": "10"}, DEFAULTS)["terms"] == "10"


def test_what_the_class_says_anyway_is_not_kept() -> None:
    assert changed({}, {"terms": "30", "name": "Ada"}, DEFAULTS) == {"name": "Ada"}
    assert changed({"terms": "10"}, {"terms": "30"}, DEFAULTS) == {}
    # Another class gives other terms: the same words are then a difference.
    assert changed({}, {"class": "export", "terms": "30"}, DEFAULTS) == {
        "class": "export", "terms": "30"
    }  # fmt: skip


def test_null_takes_back_a_field_and_all_below_it() -> None:
    own = {"locations.STORE.name": "Store", "locations.STORE.city": "Lund", "locations.S.city": "x"}
    assert changed(own, {"locations.STORE": None}, DEFAULTS) == {"locations.S.city": "x"}


def test_a_new_default_takes_the_mark_from_the_old_one() -> None:
    own = changed({}, {"locations.STORE.default": True}, DEFAULTS)
    assert own == {"locations.PRIMARY.default": False, "locations.STORE.default": True}
    assert changed(own, {"locations.PRIMARY.default": True}, DEFAULTS) == {
        "locations.STORE.default": False
    }


def test_reset_leaves_what_the_class_does_not_decide() -> None:
    own: Fields = {"name": "Ada", "terms": "10", "auto_apply": False}
    assert reset(own, DEFAULTS) == {"name": "Ada"}


@settings(max_examples=80)
@given(st.sets(st.sampled_from(KEYS)), st.data())
def test_a_change_does_what_it_says_and_nothing_is_kept_twice(
    asked: set[str], data: st.DataObject
) -> None:
    own = {key: data.draw(value_of(key)) for key in sorted(asked)}
    change = {
        key: data.draw(value_of(key)) for key in sorted(data.draw(st.sets(st.sampled_from(KEYS))))
    }
    before = differences(own, DEFAULTS)
    after = changed(before, change, DEFAULTS)
    whole = effective(after, DEFAULTS)
    assert all(whole[key] == value for key, value in change.items())
    assert differences(after, DEFAULTS) == after
    assert changed(after, change, DEFAULTS) == after
    untouched = before.keys() - change.keys()
    assert all(whole.get(key) == before[key] for key in untouched)


def test_a_member_has_the_heads_switches_and_policy() -> None:
    head: dict[str, Value] = {
        "consolidate_balance": True, "share_credit": True, "credit.rule": "credit_limit",
        "credit.limit": "500", "status": "credit_hold",
    }  # fmt: skip
    member = in_group({"status": "active", "credit.limit": "9"}, head)
    assert (member["consolidate_balance"], member["consolidate_statements"]) == (True, False)
    assert (member["credit.limit"], member["status"]) == ("500", "credit_hold")
    alone = in_group({"status": "active", "credit.limit": "9", "share_credit": False}, head)
    assert (alone["credit.limit"], alone["status"]) == ("9", "active")


def test_what_the_head_decides_cannot_be_said_by_a_member() -> None:
    own: dict[str, Value] = {"parent": "1", "status": "on_hold", "credit.days": 3}
    found = list(group_findings(own, {"share_credit": True}, heads_members=False))
    assert [(f.code, f.key) for f in found] == [("RK838", "credit.days"), ("RK838", "status")]
    lonely: dict[str, Value] = {"consolidate_balance": True}
    assert [f.code for f in group_findings(lonely, lonely, heads_members=False)] == ["RK836"]
    assert not list(group_findings(lonely, lonely, heads_members=True))


def test_who_leaves_a_group_keeps_what_held_but_has_no_credit() -> None:
    own: Fields = {"parent": "1", "share_credit": True, "name": "A"}
    whole: Fields = {**own, "status": "credit_hold", "credit.limit": "9", "credit.days": 3}
    assert leave(own, whole) == {
        "name": "A", "status": "credit_hold", "credit.limit": "0", "credit.days": 3
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("berg bygg", "1042 Byggfirman Berg", True), ("bygg%berg", "Byggfirman Berg", True),
        ("berg%bygg", "Byggfirman Berg", False), ("BYGG 10", "1042 Byggfirman", True),
        ("", "anything", True), ("akeri", "Åkeri", True), ("a.c", "abc", False),
        ("%firman", "Byggfirman", True),
    ],
)  # fmt: skip
def test_search(query: str, text: str, found: bool) -> None:
    assert matcher(query)(text) is found


def test_statuses_are_those_of_the_schema() -> None:
    from reskontra.config.schemas import customer_fields

    assert list(EFFECTS) == customer_fields()["properties"]["status"]["enum"]


def test_the_schema_gives_the_programs_defaults() -> None:
    shipped = customer_defaults({}, "SE", "SEK")
    assert shipped.fields["locations.PRIMARY.default"] is True
    assert shipped.fields["mailings.*.recipients.*.copy"] == "to"
    assert (shipped.fields["country"], shipped.default_class) == ("SE", "")
    classes = {"customer_classes": {"big": {"defaults": {"credit": {"limit": 5, "days": 3}}}}}
    assert customer_defaults(classes, "SE", "SEK").classes == {
        "big": {"credit.limit": "5", "credit.days": 3}
    }

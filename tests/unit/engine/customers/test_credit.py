"""The credit rules, on standings alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reskontra.engine.customers.credit import CreditRule, Standing

STANDING = Standing("SEK", "limit_and_days", 10_000_00, 30, 6_000_00, 1_000_00, 0, 30, "2026-10-20")


def test_what_is_exactly_allowed_passes_and_both_tests_must() -> None:
    assert STANDING.room == 3_000_00
    assert STANDING.verdict(3_000_00).ok
    assert not STANDING.verdict(3_000_01).ok
    assert not STANDING.taking(1).verdict(3_000_00).ok
    assert not replace(STANDING, late=31).verdict(0).ok


@pytest.mark.parametrize(
    ("rule", "limit_ok", "days_ok"),
    [
        ("disabled", True, True),
        ("days_past_due", True, False),
        ("credit_limit", False, True),
        ("limit_and_days", False, False),
    ],
)
def test_each_rule_asks_its_own(rule: CreditRule, limit_ok: bool, days_ok: bool) -> None:
    verdict = replace(STANDING, rule=rule, late=31).verdict(3_000_01)
    assert (verdict.limit_ok, verdict.days_ok) == (limit_ok, days_ok)
    open_ended = replace(STANDING, rule=rule, limit=None, days=None, late=99)
    assert open_ended.verdict(10**12).ok, "what was not agreed is not exceeded"
    assert open_ended.room is None

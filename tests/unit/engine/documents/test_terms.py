"""Due dates and closed days against the published vectors."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bank_files import preferences
from tests.published import rows

from reskontra.engine.documents.calendars import closed_days, easter, is_open, rolled
from reskontra.engine.documents.terms import due_date, effective_due, unrolled_due_date
from reskontra.engine.preferences.terms import Calendar, Terms

TERMS = preferences().terms


def terms(given: dict[str, Any], roll: Any = "none", calendar: str = "") -> Terms:
    written = {"days": 0, "months": 0, "eom": "", "day": None, "cutoff_day": None, **given}
    return Terms(
        "t", "", **written, roll=roll, calendar=calendar, discount=None, due_date_agreed=True
    )


def test_closed_days_are_those_of_the_vectors() -> None:
    published: dict[str, set[date]] = {}
    for row in rows("bank_holidays"):
        published.setdefault(row["calendar"], set()).add(date.fromisoformat(row["date"]))
    assert published.keys() == {calendar.id for calendar in TERMS.calendars}
    for calendar in TERMS.calendars:
        made = {day for year in range(2025, 2029) for day in closed_days(calendar, year)
                if day.weekday() < 5}  # fmt: skip
        assert made == published[calendar.id], calendar.id


def test_a_bare_number_is_days_net_unless_it_is_an_id() -> None:
    assert TERMS.terms("45").days == 45
    assert due_date(TERMS.terms("30"), date(2026, 11, 25), TERMS) == date(2026, 12, 25)
    own = replace(TERMS, codes=(*TERMS.codes, replace(TERMS.terms("eom"), id="30")))
    assert own.terms("30").eom == "before"
    for unknown in ("3O", "1000", "-3", ""):
        with pytest.raises(KeyError):
            TERMS.terms(unknown)


def test_a_rate_names_the_only_vat_code_that_charges_it() -> None:
    vat = preferences().vat
    assert {rate: vat.code(rate).id for rate in ("25", "12", "6")} == {
        "25": "standard", "12": "reduced12", "6": "reduced6",
    }  # fmt: skip
    twice = replace(vat, codes=(*vat.codes, replace(vat.code("25"), id="again")))
    for prefs, unknown in ((vat, "0"), (vat, "24"), (vat, "2.555"), (twice, "25")):
        with pytest.raises(KeyError):
            prefs.code(unknown)


def test_due_dates_are_those_of_the_vectors() -> None:
    for row in rows("due_date"):
        one = terms(json.loads(row["term"]), row["roll"], row["calendar"])
        day = date.fromisoformat(row["invoice_date"])
        assert unrolled_due_date(one, day).isoformat() == row["unrolled"], row["id"]
        assert due_date(one, day, TERMS).isoformat() == row["due_date"], row["id"]


def test_end_of_month_after() -> None:
    one = terms({"days": 10, "eom": "after"})
    assert unrolled_due_date(one, date(2026, 1, 25)) == date(2026, 2, 28)


def test_effective_due_is_the_next_bank_day() -> None:
    sweden = TERMS.calendar_of()
    assert sweden.id == "SE"
    assert effective_due(date(2026, 12, 5), sweden) == date(2026, 12, 7)
    assert effective_due(date(2026, 12, 24), sweden) == date(2026, 12, 28)


def test_a_day_once_and_a_day_that_a_year_lacks() -> None:
    calendar = Calendar("OWN", ("2027-03-05", "02-29"))
    assert closed_days(calendar, 2027) == {date(2027, 3, 5)}
    assert closed_days(calendar, 2028) == {date(2028, 2, 29)}


@given(st.dates(date(1970, 1, 1), date(2200, 1, 1)), st.sampled_from(TERMS.calendars))
def test_rolling_reaches_the_nearest_open_day(day: date, calendar: Calendar) -> None:
    later, earlier = rolled(day, "following", calendar), rolled(day, "preceding", calendar)
    assert earlier <= day <= later
    assert is_open(later, calendar)
    assert is_open(earlier, calendar)
    between = (earlier + timedelta(n) for n in range(1, (later - earlier).days))
    assert not any(is_open(one, calendar) for one in between)


@given(st.integers(1900, 2300))
def test_easter_is_a_sunday_in_spring(year: int) -> None:
    day = easter(year)
    assert day.weekday() == 6
    assert date(year, 3, 22) <= day <= date(year, 4, 25)

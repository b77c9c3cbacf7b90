"""``terms.yaml``: credit terms and calendars to typed preferences.

RK326 a cash discount without percent or days · RK327 a rule for closed days that says no day ·
RK227 terms or a calendar that nothing defines.
"""

from __future__ import annotations

from typing import Any

from reskontra.config.layers import Key
from reskontra.config.values import Values
from reskontra.engine.documents.calendars import is_rule
from reskontra.engine.preferences.terms import Calendar, Discount, Terms, TermsPreferences


def build_terms(values: Values) -> TermsPreferences:
    """The terms of a company."""
    calendars = tuple(
        Calendar(ident, _closed(values, key, item))
        for key, ident, item in values.items("terms", "calendars")
    )
    names = [calendar.id for calendar in calendars]
    codes = []
    for key, ident, item in values.items("terms", "codes"):
        calendar = item.get("calendar") or ""
        values.known("calendar", calendar, names, *key, "calendar")
        codes.append(_terms(values, key, ident, item, calendar))
    terms = values.map("terms")
    values.known("terms", terms["default"], [code.id for code in codes], "terms", "default")
    values.known("calendar", terms["calendar"], names, "terms", "calendar")
    return TermsPreferences(tuple(codes), terms["default"], calendars, terms["calendar"])


def _terms(values: Values, key: Key, ident: str, item: dict[str, Any], calendar: str) -> Terms:
    return Terms(
        id=ident,
        description=item["description"],
        days=item["days"],
        months=item["months"],
        eom=item.get("eom") or "",
        day=item.get("day"),
        cutoff_day=item.get("cutoff_day"),
        roll=item["roll"],
        calendar=calendar,
        discount=_discount(values, key, item.get("discount") or {}),
        due_date_agreed=item["due_date_agreed"],
    )


def _discount(values: Values, key: Key, item: dict[str, Any]) -> Discount | None:
    """The cash discount of terms, if they have one."""
    if not item:
        return None
    at = (*key, "discount")
    if item.get("percent") is None or item.get("days") is None:
        message = f"the cash discount of terms '{key[-1]}' needs percent and days"
        values.problem("RK326", message, at, "e.g. discount: {percent: 2, days: 10}")
        return None
    return Discount(values.percent(*at, "percent"), item["days"], values.money(*at, "tolerance"))


def _closed(values: Values, key: Key, item: dict[str, Any]) -> tuple[str, ...]:
    """The rules of a calendar, each checked."""
    for index, rule in enumerate(item["closed"]):
        if not is_rule(rule):
            message = f"calendar '{key[-1]}': '{rule}' is not a day"
            help_ = 'write "12-24", "2027-03-05", easter+39 or friday 06-19'
            values.problem("RK327", message, (*key, "closed", str(index)), help_)
    return tuple(item["closed"])

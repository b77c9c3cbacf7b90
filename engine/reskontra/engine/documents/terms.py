"""When a document falls due, and until when a cash discount may be taken."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from reskontra.engine.documents.calendars import rolled
from reskontra.engine.preferences.terms import Calendar, Discount, Terms, TermsPreferences


def due_date(terms: Terms, document_date: date, preferences: TermsPreferences) -> date:
    """The due date that is printed: months, then days, then the day of the month, then the roll."""
    day = unrolled_due_date(terms, document_date)
    return rolled(day, terms.roll, preferences.calendar_of(terms.calendar))


def unrolled_due_date(terms: Terms, document_date: date) -> date:
    """The due date before closed days are looked at."""
    day = month_end(document_date) if terms.eom == "before" else document_date
    late = terms.cutoff_day is not None and document_date.day > terms.cutoff_day
    day = add_months(day, terms.months + late) + timedelta(terms.days)
    if terms.eom == "after":
        day = month_end(day)
    return on_day(day, terms.day) if terms.day else day


def effective_due(due: date, calendar: Calendar) -> date:
    """The due date for dunning, interest, credit days and ageing: the next day on which banks
    work. The printed date stays.
    """
    return rolled(due, "following", calendar)


def discount_date(discount: Discount, document_date: date) -> date:
    """Last day on which the discount may be taken."""
    return document_date + timedelta(discount.days)


def month_end(day: date) -> date:
    """The last day of the month."""
    return on_day(day, 31)


def on_day(day: date, number: int) -> date:
    """The day ``number`` of the same month, or its last one.

    >>> on_day(date(2026, 2, 3), 31)
    datetime.date(2026, 2, 28)
    """
    return day.replace(day=min(number, monthrange(day.year, day.month)[1]))


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month.

    >>> add_months(date(2028, 1, 31), 1)
    datetime.date(2028, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return on_day(date(year, month + 1, 1), day.day)

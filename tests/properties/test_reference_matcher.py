"""The kernel and the shipped rules against a slow, obvious matcher, on small random ledgers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.properties.reference_matcher import Decision, Document, Matcher, Payment, Unspecified
from tests.unit.engine.matching.small_world import PREFERENCES, SmallWorld

from reskontra.engine.preferences.matching import TIERS
from reskontra.engine.services.match import readable_facts
from reskontra.rules.book import rule_book
from reskontra.rules.shipped import shipped_packs

CUSTOMERS = {"C1": "SE1", "C2": "SE2", "C3": "SE3"}
AMOUNTS = (10_000, 25_000, 25_050, 35_000, 60_000)
REFERENCES = (
    "1234566",
    "2345672",
    "3456780",
    "4567897",
    "5678901",
    "6789014",
    "7890124",
    "8901232",
)
ALIEN = "100199"
RULES = rule_book((), shipped_packs(), engine="native")
AUTO = replace(PREFERENCES.auto, tiers=TIERS)

DOCUMENT = st.tuples(
    st.sampled_from(AMOUNTS), st.sampled_from(sorted(CUSTOMERS)), st.integers(1, 28),
    st.sampled_from(("invoice", "invoice", "invoice", "credit_note", "closed")),
)  # fmt: skip
NAMED = st.lists(st.integers(0, 7), max_size=2, unique=True)
LINE = st.tuples(
    st.sampled_from((*AMOUNTS, 15_000, 50_000, 85_000)), NAMED,
    st.sampled_from(("reference", "reference", "number", "text", "alien")),
    st.sampled_from(("", *CUSTOMERS)),
)  # fmt: skip
DAYS = st.lists(st.integers(1, 28), min_size=6, max_size=6, unique=True)
LEDGER = st.tuples(
    st.lists(DOCUMENT, min_size=3, max_size=8), st.lists(LINE, min_size=1, max_size=6), DAYS
)


def documents_of(rows: list[Any]) -> list[Document]:
    """Numbered from 100101; credit notes carry no reference."""
    return [
        Document(
            str(100101 + n), amount, customer, due, "" if kind == "credit_note" else REFERENCES[n],
            "credit_note" if kind == "credit_note" else "invoice", closed=kind == "closed",
        )
        for n, (amount, customer, due, kind) in enumerate(rows)
    ]  # fmt: skip


def payments_of(rows: list[Any], days: list[int], documents: list[Document]) -> list[Payment]:
    """Lines that name invoices by what these carry, or something that nothing carries."""
    invoices = [d for d in documents if d.kind == "invoice"]
    payments = []
    for n, (amount, named, how, customer) in enumerate(rows):
        picked = list({i % len(invoices): None for i in named}) if invoices else []
        values = tuple(
            invoices[i].reference if how == "reference" else invoices[i].number for i in picked
        )
        structured = (ALIEN,) if how == "alien" else () if how == "text" else values
        in_text = values if how == "text" else ()
        payments.append(Payment(f"L{n}", amount, days[n], structured, in_text, customer))
    return payments


def kernel(documents: list[Document], payments: list[Payment]) -> dict[str, Decision]:
    """What the kernel proposes and the shipped rules decide."""
    world = SmallWorld()
    for customer, account in CUSTOMERS.items():
        world.customer(customer, f"Kund {customer}", account=account)
    for d in documents:
        world.item(
            d.number, d.amount, d.customer, due=f"2026-09-{d.due:02}", kind=d.kind,
            reference=d.reference, closed=d.closed, issued="2026-08-20",
        )  # fmt: skip
    for p in payments:
        world.line(
            p.label, p.amount, *p.structured, text=" ".join(("betalning", *p.in_text)),
            account=CUSTOMERS.get(p.customer, ""), day=f"2026-09-{p.day:02}",
        )  # fmt: skip
    inputs = world.inputs(combination_pool=0, auto=AUTO)
    result = world.run(combination_pool=0, auto=AUTO)
    decided = RULES.decide(readable_facts(result.proposals, inputs.items))
    outcomes = dict(decided.select("line_id", "outcome").iter_rows())
    amounts = {p.label: p.amount for p in payments}
    found = {}
    for line, label in result.labels.items():
        outcome = outcomes[line]
        rows = result.proposals.allocations.filter(pl.col("line_id") == line)
        paid = paid_on(rows, result.numbers, amounts[label]) if outcome == "apply" else ()
        found[label] = Decision(outcome, paid)
    return found


def paid_on(
    rows: pl.DataFrame, numbers: dict[int, str], amount: int
) -> tuple[tuple[str, int], ...]:
    """Credit notes give, the others take what there is."""
    money = amount + sum(rows.filter(pl.col("sign") < 0)["wanted"])
    paid = []
    for document, wanted, sign in rows.select("document_id", "wanted", "sign").iter_rows():
        part = -wanted if sign < 0 else min(money, wanted)
        money -= max(part, 0)
        paid.append((numbers[document], part))
    return tuple(sorted(paid))


def alike(decision: Decision, documents: list[Document]) -> tuple[str, list[str], int]:
    """Outcome, documents (interchangeable ones are the same), and the sum on them: which of several
    documents bears a rounding is open.
    """
    worth = {d.number: f"{d.customer}/{d.kind}/{d.amount}" for d in documents}
    named = sorted(worth[number] for number, _ in decision.paid)
    return decision.outcome, named, sum(part for _, part in decision.paid)


def agree(found: Decision, wanted: Decision, documents: list[Document]) -> bool:
    """The same outcome, and the same money on documents that are the same or interchangeable."""
    if wanted.outcome == "wait":
        return found.outcome in {"hold", "review"}
    return alike(found, documents) == alike(wanted, documents)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(LEDGER)
def test_the_kernel_agrees_with_the_obvious(ledger: tuple[list[Any], list[Any], list[int]]) -> None:
    documents = documents_of(ledger[0])
    payments = payments_of(ledger[1], ledger[2], documents)
    try:
        wanted = Matcher(documents, payments).decide()
    except Unspecified:
        assume(False)
    found = kernel(documents, payments)
    for payment in payments:
        mine, theirs = wanted[payment.label], found[payment.label]
        assert agree(theirs, mine, documents), (payment, theirs, mine)

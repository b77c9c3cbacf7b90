"""A ledger of a few documents and bank lines for tests of the matching kernel."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from reskontra.engine.ledger.fields import frame_schema
from reskontra.engine.ledger.records import BankLine
from reskontra.engine.matching.proposals import MatchingInputs, Proposals
from reskontra.engine.matching.propose import propose
from reskontra.engine.preferences.differences import DifferencePreferences
from reskontra.engine.preferences.matching import (
    Automatic,
    InvoiceRelevance,
    MatchingPreferences,
    PaymentRelevance,
    Weights,
    Window,
)
from reskontra.engine.references import ReferenceScheme, scheme_from_mapping
from reskontra.engine.text import reference_key

PREFERENCES = MatchingPreferences(
    receipts=Window(5, 0),
    disbursements=Window(5, 0),
    payment=PaymentRelevance(Weights(70, 20, 10), 2, 3, empty_ref_matches=False),
    invoice=InvoiceRelevance(Weights(70, 15, 15), 0, 5, 60, 180),
    auto=Automatic(("reference",), {}, 7500, 2500, 5000, "strict"),
    skip_voided=True, date_kernel="tail", missing="zero", ref_cutoff=8000, payee_cutoff=8000,
    fuzzy_numeric=False, text_digits_with_amount=4, text_digits_without_amount=5,
    document_prefixes=(), netting=True, interchangeable="oldest_due", duplicate_days=14,
    combination_documents=6, combination_pool=30,
    known_payer="review", unknown_payer="review", duplicates="hold",
)  # fmt: skip
DIFFERENCES = DifferencePreferences(
    {"SEK": 100}, write_off=True, write_off_limit={"SEK": 100}, short="keep_open",
    over="open_payment",
)  # fmt: skip
OCR = scheme_from_mapping(
    {"id": "ocr", "modulus": "luhn10", "elements": [{"type": "invoice_no"}], "max_length": 12}
)

LINES = {**frame_schema(BankLine, "company"), "state": pl.String}
ITEMS = {
    "document_id": pl.Int64, "customer_id": pl.Int64, "kind": pl.String, "number": pl.String,
    "currency": pl.String, "open_amount": pl.Int64,
    "document_date": pl.String, "due_date": pl.String, "discount_date": pl.String,
    "discount_amount": pl.Int64, "account": pl.String, "disputed": pl.Boolean,
}  # fmt: skip

Reference = str | tuple[Any, ...]


@dataclass
class Result:
    """Proposals with labels in place of ids."""

    proposals: Proposals
    labels: dict[int, str]
    numbers: dict[int, str]

    def fact(self, label: str) -> dict[str, Any]:
        ids = {name: n for n, name in self.labels.items()}
        return self.proposals.facts.filter(pl.col("line_id") == ids[label]).row(0, named=True)

    def allocated(self, label: str) -> list[tuple[str, int]]:
        """(document number, sign x wanted) in order."""
        ids = {name: n for n, name in self.labels.items()}
        rows = self.proposals.allocations.filter(pl.col("line_id") == ids[label])
        return [
            (self.numbers[d], sign * wanted)
            for d, sign, wanted in rows.select("document_id", "sign", "wanted").iter_rows()
        ]

    def suggested(self, label: str) -> list[list[str]]:
        ids = {name: n for n, name in self.labels.items()}
        rows = self.proposals.suggestions.filter(pl.col("line_id") == ids[label])
        return [[self.numbers[d] for d in ds] for ds in rows["document_ids"].to_list()]

    def decisions(self) -> dict[str, Any]:
        """What matters of every line, comparable between runs."""
        keys = (
            "tier", "difference", "candidates", "duplicate", "contested", "interchangeable",
            "document_closed", "netted", "relevance", "lead", "customer",
        )  # fmt: skip
        return {
            label: (
                tuple(self.fact(label)[key] for key in keys),
                self.allocated(label),
                self.suggested(label),
            )
            for label in sorted(self.labels.values())
        }


@dataclass
class SmallWorld:
    """Collects rows; ``run`` matches them."""

    customers: list[tuple[Any, ...]] = field(default_factory=list)
    accounts: list[tuple[Any, ...]] = field(default_factory=list)
    aliases: list[tuple[Any, ...]] = field(default_factory=list)
    items: list[tuple[Any, ...]] = field(default_factory=list)
    settled: list[tuple[Any, ...]] = field(default_factory=list)
    keys: list[tuple[Any, ...]] = field(default_factory=list)
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    past: list[tuple[Any, ...]] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)

    def customer(
        self, number: str, name: str, *, parent: str = "", account: str = "", alias: str = "",
        write_off: bool = True, limit: int | None = None,
    ) -> None:  # fmt: skip
        key = len(self.customers) + 1
        head = self._customer(parent) if parent else None
        self.customers.append((key, number, name, head, write_off, limit, "active"))
        if account:
            self.accounts.append((key, account))
        if alias:
            self.aliases.append((key, alias))

    def item(
        self, number: str, amount: int, customer: str, *, due: str = "2026-09-30",
        issued: str = "2026-09-01", kind: str = "invoice", reference: str = "", order: str = "",
        currency: str = "SEK", discount: int = 0, discount_date: str | None = None,
        disputed: bool = False, closed: bool = False,
    ) -> None:  # fmt: skip
        key = len(self.items) + len(self.settled) + 1
        owner = self._customer(customer)
        named = ((number, "number"), (reference, "payment_reference"), (order, "order"))
        self.keys += [(key, reference_key(value), k) for value, k in named if value]
        if closed:
            self.settled.append((key, owner, number))
            return
        self.items.append(
            (
                key, owner, kind, number, currency, amount, issued, due, discount_date, discount,
                "1510", disputed,
            )
        )  # fmt: skip

    def line(
        self, label: str, amount: int, *references: Reference, text: str = "", payer: str = "",
        account: str = "", day: str = "2026-09-30", currency: str = "SEK", bank_reference: str = "",
        end_to_end: str = "", past: bool = False, identity: str = "", reversal: bool = False,
    ) -> None:  # fmt: skip
        key = len(self.lines) + len(self.past) + 1
        refs = [_reference(r) for r in references]
        row = (
            key, 1, 1, "bg", label, day, None, amount, currency, bank_reference, end_to_end, "",
            "PMNT/RCDT/ESCT", payer, account, "", text, json.dumps(refs), reversal, identity, 0,
            key, "booked" if past else "new",
        )  # fmt: skip
        (self.past if past else self.lines).append(row)
        if not past:
            self.labels[key] = label

    def _customer(self, number: str) -> int:
        return next(int(row[0]) for row in self.customers if row[1] == number)

    def inputs(self, **changes: Any) -> MatchingInputs:
        every = [(row[0], row[1], row[3]) for row in self.items] + self.settled
        schemes: tuple[ReferenceScheme, ...] = (OCR,)
        made = MatchingInputs(
            lines=_frame(self.lines, LINES),
            items=_frame(self.items, ITEMS),
            keys=_frame(self.keys, {"document_id": pl.Int64, "key": pl.String, "kind": pl.String}),
            closed=_frame(
                every, {"document_id": pl.Int64, "customer_id": pl.Int64, "number": pl.String}
            ),
            customers=_frame(
                self.customers,
                {"id": pl.Int64, "number": pl.String, "name": pl.String, "parent_id": pl.Int64,
                 "write_off": pl.Boolean, "write_off_limit": pl.Int64, "status": pl.String},
            ),
            accounts=_frame(self.accounts, {"customer_id": pl.Int64, "account": pl.String}),
            aliases=_frame(self.aliases, {"customer_id": pl.Int64, "alias": pl.String}),
            history=_frame(self.past, LINES),
            own_accounts=("SE99",),
            preferences=PREFERENCES,
            differences=DIFFERENCES,
            schemes=schemes,
        )  # fmt: skip
        inputs = {k: v for k, v in changes.items() if hasattr(made, k)}
        preferences = {k: v for k, v in changes.items() if k not in inputs}
        return replace(made, preferences=replace(PREFERENCES, **preferences), **inputs)

    def run(self, **changes: Any) -> Result:
        """Match; ``changes``: fields of the inputs or of the preferences."""
        numbers = {row[0]: row[3] for row in self.items} | {row[0]: row[2] for row in self.settled}
        return Result(propose(self.inputs(**changes)), self.labels, numbers)


def _frame(rows: list[tuple[Any, ...]], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _reference(reference: Reference) -> list[Any]:
    if isinstance(reference, str):
        return [reference, "payment_reference", None, "unchecked"]
    value, kind, *rest = reference
    return [value, kind, *rest, *(None, "unchecked")[len(rest) :]]

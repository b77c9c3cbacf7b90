"""The second generator: payers with habits, written apart from the first.

A line is made in two choices: *what* somebody pays (a shape) and *how* it is named (a naming).
Shares of both make a mix; dials make it noisier. The mixes carry the names of those of
``benchmarks.generator``. ``write`` gives the same files: what the product imports, and the truth.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from benchmarks.village_masters import Masters, Paper, Payer
from benchmarks.village_noise import (
    OWN_ACCOUNT,
    cut,
    no_receivable,
    phrase,
    spelling,
    typing_error,
)


@dataclass(frozen=True, slots=True)
class Mix:
    """Weights of shapes and of namings, and the dials."""

    naming: dict[str, float]
    batches: dict[str, float]
    """How a sum of several documents is named."""
    countries: tuple[int, int, int]
    known_accounts: float = 0.75
    creditor_references: float = 0.0
    account_shown: float = 0.85
    name_noise: float = 0.3
    amount_noise: float = 1.0
    """Factor on everything that is not paid as invoiced."""


SHAPES: dict[str, float] = {
    "one": 78, "several": 6, "part": 1.6, "instalments": 1.0, "netted": 2.2, "rounded": 1.2,
    "fee_deducted": 0.5, "discount": 0.8, "surplus": 0.4, "twice": 0.35, "closed": 0.35,
    "on_account": 0.4, "aggregate": 0.5, "third_party": 0.9, "no_receivable": 3.0,
}  # fmt: skip
AS_INVOICED = frozenset({"one", "several", "third_party", "no_receivable"})
MIXES: dict[str, Mix] = {
    "reference": Mix(
        naming={"reference": 76, "mistyped": 1.5, "reference_text": 4, "number": 3,
                "number_text": 6, "order": 0.5, "customer": 1, "nothing": 7.5, "other": 0.5},
        batches={"listed": 65, "list_text": 18, "list_cut": 5, "first": 5, "none": 7},
        countries=(70, 20, 10),
    ),
    "sepa": Mix(
        naming={"reference": 38, "mistyped": 1.5, "reference_text": 9, "number": 6,
                "number_text": 26, "order": 1, "customer": 2, "nothing": 16, "other": 0.5},
        batches={"listed": 45, "list_text": 30, "list_cut": 8, "first": 7, "none": 10},
        countries=(20, 10, 70), creditor_references=0.6,
    ),
    "messy": Mix(
        naming={"reference": 22, "mistyped": 3, "reference_text": 11, "number": 4,
                "number_text": 30, "order": 2, "customer": 4, "nothing": 23, "other": 1},
        batches={"listed": 15, "list_text": 38, "list_cut": 14, "first": 13, "none": 20},
        countries=(50, 25, 25), known_accounts=0.5, creditor_references=0.2,
        account_shown=0.75, name_noise=0.5, amount_noise=1.3,
    ),
}  # fmt: skip


@dataclass(slots=True)
class Row:
    """One bank line and what it truly is."""

    booked: date
    amount: int
    reference: str = ""
    text: str = ""
    name: str = ""
    account: str = ""
    way: str = ""
    truth: tuple[tuple[Paper, int], ...] = ()
    """Documents and what is paid on each, credit notes negative."""
    duplicate: bool = False
    receivable: bool = True


@dataclass(slots=True)
class Village:
    """Makes one world."""

    mix: Mix
    lines: int
    items: int
    seed: str
    rnd: random.Random = field(init=False)
    masters: Masters = field(init=False)
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rnd = random.Random(f"village {self.seed}")
        self.masters = Masters(
            self.rnd, self.items, self.mix.countries, self.mix.known_accounts,
            self.mix.creditor_references,
        )  # fmt: skip

    def make(self) -> None:
        """Fill the masters and ``rows``, which come in no order."""
        self.masters.make()
        queue = [p for p in self.masters.papers if p.kind == "invoice"]
        self.rnd.shuffle(queue)
        shapes = {
            name: weight * (1 if name in AS_INVOICED else self.mix.amount_noise)
            for name, weight in SHAPES.items()
        }
        while len(self.rows) < self.lines:
            while queue and queue[-1].taken:
                queue.pop()
            if not queue:
                break
            shape = self.rnd.choices(list(shapes), list(shapes.values()))[0]
            getattr(self, f"_{shape}")(queue[-1])
        self.rnd.shuffle(self.rows)

    # -- what is paid --

    def _one(self, paper: Paper) -> None:
        self._pay(paper, paper.amount, "one")

    def _part(self, paper: Paper) -> None:
        self._pay(paper, max(100, paper.amount * self.rnd.randint(15, 92) // 100), "part")

    def _instalments(self, paper: Paper) -> None:
        count = self.rnd.choice((2, 2, 3, 4))
        share, days = paper.amount // count, self.rnd.choice((14, 30, 30, 31))
        for n in range(count):
            amount = paper.amount - share * (count - 1) if n == count - 1 else share
            self._pay(paper, amount, "instalments", later=days * n, naming="reference")

    def _rounded(self, paper: Paper) -> None:
        whole = (paper.amount + 50) // 100 * 100
        cents = self.rnd.choice((-40, -20, -5, 5, 30)) if whole == paper.amount else 0
        self._pay(paper, whole + cents, "rounded")

    def _fee_deducted(self, paper: Paper) -> None:
        fee = self.rnd.choice((1_000, 2_500, 3_000, 5_000, 7_500))
        if fee * 5 > paper.amount:
            self._one(paper)
            return
        self._pay(paper, paper.amount - fee, "fee_deducted")

    def _discount(self, paper: Paper) -> None:
        if paper.discount_until is None:
            self._one(paper)
            return
        late = paper.discount_until + timedelta(days=self.rnd.choice((-3, -1, 0, 0, 2)))
        self._pay(paper, paper.amount - paper.discount, "discount", day=late)

    def _surplus(self, paper: Paper) -> None:
        more = self.rnd.choice((10_000, 50_000, self.rnd.randint(200, 90_000)))
        self._pay(paper, paper.amount + more, "surplus")

    def _third_party(self, paper: Paper) -> None:
        """A factor, an authority, a relative: states the document or nothing can be known."""
        stranger = self._stranger()
        naming = self.rnd.choice(("reference", "reference", "number_text"))
        self._pay(paper, paper.amount, "third_party", payer=stranger, naming=naming)

    def _twice(self, paper: Paper) -> None:
        """The same transfer again some days later."""
        self._one(paper)
        first = self.rows[-1]
        self.rows.append(
            replace(first, booked=first.booked + timedelta(days=self.rnd.randint(1, 12)),
                    way="twice", truth=(), duplicate=True)
        )  # fmt: skip

    def _closed(self, _: Paper) -> None:
        """An invoice that was paid before these lines."""
        paper = self.rnd.choice(self.masters.closed)
        naming = self.rnd.choice(("reference", "reference", "number_text"))
        self._pay(paper, paper.amount, "closed", naming=naming)
        self.rows[-1].truth, self.rows[-1].duplicate = (), True

    def _on_account(self, paper: Paper) -> None:
        """Money on account or for an order that is not invoiced yet."""
        owner = paper.owner
        text = self.rnd.choice(("a conto", f"Order SO{self.rnd.randint(100_000, 999_999)}",
                                f"kundnr {owner.number}", "forskudd"))  # fmt: skip
        amount = self.rnd.randint(3, 400) * 10_000 + self.rnd.choice((0, 0, 3_700))
        self.rows.append(Row(self._day(paper), amount, "", text, *self._shown(owner), "on_account"))

    def _several(self, paper: Paper) -> None:
        others = [p for p in paper.owner.documents if not p.taken and p is not paper]
        others.sort(key=lambda p: (p.kind, p.due, p.number))
        wanted = self.rnd.choice((1, 1, 2, 2, 3, 4, 7, 11))
        near = [p for p in others if p.kind == "invoice"]
        picked = near[:wanted] if self.rnd.random() < 0.6 else self.rnd.sample(
            near, min(wanted, len(near)))  # fmt: skip
        notes = [p for p in others if p.kind == "credit_note"]
        if notes and self.rnd.random() < 0.25:
            picked.append(notes[0])
        self._sum(paper.owner, [paper, *picked], "several")

    def _netted(self, paper: Paper) -> None:
        notes = [
            p for p in paper.owner.documents
            if p.kind == "credit_note" and not p.taken and p.amount < paper.amount
        ]  # fmt: skip
        if not notes:
            self._one(paper)
            return
        note = self.rnd.choice(notes)
        note.taken = True
        self._pay(paper, paper.amount - note.amount, "netted",
                  truth=((paper, paper.amount), (note, -note.amount)))  # fmt: skip

    def _aggregate(self, paper: Paper) -> None:
        """An administrator pays for several customers in one sum, with every reference."""
        found = self.rnd.sample(self.masters.papers, self.rnd.randint(2, 4))
        others = [p for p in found if p.kind == "invoice" and not p.taken and p is not paper]
        self._sum(self._stranger(), [paper, *others], "aggregate", naming="listed")

    def _no_receivable(self, paper: Paper) -> None:
        amount, text, name, account = no_receivable(self.rnd)
        self.rows.append(
            Row(self._day(paper), amount, "", text, name, account, "no_receivable",
                receivable=False)
        )  # fmt: skip

    # -- how it is named --

    def _pay(
        self, paper: Paper, amount: int, way: str, *, naming: str = "", day: date | None = None,
        later: int = 0, payer: Payer | None = None,
        truth: tuple[tuple[Paper, int], ...] = (),
    ) -> None:  # fmt: skip
        paper.taken = True
        naming = naming or self._chosen(self.mix.naming)
        if naming == "other" and way != "one":  # then the payer's designation is the truth
            naming = "reference"
        reference, text = self._named(paper, naming)
        booked = (day or self._day(paper)) + timedelta(days=later)
        who = payer or self._payer(paper.owner)
        self.rows.append(
            Row(max(booked, paper.issued), amount, reference, text, *self._shown(who),
                f"{way}/{naming}", truth or ((paper, min(amount, paper.amount)),))
        )  # fmt: skip

    def _named(self, paper: Paper, naming: str) -> tuple[str, str]:
        """(reference, text)."""
        rnd = self.rnd
        other = rnd.choice(paper.owner.documents) if paper.owner.documents else paper
        ways: dict[str, Callable[[], tuple[str, str]]] = {
            "reference": lambda: (paper.reference, ""),
            "mistyped": lambda: (typing_error(paper.reference, rnd), ""),
            "reference_text": lambda: ("", phrase(paper.reference, rnd)),
            "number": lambda: (paper.number, ""),
            "number_text": lambda: ("", phrase(paper.number, rnd)),
            "order": lambda: ("", rnd.choice(("order ", "deres ref ", "tilaus ")) + paper.order),
            "customer": lambda: ("", rnd.choice(("kund ", "kundnr ")) + paper.owner.number),
            "nothing": lambda: ("", rnd.choice(("", "", "lasku", "BETALNING", "Tack för hjälpen"))),
            "other": lambda: (other.reference, ""),
        }  # fmt: skip
        return ways[naming]()

    def _sum(self, payer: Payer, papers: Sequence[Paper], way: str, naming: str = "") -> None:
        naming = naming or self._chosen(self.mix.batches)
        truth = tuple((p, -p.amount if p.kind == "credit_note" else p.amount) for p in papers)
        total = sum(amount for _, amount in truth)
        if total <= 0:
            self._one(papers[0])
            return
        for paper in papers:
            paper.taken = True
        glue = self.rnd.choice((" ", ",", ", ", "/", "; ", " + "))
        numbers = glue.join(p.number for p in papers)
        who = payer if way == "aggregate" else self._payer(payer)
        reference, text = {
            "listed": (";".join(p.reference for p in papers), ""),
            "list_text": ("", cut("Fakturor " + numbers)),
            "list_cut": ("", cut(numbers, max(9, len(numbers) - self.rnd.randint(4, 12)))),
            "first": ("", f"{papers[0].number} m.fl."),
            "none": ("", self.rnd.choice(("", "flera fakturor", "lt bilaga"))),
        }[naming]
        self.rows.append(
            Row(self._day(papers[0]), total, reference, text, *self._shown(who),
                f"{way}/{naming}", truth)
        )  # fmt: skip

    def _chosen(self, weights: dict[str, float]) -> str:
        return self.rnd.choices(list(weights), list(weights.values()))[0]

    # -- who pays, and when --

    def _day(self, paper: Paper) -> date:
        paid = paper.due + timedelta(days=paper.owner.habit + round(self.rnd.gauss(0, 5)))
        return max(paid, paper.issued)

    def _payer(self, owner: Payer) -> Payer:
        return owner.head if owner.parent and self.rnd.random() < 0.4 else owner

    def _stranger(self) -> Payer:
        name = self.rnd.choice(("Nordisk Factoring AB", "Skatteverket", "Förvaltarna i Norr AB",
                                "Ola Berg", "Dødsbo Hansen"))  # fmt: skip
        return Payer("", name, "SE", "SE" + str(self.rnd.randrange(10**20, 10**21)), False, 0)

    def _shown(self, payer: Payer) -> tuple[str, str]:
        """(name, account) as the bank shows them."""
        rnd = self.rnd
        name = spelling(payer.alias if payer.alias and rnd.random() < 0.3 else payer.name, rnd,
                        self.mix.name_noise)  # fmt: skip
        account = payer.account if rnd.random() < self.mix.account_shown else ""
        return name if rnd.random() < 0.92 else "", account


__all__ = ["MIXES", "OWN_ACCOUNT", "Mix", "Row", "Village"]

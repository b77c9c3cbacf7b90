"""Properties of bank imports: repeatable, independent of order, twins stay apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank_files import (
    DAY,
    bank_file,
    books_in,
    bring_in,
    lines,
    payer,
    statement,
    transaction,
)

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.bank_file import BankFile, Transaction
from reskontra.engine.imports.feeds import Movement, link_day

LINES = st.builds(
    lambda amount, reference, bank_id, day, name: transaction(
        amount,
        reference,
        bank_reference=bank_id,
        booking_date=DAY.replace(day=day),
        counterparty=payer(name),
    ),
    st.sampled_from([100, -100, 200]),
    st.sampled_from(["", "1", "2"]),
    st.sampled_from(["", "", "A", "B"]),
    st.sampled_from([23, 24]),
    st.sampled_from(["", "Ada"]),
)
FEW = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


def stored(books: SqlBooks) -> Counter[tuple[object, ...]]:
    """Money lines by what the ledger cares for."""
    return Counter(
        (line.booking_date, line.amount, line.references) for line in lines(books, "new")
    )


@FEW
@given(files=st.lists(st.lists(LINES, max_size=6), min_size=1, max_size=3), data=st.data())
def test_a_line_is_stored_as_often_as_the_fullest_file_tells_it(
    folder: Path, files: list[list[Transaction]], data: st.DataObject
) -> None:
    books = books_in(folder)
    told: Counter[str] = Counter()
    order = data.draw(st.permutations(files + files))
    for rows in order:
        bring_in(books, bank_file(statement(*rows)))
    counts = Counter(line.identity for line in lines(books))
    for rows in files:
        single = books_in(folder)
        bring_in(single, bank_file(statement(*rows)))
        told |= Counter(line.identity for line in lines(single))
    assert counts == told


@FEW
@given(rows=st.lists(LINES, max_size=8))
def test_the_same_file_again_changes_nothing(folder: Path, rows: list[Transaction]) -> None:
    books = books_in(folder)
    file = bank_file(statement(*rows))
    first = bring_in(books, file)
    again = bring_in(books, file)
    assert (first.new_lines, again.new_lines, len(again.present)) == (len(rows), 0, len(rows))
    assert not again.changes
    assert sum(stored(books).values()) == len(rows)


def formats(rows: Sequence[Transaction], ids: str) -> list[BankFile]:
    """The rows as camt.053, camt.054 and BgMax; ``ids``: who gives bank ids."""
    bare = [row._replace(bank_reference="", batch_id="") for row in rows]
    own = [row._replace(bank_reference=f"BGC{n}", batch_id="7") for n, row in enumerate(rows)]
    other = [row._replace(bank_reference=f"X{n}") for n, row in enumerate(rows)]
    details = {"shared": own, "none": bare, "different": other}[ids]
    lump = transaction(sum(row.amount for row in rows), booking_date=DAY)
    return [
        bank_file(statement(lump, kind="statement"), file_format="camt.053.001.08"),
        bank_file(statement(*details)),
        bank_file(statement(*reversed(own)), file_format="bgmax"),
    ]


@FEW
@given(
    rows=st.lists(LINES, min_size=1, max_size=6),
    ids=st.sampled_from(["shared", "none", "different"]),
    order=st.permutations(range(3)),
    again=st.lists(st.integers(0, 2), max_size=3),
)
def test_every_order_of_the_formats_gives_the_same_money(
    folder: Path, rows: list[Transaction], ids: str, order: list[int], again: list[int]
) -> None:
    files = formats(rows, ids)
    books, one_feed = books_in(folder), books_in(folder)
    for index in [*order, *again]:
        bring_in(books, files[index])
    bring_in(one_feed, files[1])
    assert stored(books) == stored(one_feed)
    assert len(lines(books, "reconciles")) == 1


MOVEMENTS = st.lists(
    st.builds(
        lambda amount, reference, bank_id, batch: (amount, reference, bank_id, batch),
        st.sampled_from([1, 2, -1]),
        st.sampled_from(["", "r"]),
        st.sampled_from(["", "a", "b"]),
        st.sampled_from(["", "d"]),
    ),
    max_size=5,
)


@given(ours=MOVEMENTS, theirs=MOVEMENTS)
def test_linking_takes_every_line_once_and_never_two_for_one_id(
    ours: list[tuple[int, str, str, str]], theirs: list[tuple[int, str, str, str]]
) -> None:
    incoming = [Movement(n, *row, group=row[3]) for n, row in enumerate(ours)]
    stored_lines = [Movement(100 + n, *row, group=row[3]) for n, row in enumerate(theirs)]
    linking = link_day(incoming, stored_lines)
    if linking.conflict:
        assert not linking.new
        return
    assert sorted([link.line for link in linking.links] + linking.new) == list(range(len(ours)))
    amounts = {movement.id: movement.amount for movement in (*incoming, *stored_lines)}
    exact = [link for link in linking.links if link.by != "batch_id"]
    assert all(amounts[link.line] == amounts[link.equals] for link in exact)
    assert len({link.equals for link in exact}) == len(exact)

"""Damaged files: an error with its place or a usable file, never another exception."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reskontra.adapters.formats.camt import read
from reskontra.engine.errors import ReskontraError

GOLDEN = Path(__file__).resolve().parents[4] / "golden" / "camt"
FILES = sorted(GOLDEN.glob("*.xml"))


def survives(data: bytes) -> bool:
    try:
        file = read(data, file="a.xml")
    except ReskontraError as error:
        return not all(problem.place is not None for problem in error.problems)
    assert file.statements
    assert all(
        statement.account.number and isinstance(line.amount, int)
        for statement in file.statements
        for line in statement.transactions
    )
    return True


def damaged(data: bytes) -> Iterator[bytes]:
    """One byte altered, dropped or doubled, at places all over the file."""
    for position in range(0, len(data), max(1, len(data) // 60)):
        for mask in (0x01, 0x10, 0x20, 0x80):
            yield data[:position] + bytes([data[position] ^ mask]) + data[position + 1 :]
        yield data[:position] + data[position + 1 :]
        yield data[:position] + data[position : position + 1] + data[position:]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_that_was_cut_off_is_refused(path: Path) -> None:
    data = path.read_bytes().rstrip()
    for cut in range(0, len(data), len(data) // 50):
        assert not survives(data[:cut])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_damaged_byte_is_an_error_or_harmless(path: Path) -> None:
    data = path.read_bytes()
    assert survives(data)
    results = [survives(each) for each in damaged(data)]
    assert False in results


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("<c:PgNb>3</c:PgNb>", "<c:PgNb>²</c:PgNb>"),
        ("<c:PgNb>3</c:PgNb>", f"<c:PgNb>{'9' * 5000}</c:PgNb>"),
        ("<c:Id>S-07</c:Id>", "<c:Id/>"),
        ("2026-11-23T20:00:00", "yesterday"),
    ],
)
def test_numbers_and_times_that_are_none_are_ignored(good: str, bad: str) -> None:
    text = (GOLDEN / "camt.053.001.07.xml").read_text("utf-8")
    assert good in text
    assert survives(text.replace(good, bad).encode())


@pytest.mark.parametrize("digits", ["٣٣", "１２", "²"])
def test_digits_of_other_alphabets_are_no_amount(digits: str) -> None:
    text = (GOLDEN / "camt.054.001.03.xml").read_text("utf-8")
    assert ">250.00<" in text
    with pytest.raises(ReskontraError, match="RK507"):
        read(text.replace(">250.00<", f">{digits}<").encode(), file="a.xml")


@pytest.mark.parametrize("day", ["2026-W47-1", "20261123", "2026-11-23garbage", "٢٠٢٦-11-23"])
def test_days_are_written_in_one_way(day: str) -> None:
    text = (GOLDEN / "camt.054.001.03.xml").read_text("utf-8")
    with pytest.raises(ReskontraError, match="RK506"):
        read(text.replace("2026-11-23</Dt></Bookg", f"{day}</Dt></Bookg").encode(), file="a.xml")

"""``undo``: what is taken back is named for what it is, and a dry run says what blocks it."""

from __future__ import annotations

from tests.acceptance.company import Company


def test_one_payment_is_told_as_one_payment(booked: Company) -> None:
    told = booked.cli("undo", "payment:P0000001")
    assert told.err.startswith(
        "Taking back line:1 of run:1 touches 1 bank line, 1 document, 1 application, 1 voucher"
    )
    assert told.out == (
        "run:2 took back 1 bank line: 1 payment voided, 1 voucher reversed. "
        "The line waits until it is released.\n"
    )


def test_a_run_is_told_by_kind(filled: Company) -> None:
    (filled.folder / "differences.yaml").write_text("differences:\n  write_off: true\n")
    filled.cli("run", expect=2)
    told = filled.cli("undo", "run:1")
    assert told.err.startswith("Taking back run:1 touches")
    assert "31 payments voided, 1 small balance write off voided" in told.out
    assert "The lines wait until they are released." in told.out

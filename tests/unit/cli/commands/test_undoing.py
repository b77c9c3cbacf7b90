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


def test_a_dry_run_of_an_import_says_what_blocks_it(booked: Company) -> None:
    before = booked.dump()
    blocked = booked.cli("undo", "import:3", "--dry-run", expect=64)
    assert blocked.codes == ["RK598"]
    assert blocked.err == booked.cli("undo", "import:3", expect=64).err
    assert "18 of its bank lines are booked: line:1 (run:1" in blocked.err
    assert "line:5 (run:1" in blocked.err
    assert " and 13 more" in blocked.err
    assert "reskontra undo run:1" in blocked.err
    booked.cli("undo", "run:1")
    free = booked.cli("undo", "import:3", "--dry-run")
    assert "would be withdrawn, nothing blocks it" in free.err
    assert "import:3 is withdrawn" in booked.cli("undo", "import:3").out
    assert booked.dump() != before


def test_a_blocked_import_of_documents_names_each_once(booked: Company) -> None:
    blocked = booked.cli("undo", "import:2", "--dry-run", expect=64)
    count = int(blocked.err.split(", ")[1].split()[0])
    named, more = blocked.err.splitlines()[0].split("applied: ")[1].rsplit(" and ", 1)
    assert len(named.split(", ")) + int(more.split()[0]) == count
    assert "invoice 310001" in named


def test_cascade_is_for_runs(filled: Company) -> None:
    before = filled.dump()
    refused = filled.cli("undo", "import:4", "--cascade", expect=64)
    assert "--cascade" in refused.err
    assert filled.dump() == before

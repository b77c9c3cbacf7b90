"""A month is closed, looked at and opened again on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.company import Company

TABLES = {
    "customers.csv": "number,name\n42,Ek AB\n",
    "items.csv": "number,kind,customer,document_date,due_date,currency,amount,open_amount,"
    "references\n10377,invoice,42,2026-08-01,2026-09-01,SEK,1250.00,1250.00,1037779\n"
    "P1,payment,42,2026-08-20,,SEK,10.00,10.00,\n",
    "bank.csv": "id,booking_date,amount,currency,reference,text,payer_name\n"
    "B1,2026-09-28,1250.00,SEK,1037779,,Ek AB\nB2,2026-10-02,10.00,SEK,,,Nobody\n",
}


def test_a_month_is_closed_and_opened_again(tmp_path: Path) -> None:
    company = Company(tmp_path / "workspace")
    company.begin(TABLES)

    left = company.cli("close", "2026-09", expect=1)
    assert left.codes == ["RK862"]
    assert "bank lines decided: 1 undecided, the first is line:1" in left.err
    late = company.cli("close", "2026-09", "--reason", "report is due")
    assert "Period 2026-09 is closed (soft)." in late.out
    assert (
        "RK860 period 2026-09 is closed (soft): not booked"
        in company.cli("match", "--lines", expect=2).out
    )
    settle = ("settle", "payments", "--customer", "42", "--on", "2026-09-30")
    assert "RK860 warning: period 2026-09 is closed" in company.cli(*settle, expect=2).err
    assert company.cli(*settle, "--apply", expect=64).codes == ["RK860"]
    company.cli("reopen", "2026-09", expect=64)
    company.cli("reopen", "2026-09", "--reason", "the payment belongs there")
    company.cli("run", expect=2)
    waits = company.cli("close", "2026-09", "--hard", expect=1)
    assert "vouchers transferred: 1 up to 2026-09-30 wait" in waits.err
    company.cli("transfer", "create")
    shown = company.cli("close", "2026-09", "--hard").err
    assert [line.split()[0] for line in shown.splitlines() if line.startswith("  ")] == ["done"] * 6
    assert company.cli("close", "2026-10", "--hard", expect=1).codes == ["RK862"] * 2
    assert company.cli("close", "2026-13", expect=64).codes == ["RK861"]
    (row,) = company.cli("show", "periods", "--format", "json").json()
    assert (row["period"], row["state"], row["vouchers"]) == ("2026-09", "hard", 1)
    assert row["not_transferred"] == 0
    assert "stängd för gott" in company.cli("--lang", "sv", "show", "periods").out

    company.cli("undo", "run:1", "--reason", "not theirs")
    dates = {r["date"] for r in company.cli("show", "journal", "--format", "json").json()}
    assert dates == {"2026-09-28", "2026-10-01"}
    assert company.cli("show", "reconciliation", "--as-of", "2026-09-30").code == 0
    company.cli("check")

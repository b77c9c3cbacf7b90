"""A released document that was wrong, as a person puts it right: reversed and entered anew."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.company import Company

RIGHT = """documents:
  - kind: invoice
    customer: 42
    date: 2026-11-23
    lines: [{text: Roof work, quantity: 2, price: 1200.00}]
"""


def open_by_number(company: Company) -> dict[str, str]:
    shown = company.cli("show", "documents", "--format", "csv")
    return {row["number"]: row["open"] for row in shown.table()}


def test_a_document_is_put_right(tmp_path: Path) -> None:
    company = Company(tmp_path / "workspace")
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    company.cli("customers", "add", "--number", "42", "--name", "Ek AB")
    line = ("--line", "Roof work;3;1250.00")
    company.cli("documents", "add", "--customer", "42", "--date", "2026-11-20", *line)
    company.cli("documents", "release", "draft:1", "--apply")
    company.cli("documents", "pay", "10001", "--amount", "1000.00", "--on", "2026-11-22", "--apply")

    wrong = ("documents", "correct", "10001", "--reason", "price agreed")
    assert company.cli(*wrong, "--set", "term=14", expect=64).codes == ["RK800"]
    assert company.cli(*wrong, "--set", "terms=nonsense", expect=65).codes == ["RK801"]
    shown = company.cli(*wrong, "--line", "Roof work;3;1200.00", "--out", "right.plan", expect=2)
    assert "entered anew it comes to 4\N{NO-BREAK SPACE}500,00 SEK" in shown.out
    booked = company.cli("apply", "right.plan", "--reason", "price agreed")
    assert "run:3: credit note 10002; 1 application" in booked.out
    assert "documents release draft:2" in booked.err
    assert open_by_number(company) == {"10002": "-1000.00"}, "what was paid is the customer's"

    assert company.cli(*wrong, expect=64).codes == ["RK819"]
    note = ("documents", "correct", "10002", "--reason", "not so")
    assert company.cli(*note, "--set", "terms=14", expect=64).codes == ["RK823"]
    company.cli("documents", "release", "draft:2", "--apply")
    company.cli("documents", "apply", "10002", "10003", "--apply")
    assert open_by_number(company) == {"10003": "3500.00"}
    assert company.cli("undo", "run:3", expect=3).codes == ["RK738"]

    (company.path / "right.yaml").write_text(RIGHT)
    again = ("documents", "correct", "10003", "--reason", "two days only", "--file", "right.yaml")
    assert company.cli(*again, *line, expect=64).codes == []
    company.cli(*again, "--apply")
    assert company.cli("documents", "show", "draft:3", "--format", "json").json()
    company.cli("check")

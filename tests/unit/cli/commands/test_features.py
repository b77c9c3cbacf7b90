"""A feature that is switched off: its fields, documents and commands say so, and all at once."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.company import Company

OFF = """ledger:
  features:
    {parent_child: false, locations: false, dunning: false, overdue_charges: false,
     multi_currency: false, multi_branch: false, vat_reporting: false}
"""
DOCUMENTS = """documents:
  - kind: dunning_fee
    customer: 1
    date: 2026-11-20
    currency: EUR
    location: STORE
    lines: [{text: Fee, price: 60}]
  - {kind: invoice, customer: 1, date: 2026-11-20, lines: [{text: Work, price: 60}]}
"""


def test_what_is_off_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    company = Company(tmp_path / "workspace")
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    (company.folder / "ledger.yaml").write_text(OFF)
    company.cli("lint")
    add = ("customers", "add", "--number", "1", "--name", "Ek AB", "--set", "currency=SEK")
    more = ("locations.STORE.name=Store", "parent=7", "currency=EUR", "overdue_charges=true",
            "dunning.blocked=true", "dunning.reason=x")  # fmt: skip
    wanted = [word for field in more for word in ("--set", field)]
    refused = company.cli(*add[:-2], *wanted, expect=65)
    assert refused.codes.count("RK332") == len(more)
    assert "currency: ledger.features.multi_currency is off" in refused.err
    company.cli(*add, "--set", "locations.PRIMARY.name=Main")

    (company.path / "documents.yaml").write_text(DOCUMENTS)
    told = company.cli("documents", "import", "documents.yaml", expect=65)
    assert told.codes.count("RK332") == 3
    assert "documents.yaml:2:" in told.err
    assert "dunning fee: ledger.features.dunning is off" in told.err

    on = ("--on", "2026-11-30")
    for words in (
        ("settle", "payments", "--children", *on), ("settle", "discount-vat", *on),
        ("show", "vat", "--period", "2026-11"), ("--branch", "north", "match"),
    ):  # fmt: skip
        (company.folder / "branches" / "north").mkdir(parents=True, exist_ok=True)
        assert company.cli(*words, expect=64).codes == ["RK332"], words
    company.cli("settle", "payments", *on)

"""From files to preferences: defaults, layers, overrides, hash, actors."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from reskontra.config import scaffold
from reskontra.config.company import LoadedCompany, load_company
from reskontra.config.lint import CompanyUnderLint, lint_report, lint_workspace
from reskontra.config.workspace import choose_company, load_workspace, resolve_actor
from reskontra.engine.errors import Exit, Place, Problem, ReskontraError
from reskontra.engine.preferences.matching import TIERS


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with the Swedish company ``nordic``."""
    folder = tmp_path / "ws"
    scaffold.create(folder, country="se", company="nordic", name="Nordic AB", login="anna")
    return folder


def load(root: Path, *overrides: str, branch: str = "") -> LoadedCompany:
    return load_company(load_workspace(root), "nordic", branch=branch, overrides=overrides)


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def with_examples(root: Path) -> None:
    """Every cash account gets the identifiers that its file shows as an example."""
    for path in root.glob("companies/*/cash_accounts.yaml"):
        path.write_text(path.read_text("utf-8").replace("# identifiers:", "identifiers:"), "utf-8")


def test_a_new_company_is_cautious(root: Path) -> None:
    found = load(root).preferences
    assert found.company.mode == "test"
    assert found.matching.auto.tiers == ("reference",)
    assert found.differences.write_off is False
    assert found.differences.rounding["SEK"] == 100
    assert found.differences.rounding_limit("SEK") == 0
    assert found.matching.netting is True
    assert found.matching.interchangeable == "oldest_due"
    assert found.matching.duplicate_days == 14
    assert (found.matching.combination_documents, found.matching.combination_pool) == (6, 30)
    digits = found.matching.text_digits_with_amount, found.matching.text_digits_without_amount
    assert digits == (4, 5)
    assert (found.matching.ref_cutoff, found.matching.payee_cutoff) == (8000, 8000)
    auto = found.matching.auto
    assert (auto.absolute, auto.relative, auto.floor, auto.mode) == (7500, 2500, 5000, "strict")


@pytest.mark.parametrize(
    ("country", "currency", "receivables", "rounding"),
    [("se", "SEK", "1510", 100), ("no", "NOK", "1500", 100), ("fi", "EUR", "1700", 50),
     ("dk", "DKK", "6190", 100)],
)  # fmt: skip
def test_each_country_starts_clean(
    tmp_path: Path, country: str, currency: str, receivables: str, rounding: int
) -> None:
    scaffold.create(tmp_path / "w", country=country, company="one", name="One", login="anna")
    (problem,) = lint_workspace(tmp_path / "w")
    assert (problem.code, problem.severity) == ("RK316", "warning")
    assert str(problem.place) == "companies/one/cash_accounts.yaml:7:5"
    with_examples(tmp_path / "w")
    assert lint_workspace(tmp_path / "w") == []
    found = load_company(load_workspace(tmp_path / "w"), "one").preferences
    assert found.company.currency == currency
    assert found.accounts.account("ar_trade") == receivables
    assert found.differences.rounding[currency] == rounding
    assert found.cash_accounts[0].currency == currency
    assert len(found.references) == 1


def test_money_becomes_minor_units_exactly(root: Path) -> None:
    text = "differences:\n  write_off: true\n  rounding: {SEK: 1.50, EUR: 0.05, JPY: 3}\n"
    write(root, "companies/nordic/differences.yaml", text + "  write_off_limit: {JPY: 9}\n")
    found = load(root).preferences.differences
    assert found.rounding == {"SEK": 150, "NOK": 100, "DKK": 100, "EUR": 5, "JPY": 3}
    assert found.rounding_limit("JPY") == 3
    assert found.rounding_limit("SEK") == 100


def test_largest_amounts_per_tier(root: Path) -> None:
    key = "matching.auto.max_amount.invoice_number"
    found = load(root, f"{key}={{SEK: 100000.00}}", f"{key}.EUR=0.07").preferences.matching.auto
    assert found.max_amount == {"invoice_number": {"SEK": 10_000_000, "EUR": 7}}


def test_partner_company_and_branch_lie_above_each_other(root: Path) -> None:
    write(root, "partner/matching.yaml", "matching: {duplicate_days: 20, netting: false}\n")
    write(root, "companies/nordic/matching.yaml", "matching: {duplicate_days: 21}\n")
    write(root, "companies/nordic/branches/gbg/matching.yaml", "matching: {duplicate_days: 22}\n")
    assert load(root).preferences.matching.duplicate_days == 21
    loaded = load(root, branch="gbg")
    assert loaded.preferences.matching.duplicate_days == 22
    assert loaded.preferences.matching.netting is False
    assert loaded.preferences.company.branch == "gbg"
    origin = loaded.origins["matching.duplicate_days"]
    chain = []
    while origin is not None:
        chain.append(f"{origin.layer} {origin.place.file}:{origin.place.line} {origin.value}")
        origin = origin.previous  # type: ignore[assignment]
    assert chain == [
        "branch companies/nordic/branches/gbg/matching.yaml:1 22",
        "company companies/nordic/matching.yaml:1 21",
        "partner partner/matching.yaml:1 20",
        "default defaults/matching.yaml:34 14",
    ]


def test_an_override_never_changes_files(root: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert load(root, "matching.auto.absolute=0.8").preferences.matching.auto.absolute == 8000
    assert load(root).preferences.matching.auto.absolute == 7500
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_overrides_reach_items_of_lists(root: Path) -> None:
    found = load(root, "cash_accounts.main.feed=statement", "matching.auto.tiers=[reference, text]")
    assert found.preferences.cash_account("main").feed == "statement"
    assert found.preferences.matching.auto.tiers == ("reference", "text")
    assert str(found.origins["cash_accounts.main.feed"].place).startswith("--set cash_accounts")


def test_all_wrong_overrides_are_reported_at_once(root: Path) -> None:
    with pytest.raises(ReskontraError) as raised:
        load(root, "matching.nettin=true", "x=1", "matching.netting=yes", "matching", "a.=1")
    codes = [problem.code for problem in raised.value.problems]
    assert codes == ["RK101", "RK101", "RK105", "RK108", "RK108"]


def test_the_hash_sees_values_not_comments(root: Path) -> None:
    first = load(root).content_hash
    path = root / "companies/nordic/matching.yaml"
    path.write_text(path.read_text("utf-8") + "# a comment\n", "utf-8")
    assert load(root).content_hash == first
    write(root, "companies/nordic/matching.yaml", "matching: {ref_cutoff: 0.8}\n")
    assert load(root).content_hash == first
    assert load(root, "matching.ref_cutoff=0.81").content_hash != first


def test_accounts_and_numbers_may_be_written_without_quotes(root: Path) -> None:
    write(root, "companies/nordic/accounts.yaml", "accounts: {roles: {ar_trade: 0151}}\n")
    write(
        root,
        "companies/nordic/cash_accounts.yaml",
        "cash_accounts:\n  - {id: main, account: 1930, currency: SEK,\n"
        "     identifiers: {bankgiro: [991-2346, 55555551],\n"
        "       iban: se45 5000 0000 0583 9825 7466}}\n",
    )
    found = load(root).preferences
    assert found.accounts.account("ar_trade") == "0151"
    assert found.cash_account("main").account == "1930"
    expected = ("9912346", "55555551", "SE4550000000058398257466")
    assert found.cash_account("main").identifiers == expected


def test_series_patterns_expand(root: Path) -> None:
    found = load(root).preferences.numbering
    (row,) = found.series_for("payment").rows
    assert (row.start_number, row.end_number, row.step) == ("P0000001", "P9999999", 1)
    (row,) = found.series_for("invoice").rows
    assert (row.start_number, row.end_number) == ("10001", "")


def test_rows_of_the_company_replace_a_pattern_of_the_defaults(root: Path) -> None:
    text = """
numbering:
  series:
    - id: documents
      rows:
        - {start_number: 2027-00001, end_number: 2027-99999, start_date: 2027-01-01}
        - {start_number: 2026-00001, end_number: 2026-99999, start_date: 2026-01-01}
"""
    write(root, "companies/nordic/numbering.yaml", text)
    rows = load(root).preferences.numbering.series_for("invoice").rows
    assert [row.start_number for row in rows] == ["2026-00001", "2027-00001"]


def test_rule_files_company_first(root: Path) -> None:
    write(root, "partner/rules/a.yaml", "pack: a\n")
    write(root, "companies/nordic/branches/gbg/rules/c.yaml", "pack: c\n")
    labels = [label for label, _text in load(root, branch="gbg").rule_files]
    assert labels == [
        "companies/nordic/branches/gbg/rules/c.yaml",
        "companies/nordic/rules/bank_rules.yaml",
        "partner/rules/a.yaml",
    ]


def test_removed_items_are_shown(root: Path) -> None:
    text = "numbering:\n  series:\n    - {id: refunds, $remove: true}\n  use: {refund: payments}\n"
    write(root, "companies/nordic/numbering.yaml", text)
    loaded = load(root)
    removed = loaded.removed["numbering.series.refunds"]
    assert str(removed.place) == "companies/nordic/numbering.yaml:3:7"
    assert "refunds" not in {series.id for series in loaded.preferences.numbering.series}


def test_the_default_company(root: Path) -> None:
    workspace = load_workspace(root / "companies" / "nordic")
    assert (workspace.path, workspace.companies) == (root.resolve(), ("nordic",))
    assert choose_company(workspace, "") == "nordic"
    scaffold.create(root, country="no", company="vest", name="Vest AS", login="anna")
    write(root, "reskontra.yaml", "format: 1\n")
    with pytest.raises(ReskontraError) as raised:
        choose_company(load_workspace(root), "")
    assert raised.value.exit_code == Exit.USAGE


def test_the_database_lies_in_the_workspace(root: Path) -> None:
    expected = f"sqlite:///{root.resolve().as_posix()}/.reskontra/ledger.sqlite"
    assert load_workspace(root).database_url == expected
    write(root, "reskontra.yaml", "format: 1\ndatabase: postgresql+psycopg://host/books\n")
    assert load_workspace(root).database_url == "postgresql+psycopg://host/books"


def test_actors(root: Path) -> None:
    workspace = load_workspace(root)
    anna = resolve_actor(workspace, "anna", "nordic")
    assert anna.roles == ("clerk", "approver", "controller", "consultant")
    with pytest.raises(ReskontraError, match="RK206"):
        resolve_actor(workspace, "bo", "nordic")
    (root / "users.yaml").unlink()
    assert resolve_actor(load_workspace(root), "bo", "nordic").has("approver")


@pytest.mark.parametrize(
    ("country", "shown"),
    [
        ("se", ("556677-8899", "bankgiro", "camt.054 and BgMax", "# ar_trade: 1510")),
        ("no", ("988 077 917", "NO93 8601 1117 947", "kontonummer", "# ar_trade: 1500")),
        ("fi", ("1234567-1", "FI21 1234 5600 0007 85", "# ar_trade: 1700")),
        ("dk", ("12345674", "DK50 0040 0440 1162 43", "# ar_trade: 6190")),
    ],
)
def test_a_country_shows_its_own_examples(
    tmp_path: Path, country: str, shown: tuple[str, ...]
) -> None:
    scaffold.create(tmp_path / "w", country=country, company="one", name="One", login="anna")
    files = (tmp_path / "w/companies/one").glob("*.yaml")
    text = "".join(path.read_text("utf-8") for path in sorted(files))
    assert [word for word in shown if word not in text] == []
    swedish = ("BgMax", "bankgiro", "556677")
    assert [word for word in swedish if word in text and country != "se"] == []
    assert "<<" not in text
    assert "go-live`" not in text


def test_the_tiers_that_are_shown_are_those_that_can_be_booked(root: Path) -> None:
    text = (root / "companies/nordic/matching.yaml").read_text("utf-8")
    comment = text.split("strongest first:")[1].split("# A new company")[0]
    shown = comment.replace("#", "").replace(",", " ").split()
    assert shown == [tier for tier in TIERS if tier not in {"payment", "rule", "manual"}]


def test_init_adds_a_company_and_overwrites_nothing(root: Path) -> None:
    before = (root / "users.yaml").read_bytes()
    scaffold.create(root, country="fi", company="oy", name="Suomi Oy", login="bo")
    assert (root / "users.yaml").read_bytes() == before
    assert load_workspace(root).companies == ("nordic", "oy")
    with pytest.raises(ReskontraError, match="RK117"):
        scaffold.create(root, country="fi", company="oy", name="Suomi Oy", login="bo")


def test_a_copy_takes_settings_but_not_identity_and_starts_in_test_mode(root: Path) -> None:
    write(root, "companies/nordic/matching.yaml", "matching: {duplicate_days: 30}\n")
    write(root, "companies/nordic/company.yaml",
          "company: {name: Nordic AB, country: SE, mode: live}\n")  # fmt: skip
    source = root / "companies/nordic"
    scaffold.create(root, country="se", company="syd", name="Syd AB", login="a", source=source)
    found = load_company(load_workspace(root), "syd").preferences
    assert (found.company.name, found.company.mode) == ("Syd AB", "test")
    assert found.matching.duplicate_days == 30
    with pytest.raises(ReskontraError, match="RK119"):
        scaffold.create(root, country="se", company="ost", name="O", login="a", source=root / "x")
    assert not (root / "companies/ost").exists()


def test_init_survives_names_that_yaml_would_misread(tmp_path: Path) -> None:
    name = 'No: "Åkeri & Söner" #1 \\ {x}'
    scaffold.create(tmp_path / "w", country="se", company="no", name=name, login="0012")
    workspace = load_workspace(tmp_path / "w")
    assert load_company(workspace, "no").preferences.company.name == name
    assert workspace.users[0].login == "0012"
    assert workspace.default_company == "no"


def test_lint_reports_every_file_of_every_company_at_once(root: Path) -> None:
    scaffold.create(root, country="no", company="vest", name="Vest AS", login="anna")
    write(root, "companies/vest/matching.yaml", "matching: {nettin: true}\n")
    write(root, "companies/nordic/differences.yaml", "differences: {short: no}\n")
    write(root, "users.yaml", "users: [{login: anna, roles: [boss]}]\n")
    places = [str(problem.place) for problem in lint_workspace(root)]
    assert places == [
        "companies/nordic/differences.yaml:1:22",
        "companies/vest/matching.yaml:1:12",
        "users.yaml:1:31",
    ]


def test_lint_hands_rule_files_to_other_checks_even_when_the_company_has_errors(
    root: Path,
) -> None:
    write(root, "companies/nordic/matching.yaml", "matching: {nettin: true}\n")
    seen: list[CompanyUnderLint] = []

    def check(subject: CompanyUnderLint) -> list[Problem]:
        seen.append(subject)
        place = Place("companies/nordic/rules/bank_rules.yaml", 7, 1)
        return [Problem("RK400", "from a rule", place)]

    found = lint_report(root, [check]).problems
    assert [problem.code for problem in found] == ["RK101", "RK400"]
    assert found[1].excerpt == "stage: classify"
    assert seen[0].preferences is None
    assert seen[0].rule_files[0][0] == "companies/nordic/rules/bank_rules.yaml"


def test_a_problem_of_the_partner_is_reported_once(root: Path) -> None:
    scaffold.create(root, country="no", company="vest", name="Vest AS", login="anna")
    write(root, "partner/matching.yaml", "matching: {nettin: true}\n")
    assert len(lint_workspace(root)) == 1


def test_twenty_companies_lint_within_a_second(tmp_path: Path) -> None:
    for number in range(20):
        scaffold.create(
            tmp_path / "w", country="se", company=f"c{number:02}", name="C", login="anna"
        )
    with_examples(tmp_path / "w")
    lint_workspace(tmp_path / "w")
    started = time.process_time()
    report = lint_report(tmp_path / "w")
    assert (report.companies, report.problems) == (20, ())
    assert time.process_time() - started < 1.0


def test_the_workspace_module_is_cheap_to_import() -> None:
    code = (
        "import sys, reskontra.config.workspace\n"
        "heavy = {'yaml', 'jsonschema', 'polars', 'stdnum'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("country", "calendar", "rate", "rounding"),
    [("se", "SE", 2500, 100), ("no", "NO", 2500, None), ("fi", "FI", 2550, None),
     ("dk", "DK", 2500, None)],
)  # fmt: skip
def test_the_country_brings_calendar_vat_and_rounding(
    tmp_path: Path, country: str, calendar: str, rate: int, rounding: int | None
) -> None:
    scaffold.create(tmp_path / "w", country=country, company="one", name="One", login="anna")
    found = load_company(load_workspace(tmp_path / "w"), "one").preferences
    assert found.terms.calendar_of().id == calendar
    assert found.vat.code(found.vat.default).rate == rate
    step = found.ledger.roundings.get(found.company.currency)
    assert (step.precision if step else None) == rounding
    assert found.ledger.reason_code(found.ledger.balance_reason).role == "rounding"
    assert found.customers.default_class == "DEFAULT"


def test_a_company_writes_over_the_ledger_preferences(root: Path) -> None:
    write(
        root,
        "companies/nordic/ledger.yaml",
        """
ledger:
  rounding: [{id: SEK, rule: currency}, {id: EUR, rule: up, precision: 0.05}]
  rounding_limit: 2.50
""",
    )
    write(
        root,
        "companies/nordic/terms.yaml",
        """
terms:
  codes:
    - {id: early, days: 30, discount: {percent: 2.5, days: 10, tolerance: {SEK: 1.00}}}
""",
    )
    write(
        root,
        "companies/nordic/customer_classes.yaml",
        """
customer_classes: [{id: DEFAULT, defaults: {terms: early}}]
""",
    )
    found = load(root).preferences
    assert set(found.ledger.roundings) == {"EUR"}
    assert found.ledger.roundings["EUR"].precision == 5
    assert found.ledger.rounding_limit == 250
    discount = found.terms.terms("early").discount
    assert discount is not None
    assert (discount.percent, discount.days, discount.tolerance) == (250, 10, {"SEK": 100})
    assert found.customers.classes["DEFAULT"] == {"terms": "early"}

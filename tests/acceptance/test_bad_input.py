"""Bad input: a clear error with code, file and line, and nothing lost: books as before, ``check``
clean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from tests.acceptance.company import Company

Edit = Callable[[bytes], bytes]


def refused(company: Company, *arguments: str, code: str, exit_code: int = 65) -> str:
    """The command fails with ``code``, and the books are as they were. Gives the message."""
    before = company.dump()
    result = company.cli(*arguments, expect=exit_code)
    assert code in result.codes, result.err
    assert "Traceback" not in result.err
    assert company.dump() == before
    company.check()
    return result.err


# --- Configuration ---


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("matching:\n  auto:\n    teirs: [reference]\n", "RK101", 3),
        ("matching:\n  auto:\n    tiers: [reference]\n    tiers: [list]\n", "RK102", 4),
        ("matching:\n  auto:\n\ttiers: [reference]\n", "RK100", 3),
        ("matching:\n  auto: {tiers: [referense]}\n", "RK106", 2),
        ("matching: [\n", "RK100", 2),
    ],
)
def test_wrong_yaml(filled: Company, text: str, code: str, line: int) -> None:
    """Lint finds it, and no command works with half of a configuration."""
    good = (filled.folder / "matching.yaml").read_bytes()
    (filled.folder / "matching.yaml").write_text(text)
    before_fix = filled.cli("lint", expect=1).out
    assert code in before_fix
    assert f"matching.yaml:{line}:" in before_fix
    assert filled.cli("match", expect=65).codes[:1] == [code]
    (filled.folder / "matching.yaml").write_bytes(good)
    filled.plan()
    filled.check()


def test_a_wrong_rule_stops_match_with_its_place(filled: Company) -> None:
    path = filled.folder / "rules" / "own.yaml"
    path.write_text(
        "pack: own\nstage: match\ndecide: first\nrules:\n  - id: x\n    rule: X\n"
        "    when: {teir: reference}\n    then: {outcome: apply}\n    because: x\n"
    )
    before = filled.dump()
    lint = filled.cli("lint", expect=1).out
    assert "own.yaml:7" in lint
    assert "tier" in lint
    found = filled.cli("match", expect=65)
    assert "own.yaml:7" in found.err
    assert filled.dump() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["match", "--frobnicate"],
        ["import", "bank"],
        ["import", "wrong", "x"],
        ["undo"],
        ["resolve", "line:1", "--accept", "x"],
        ["export", "decisions", "--format", "xlsx"],
        ["show", "ageing", "--buckets", "60,30"],
    ],
)
def test_unknown_words_are_usage(filled: Company, arguments: list[str]) -> None:
    before = filled.dump()
    result = filled.cli(*arguments, expect=64)
    assert result.err
    assert "Traceback" not in result.err
    assert filled.dump() == before


@pytest.mark.parametrize(
    "command",
    ["match", "lint", "lint .", "doctor", "packs list", "config why tiers", "db upgrade"],
)
def test_unknown_company(filled: Company, command: str) -> None:
    for name in (("--company", "nordlys"), ("--branch", "oslo")):
        result = filled.cli(*name, *command.split(), expect=64)
        assert (result.codes, result.out) == (["RK118"], "")


# --- Customers and open items ---

HEADER = "number,kind,customer,document_date,due_date,currency,amount,open_amount,references\n"
ROW = "500001,invoice,1001,2026-11-01,2026-12-01,SEK,100.00,100.00,\n"
OTHER = ROW.replace("500001", "500002")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (OTHER.replace("1001", "9999"), "RK594"),
        (ROW, "RK576"),
        (OTHER.replace("500002", "310050"), "RK595"),
        (OTHER.replace("SEK", "EUR"), "RK596"),
        (OTHER.replace("SEK", "kronor"), "RK509"),
        (OTHER.replace("100.00,100.00", "100.00,200.00"), "RK578"),
        (OTHER.replace("100.00,100.00", "1e2,1.00"), "RK507"),
        (OTHER.replace("100.00,100.00", "100.001,100.00"), "RK574"),
        (OTHER.replace("2026-12-01", "2026-02-30"), "RK506"),
        (OTHER.replace("2026-12-01", "01.12.2026"), "RK575"),
        (OTHER.replace("invoice", "bill"), "RK577"),
        ("500002,invoice\n", "RK573"),
    ],
)
def test_wrong_open_items(filled: Company, row: str, code: str) -> None:
    """One bad row of two, and not even the good one is entered; the message names the line."""
    path = filled.path / "more.csv"
    path.write_text(HEADER + ROW + row)
    said = refused(filled, "import", "open-items", "more.csv", code=code)
    assert "more.csv:3" in said
    path.write_text(HEADER + ROW)
    filled.cli("import", "open-items", "more.csv")
    filled.check()


def test_every_problem_of_a_file_at_once(filled: Company) -> None:
    rows = [ROW.replace("500001", f"50000{n}").replace("1001", f"999{n}") for n in range(3)]
    (filled.path / "more.csv").write_text(HEADER + "".join(rows))
    said = refused(filled, "import", "open-items", "more.csv", code="RK594")
    assert [f"more.csv:{n}" in said for n in (2, 3, 4)] == [True] * 3
    rows[1] = rows[1].replace("2026-12-01", "2026-02-30").replace("100.00,1", "1e2,1")
    (filled.path / "more.csv").write_text(HEADER + "".join(rows))
    said = filled.cli("import", "open-items", "more.csv", expect=65).err
    assert re.findall(r"(?m)^more\.csv:(\d): (RK\d+)", said) == [
        ("2", "RK594"), ("3", "RK507"), ("3", "RK506"), ("3", "RK594"), ("4", "RK594"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("2001,A,SE,SEK\n2001,B,SE,SEK\n", "RK576"),
        ("2001,A,SE,kr\n", "RK509"),
        (",A,SE,SEK\n", "RK577"),
    ],
)
def test_wrong_customers(filled: Company, rows: str, code: str) -> None:
    (filled.path / "more.csv").write_text("number,name,country,currency\n" + rows)
    said = refused(filled, "import", "customers", "more.csv", code=code)
    assert "more.csv:" in said


def test_a_column_that_is_missing_or_unknown(filled: Company) -> None:
    (filled.path / "more.csv").write_text("number,kind\n500001,invoice\n")
    refused(filled, "import", "open-items", "more.csv", code="RK570")
    (filled.path / "more.csv").write_text(HEADER.replace("kind", "kind,colour"))
    refused(filled, "import", "open-items", "more.csv", code="RK571")


def test_unknown_dialect(filled: Company) -> None:
    wrong = ("open_items.csv", "--dialect", "nordea")
    said = refused(filled, "import", "open-items", *wrong, code="RK579", exit_code=64)
    assert "open_items_semicolon" in said


# --- Bank files ---


def replaced(old: str, new: str) -> Edit:
    """The file with every ``old`` changed."""

    def edit(data: bytes) -> bytes:
        assert old.encode("latin-1") in data
        return data.replace(old.encode("latin-1"), new.encode("latin-1"))

    return edit


BANK_FILES: list[tuple[str, str, Edit, str]] = [
    ("empty", "bgmax.txt", lambda _: b"", "RK500"),
    ("missing", "nothing.txt", lambda data: data, "RK501"),
    ("pdf", "bgmax.txt", lambda _: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "RK504"),
    ("web page", "camt054.xml", lambda _: b"<!DOCTYPE html><html>Log in</html>", "RK504"),
    ("zip", "bgmax.txt", lambda data: b"PK\x03\x04" + data, "RK504"),
    ("binary", "bgmax.txt", lambda _: bytes(range(256)) * 20, "RK503"),
    ("another format", "bgmax.txt", lambda _: b"UNA:+.? 'UNB+UNOC:3'", "RK501"),
    ("no layout", "bgmax.txt", lambda _: b"Date;Belopp\n2026-11-20;100,00\n", "RK501"),
    ("bgmax cut", "bgmax.txt", lambda d: d[: len(d) // 82 // 2 * 82], "RK549"),
    ("bgmax cut in a record", "bgmax.txt", lambda d: d[: len(d) // 2], "RK549"),
    ("bgmax amount changed", "bgmax.txt", replaced("000000000000100003", "000000000000900003"),
     "RK558"),
    ("bgmax payment twice", "bgmax.txt", lambda d: d[: 82 * 3] + d[82 * 2 :], "RK559"),
    ("bgmax letters in amount", "bgmax.txt",
     replaced("000000000000100003", "00000000000010000X"), "RK557"),
    ("bgmax of another company", "bgmax.txt", replaced("0009912346", "0005050105"), "RK511"),
    ("camt cut", "camt054.xml", lambda d: d[: len(d) // 2], "RK520"),
    ("camt with entities", "camt054.xml",
     replaced("<Document", '<!DOCTYPE x [<!ENTITY a "aaaa">]><Document'), "RK521"),
    ("camt too deep", "camt054.xml", replaced("<GrpHdr>", "<a>" * 5000 + "<GrpHdr>"), "RK523"),
    ("camt of another company", "camt054.xml", replaced("9912346", "5050105"), "RK511"),
    ("camt in another currency", "camt054.xml", replaced("SEK", "EUR"), "RK512"),
    ("camt without amount", "camt054.xml", replaced('<Amt Ccy="SEK">', "<Amt>"), "RK52"),
    ("camt with an odd amount", "camt054.xml", replaced(">6734.94<", ">6734.945<"), "RK507"),
    ("camt with an impossible day", "camt054.xml",
     replaced("<BookgDt><Dt>2026-11-23", "<BookgDt><Dt>2026-02-30"), "RK506"),
    ("pain.001", "camt054.xml", replaced("camt.054.001.08", "pain.001.001.03"), "RK501"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "edit", "code"),
    [pytest.param(name, edit, code, id=title) for title, name, edit, code in BANK_FILES],
)
def test_wrong_bank_files(masters: Company, name: str, edit: Edit, code: str) -> None:
    """Nothing of a bad file is taken; the good one afterwards is."""
    path = masters.path / name
    bad = masters.path / f"bad-{name}"
    if path.exists():
        bad.write_bytes(edit(path.read_bytes()))
    before = masters.dump()
    result = masters.cli("import", "bank", bad.name, expect=65)
    assert any(found.startswith(code) for found in result.codes), result.err
    assert bad.name in result.err
    assert "Traceback" not in result.err
    assert masters.dump() == before
    masters.check()


def test_a_good_file_before_a_bad_one_stays(masters: Company) -> None:
    """All or nothing holds per file; the receipt of the good one is not lost."""
    (masters.path / "bad.txt").write_bytes(b"")
    result = masters.cli("import", "bank", "bgmax.txt", "bad.txt", expect=65)
    assert "RK500" in result.codes
    assert "import:3  bgmax.txt  bgmax" in result.out
    assert len(masters.waiting("new")) == 19
    masters.check()
    masters.cli("import", "bank", "bgmax.txt", "camt054.xml")
    assert len(masters.waiting("new")) == 37


def test_the_same_file_again_changes_nothing(filled: Company) -> None:
    before = filled.dump()
    for kind, name in (
        ("customers", "customers.csv"),
        ("open-items", "open_items.csv"),
        ("bank", "bgmax.txt"),
        ("bank", "camt054.xml"),
    ):
        assert "nothing changed" in filled.cli("import", kind, name).out
        assert filled.dump() == before


def test_an_overlapping_file_adds_only_what_is_new(masters: Company) -> None:
    """The bank sends a payment again among new ones: it comes in once."""
    whole = (masters.path / "camt054.xml").read_text()
    entries = whole.index("<Ntry>"), whole.rindex("</Ntry>") + len("</Ntry>")
    parts = [part + "</Ntry>" for part in whole[slice(*entries)].split("</Ntry>")[:-1]]
    first = whole[: entries[0]] + "".join(parts[:10]) + whole[entries[1] :]
    later = whole.replace("NORDLJUS-20261123-1", "NORDLJUS-20261123-2").replace(
        "<Id>N20261123</Id>", "<Id>N20261123B</Id>"
    )
    (masters.path / "first.xml").write_text(first)
    (masters.path / "later.xml").write_text(later)
    masters.cli("import", "bank", "first.xml")
    assert len(masters.waiting("new")) == 10
    shown = masters.cli("import", "bank", "later.xml").out
    assert "8 new lines, 10 present already" in shown
    masters.cli("import", "bank", "bgmax.txt")
    masters.cli("run", expect=2)
    masters.check()
    assert len({row["source_id"] for row in masters.decisions() if row["source_id"]}) >= 18


# --- Plans ---


def test_a_plan_applied_twice(filled: Company) -> None:
    plan = filled.plan()
    filled.cli("apply", plan.name, expect=2)
    said = refused(filled, "apply", plan.name, code="RK733", exit_code=3)
    assert "run:1" in said


@pytest.mark.parametrize("line", [0, 1, 5, -1])
def test_a_plan_altered(filled: Company, line: int) -> None:
    """One digit, wherever it stands."""
    plan = filled.plan()
    lines = plan.read_text().splitlines(keepends=True)
    where = next(i for i, c in enumerate(lines[line]) if c.isdigit() and i > 20)
    digit = "1" if lines[line][where] != "1" else "2"
    lines[line] = lines[line][:where] + digit + lines[line][where + 1 :]
    plan.write_text("".join(lines))
    before = filled.dump()
    result = filled.cli("apply", plan.name, expect=65)
    assert set(result.codes) <= {"RK734", "RK735", "RK742"}
    assert result.codes
    assert plan.name in result.err
    assert filled.dump() == before


def test_a_plan_cut_mixed_or_no_plan_at_all(filled: Company) -> None:
    plan = filled.plan()
    text = plan.read_text()
    plan.write_text("".join(text.splitlines(keepends=True)[:-1]))
    refused(filled, "apply", plan.name, code="RK734")
    plan.write_text(text[: len(text) // 2])
    refused(filled, "apply", plan.name, code="RK734")
    plan.write_text("hello")
    refused(filled, "apply", plan.name, code="RK742")
    plan.write_text("")
    refused(filled, "apply", plan.name, code="RK742")
    refused(filled, "apply", "nothing.plan", code="RK743")


def test_a_plan_of_another_company(filled: Company) -> None:
    filled.cli("init", ".", "--country", "se", "--company", "other", "--name", "Other AB")
    plan = filled.plan()
    before = filled.dump()
    result = filled.cli("--company", "other", "apply", plan.name, expect=65)
    assert result.codes == ["RK731"]
    assert "nordljus" in result.err
    assert filled.dump() == before


def test_a_plan_of_another_version(filled: Company) -> None:
    plan = filled.plan()
    head, *rest = plan.read_text().splitlines()
    data = json.loads(head)
    data["basis"]["format"] = 99
    plan.write_text("\n".join([json.dumps(data), *rest]) + "\n")
    assert "99" in refused(filled, "apply", plan.name, code="RK735")


@pytest.mark.parametrize("name", ["matching.yaml", "rules/bank_rules.yaml", "differences.yaml"])
def test_a_plan_after_the_rules_changed(filled: Company, name: str) -> None:
    plan = filled.plan()
    path = filled.folder / name
    changes = {
        "matching.yaml": ("account_amount: {SEK: 50000.00}", "account_amount: {SEK: 50001.00}"),
        "rules/bank_rules.yaml": ("^skatteverket", "^skatteverk"),
        "differences.yaml": ("rounding: {SEK: 1.00}", "rounding: {SEK: 0.50}"),
    }
    old, new = changes[name]
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    refused(filled, "apply", plan.name, code="RK732", exit_code=3)


def test_a_plan_after_the_ledger_moved(filled: Company) -> None:
    """The message names what moved: the work that was done, and the document it touched."""
    plan = filled.plan()
    filled.cli("resolve", "line:37", "--documents", "310001=500.00", "--open-payment", expect=64)
    filled.cli("resolve", "line:37", "--documents", "310001=500.00")
    said = refused(filled, "apply", plan.name, code="RK730", exit_code=3)
    assert "apply resolve run:1" in said
    assert "310001" in said

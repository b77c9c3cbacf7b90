"""Bank lines from CSV, and the dialects that come with the program."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from reskontra.adapters.formats.csv_table import (
    Dialect,
    dialect_from_mapping,
    read_bank_csv,
    read_customers,
    read_documents,
    read_gl_balances,
    read_open_items,
    read_open_orders,
    read_rates,
)
from reskontra.config.dialects import dialect_mapping, shipped
from reskontra.engine.bank_file import Account, Reference
from reskontra.engine.errors import ReskontraError

HEADER = (
    "id,booking_date,value_date,amount,currency,reference,text,payer_name,payer_account,bank_code\n"
)
ROW = "B1,2026-11-20,2026-11-21,1250.00,SEK,39859,Tack,Åre AB,5050-1055,PMNT\n"


def shipped_dialect(name: str) -> Dialect:
    mapping, file = dialect_mapping(name, folder=Path("nowhere"))
    return dialect_from_mapping(mapping, file=file)


def test_a_line() -> None:
    file = read_bank_csv((HEADER + ROW).encode(), file="b.csv", account="9912346")
    (statement,) = file.statements
    assert (file.format, file.test, statement.kind) == ("csv:canonical", False, "details")
    assert (statement.account, statement.currency) == (Account("9912346", "other"), "SEK")
    (line,) = statement.transactions
    assert (line.line, line.booking_date, line.value_date) == (
        2, date(2026, 11, 20), date(2026, 11, 21),
    )  # fmt: skip
    assert (line.amount, line.bank_reference, line.bank_code) == (125000, "B1", "PMNT")
    assert line.references == (Reference("39859", "free"),)
    assert (line.text, line.counterparty.name) == (("Tack",), "Åre AB")
    assert line.counterparty.account == Account("50501055", "other")


def test_accounts_and_currencies_are_statements_of_their_own() -> None:
    data = (
        "account,booking_date,currency,amount\n1,2026-11-20,SEK,1\n2,2026-11-20,SEK,2\n"
        "1,2026-11-20,EUR,3\n1,2026-11-21,SEK,-4\n"
    )
    file = read_bank_csv(data.encode(), file="b.csv")
    found = [(s.account.number, s.currency, len(s.transactions)) for s in file.statements]
    assert found == [("1", "SEK", 2), ("2", "SEK", 1), ("1", "EUR", 1)]


def test_equal_lines_are_all_kept_and_their_id_is_told() -> None:
    file = read_bank_csv((HEADER + ROW * 4).encode(), file="b.csv")
    assert len(file.statements[0].transactions) == 4
    assert [problem.code for problem in file.warnings] == ["RK576"] * 3


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (ROW.replace("1250.00", ""), "RK577"),
        (ROW.replace("1250.00", "1.250"), "RK574"),
        (ROW.replace("2026-11-20", "20/11/2026"), "RK575"),
        (ROW.replace("SEK", ""), "RK509"),
    ],
)
def test_faults(row: str, code: str) -> None:
    with pytest.raises(ReskontraError) as caught:
        read_bank_csv((HEADER + ROW + row).encode(), file="b.csv")
    assert [(p.code, p.place.line) for p in caught.value.problems if p.place and p.is_error] == [
        (code, 3)
    ]


TWO_COLUMNS = dialect_from_mapping(
    {
        "columns": {
            "booking_date": "Date", "amount_in": "In", "amount_out": "Out", "text": ["A", "B"],
        },
        "constants": {"currency": "NOK", "account": "15030012345"},
        "reference_kind": "payment_reference",
    },
    file="two.yaml",
)  # fmt: skip


def test_money_in_and_out_in_two_columns() -> None:
    data = b"Date,In,Out,A,B\n2026-11-20,10.00,,x,y\n2026-11-20,,2.50,,z\n2026-11-20,,-3.00,,\n"
    (statement,) = read_bank_csv(data, file="b.csv", dialect=TWO_COLUMNS).statements
    assert [line.amount for line in statement.transactions] == [1000, -250, -300]
    assert [line.text for line in statement.transactions] == [("x", "y"), ("z",), ()]
    assert statement.account.number == "15030012345"
    with pytest.raises(ReskontraError, match="RK578"):
        read_bank_csv(b"Date,In,Out,A,B\n2026-11-20,1,1,,\n", file="b.csv", dialect=TWO_COLUMNS)
    with pytest.raises(ReskontraError, match="RK577"):
        read_bank_csv(b"Date,In,Out,A,B\n2026-11-20,,,x,\n", file="b.csv", dialect=TWO_COLUMNS)


def test_swedbank_of_estonia() -> None:
    head = (
        '"Client account";"Row type";"Date";"Beneficiary/Payer";"Details";"Amount";"Currency";'
        '"Debit/Credit";"Transfer reference";"Transaction type";"Reference number";'
        '"Document number";\n'
    )
    rows = (
        '"EE1";"10";"01.11.2026";"";"Opening balance";"5,00";"EUR";"K";"";"AS";"";"";\n'
        '"EE1";"20";"02.11.2026";"Mari";"Arve 7";"125,50";"EUR";"K";"T1";"MK";"1234561";"5";\n'
        '"EE1";"20";"03.11.2026";"Pank";"Tasu";"0,30";"EUR";"D";"T2";"M";"";"";\n'
    )
    file = read_bank_csv(
        (head + rows).encode(), file="b.csv", dialect=shipped_dialect("swedbank_ee")
    )
    (statement,) = file.statements
    assert (statement.account.scheme, statement.kind) == ("other", "statement")
    assert [(t.line, t.amount) for t in statement.transactions] == [(3, 12550), (4, -30)]
    wrong = rows.replace('"D"', '"X"').encode()
    with pytest.raises(ReskontraError, match="expected one of K, D"):
        read_bank_csv(head.encode() + wrong, file="b.csv", dialect=shipped_dialect("swedbank_ee"))


def test_swedbank_and_seb_of_sweden() -> None:
    swedbank = (
        "* Transaktioner Period 2026-11-01 - 2026-11-24\n"
        "Radnummer,Clearingnummer,Kontonummer,Produkt,Valuta,Bokföringsdag,Transaktionsdag,"
        "Valutadag,Referens,Beskrivning,Belopp,Bokfört saldo\n"
        '1,84525,222222222,Företagskonto,SEK,2026-11-20,2026-11-20,2026-11-20,39859,"Åre, AB",'
        "-39.00,2554.18\n"
    ).encode("iso-8859-15")
    (line,) = (
        read_bank_csv(swedbank, file="b.csv", dialect=shipped_dialect("swedbank_se"))
        .statements[0]
        .transactions
    )
    assert (line.line, line.amount, line.text) == (3, -3900, ("Åre, AB",))
    seb = "Bokföringsdatum;Valutadatum;Verifikationsnummer;Text;Belopp;Saldo\n"
    seb += "2026-11-20;2026-11-20;990000;INSÄTTNING;500.00;9260.12\n"
    file = read_bank_csv(seb.encode(), file="b.csv", dialect=shipped_dialect("seb_se"))
    assert file.statements[0].transactions[0].amount == 50000


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_dialect_is_right(name: str) -> None:
    dialect = shipped_dialect(name)
    assert dialect.name == name
    read = {
        "bank": read_bank_csv, "customers": read_customers, "open_items": read_open_items,
        "rates": read_rates, "documents": read_documents, "open_orders": read_open_orders,
        "gl_balances": partial(read_gl_balances, base_currency="SEK"),
    }[dialect.table]  # fmt: skip
    with pytest.raises(ReskontraError, match="RK570"):
        read(b"x\n" * 3, file="x.csv", dialect=dialect)  # type: ignore[operator]


def test_a_company_has_dialects_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "dialects"
    folder.mkdir()
    (folder / "bank.yaml").write_text("description: ours\n", "utf-8")
    assert dialect_mapping("bank", folder=tmp_path)[0] == {"description": "ours"}
    assert dialect_mapping("customers", folder=tmp_path)[0]["table"] == "customers"
    assert dialect_mapping(str(folder / "bank.yaml"), folder=Path())[0] == {"description": "ours"}
    with pytest.raises(ReskontraError, match="did you mean 'bank'"):
        dialect_mapping("banc", folder=tmp_path)
    (folder / "list.yaml").write_text("- a\n", "utf-8")
    with pytest.raises(ReskontraError, match="mapping"):
        dialect_mapping("list", folder=tmp_path)

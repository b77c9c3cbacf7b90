"""Open items and customers from CSV: values, strictness, and all faults of a file at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from reskontra.adapters.formats.csv_table import (
    CANONICAL,
    Dialect,
    dialect_from_mapping,
    read_customers,
    read_open_items,
)
from reskontra.engine.bank_file import Account
from reskontra.engine.errors import Problem, ReskontraError

HEADER = "number,kind,customer,document_date,due_date,currency,amount,open_amount,references"
ROW = "310001,invoice,1001,2026-10-01,2026-10-31,SEK,12500.50,12000.5,7354;0098"


def table(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode()


def faults(data: bytes, dialect: Dialect = CANONICAL, *, customers: bool = False) -> list[Problem]:
    read = read_customers if customers else read_open_items
    with pytest.raises(ReskontraError) as caught:
        read(data, file="t.csv", dialect=dialect)
    return [problem for problem in caught.value.problems if problem.is_error]


def codes(data: bytes, dialect: Dialect = CANONICAL) -> list[tuple[str, int]]:
    return [(p.code, p.place.line if p.place else -1) for p in faults(data, dialect)]


def test_a_row_with_the_required_columns() -> None:
    result = read_open_items(table(ROW), file="o.csv")
    (row,) = result.rows
    assert result.format == "csv:canonical"
    assert (row.line, row.number, row.kind, row.customer) == (2, "310001", "invoice", "1001")
    assert (row.document_date, row.due_date) == (date(2026, 10, 1), date(2026, 10, 31))
    assert (row.currency, row.amount, row.open_amount) == ("SEK", 1250050, 1200050)
    assert row.references == ("7354", "0098")
    assert (row.base_amount, row.rate, row.discount_amount, row.disputed) == (None, None, 0, False)


def test_a_row_with_everything() -> None:
    header = (
        f"{HEADER},order_number,external_number,base_amount,rate,account,dunning_level,last_letter,"
        "fees_charged,disputed,location,discount_date,discount_amount"
    )
    row = (
        "1,invoice,1,2026-01-02,2026-02-01,EUR,100.00,100,,O1,X1,1150.25,11.5025,1510,2,2026-03-01,"
        "60,yes,collection,2026-01-12,2.00"
    )
    (found,) = read_open_items(f"{header}\n{row}".encode(), file="o.csv").rows
    assert (found.base_amount, found.rate, found.account) == (115025, Decimal("11.5025"), "1510")
    assert (found.dunning_level, found.last_letter) == (2, date(2026, 3, 1))
    assert (found.fees_charged, found.disputed, found.location) == (6000, True, "collection")
    assert (found.discount_date, found.discount_amount) == (date(2026, 1, 12), 200)
    assert (found.order_number, found.external_number, found.references) == ("O1", "X1", ())


def test_credits_are_positive_and_need_no_due_date() -> None:
    rows = read_open_items(
        table("1,credit_note,1,2026-01-02,,SEK,10,10,", "1,payment,1,2026-01-02,,SEK,10,0,"),
        file="o.csv",
    ).rows
    assert [(r.kind, r.due_date, r.open_amount) for r in rows] == [
        ("credit_note", None, 1000),
        ("payment", None, 0),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (ROW.replace("12000.5", "12500.51"), "RK578"),
        (ROW.replace("12000.5", "-1"), "RK578"),
        (ROW.replace("invoice", "Faktura"), "RK577"),
        (ROW.replace("2026-10-31", ""), "RK577"),
        (ROW.replace("1001", ""), "RK577"),
        (ROW.replace("2026-10-01", "2026-02-30"), "RK506"),
        (ROW.replace("2026-10-01", "01.10.2026"), "RK575"),
        (ROW.replace("12500.50", "12..50"), "RK507"),
        (ROW.replace("12500.50", "tolv"), "RK507"),
        (ROW.replace("12500.50", '"12500,50"'), "RK574"),
        (ROW.replace("12500.50", "12.500"), "RK574"),
        (ROW.replace("12500.50", "12 500.50"), "RK574"),
        (ROW.replace("12500.50", "12500.505"), "RK574"),
        (ROW.replace("12500.50", "١٢٣"), "RK507"),
        (ROW.replace("SEK", "Kr"), "RK509"),
        (ROW.replace(",7354;0098", ""), "RK573"),
        (ROW + ",x", "RK573"),
        (ROW.replace("1001", '"1001'), "RK573"),
    ],
)
def test_each_fault_has_its_code_and_line(row: str, code: str) -> None:
    assert (code, 3) in codes(table(ROW.replace("310001", "310000"), row))


def test_all_faults_of_a_file_at_once() -> None:
    found = codes(
        table(
            ROW.replace("SEK", "kr"),
            ROW.replace("invoice", "rent"),
            ROW.replace("12500.50", "x"),
            "1,invoice",
        )
    )
    assert {("RK509", 2), ("RK577", 3), ("RK507", 4), ("RK573", 5)} <= set(found)


def test_a_number_twice_names_both_lines() -> None:
    (problem,) = faults(table(ROW, ROW))
    assert problem.code == "RK576"
    assert "line 2" in problem.message
    assert "line 3" in problem.message


def test_unneeded_zeros_are_no_fault_and_three_digits_are() -> None:
    (row,) = read_open_items(table(ROW.replace("12500.50", "12500.50000")), file="o.csv").rows
    assert row.amount == 1250050
    yen = ROW.replace("SEK", "JPY").replace("12500.50", "12500").replace("12000.5", "7")
    assert read_open_items(table(yen), file="o.csv").rows[0].amount == 12500


def test_the_header_says_what_was_found_and_expected() -> None:
    (problem,) = faults(HEADER.replace("open_amount,", "").encode() + b"\n")
    assert problem.code == "RK570"
    assert "'open_amount'" in problem.message
    assert "found" in problem.message
    assert "expects number, kind" in problem.help
    wrong = faults(HEADER.replace(",", ";").encode())
    assert "separator" in wrong[0].help


def test_an_unknown_column_gets_a_suggestion() -> None:
    (problem,) = faults(HEADER.replace("references", "refrences").encode() + b"\n")
    assert (problem.code, "did you mean 'references'" in problem.message) == ("RK571", True)


def test_a_heading_twice() -> None:
    assert codes(f"{HEADER},amount\n".encode()) == [("RK572", 1)]


def test_blank_rows_and_separators_at_the_end_do_no_harm() -> None:
    data = f"{HEADER},,\n{ROW},,\n,,,,,,,,\n\n".encode()
    assert len(read_open_items(data, file="o.csv").rows) == 1


def test_lines_are_counted_through_values_of_several_lines() -> None:
    data = table(ROW.replace("1001", '"10\n01"'), ROW.replace("310001", "2"))
    assert [row.line for row in read_open_items(data, file="o.csv").rows] == [2, 4]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "RK500"),
        (b"number\0", "RK503"),
        (f"{HEADER}\n{ROW}".replace("1001", "Åre").encode("latin-1"), "RK505"),
    ],
)
def test_bytes_that_are_no_table(data: bytes, code: str) -> None:
    assert [problem.code for problem in faults(data)] == [code]


SWEDISH = dialect_from_mapping(
    {
        "table": "open_items", "encoding": "windows-1252", "separator": "semicolon",
        "decimal": ",", "thousands": "space", "dates": "DD.MM.YYYY", "list_separator": "|",
        "skip_rows": "1",
        "columns": {
            "number": "Nr", "kind": "Typ", "customer": "Kund", "document_date": "Datum",
            "due_date": "Förfaller", "amount": "Belopp", "open_amount": "Rest",
            "references": ["OCR", "Äldre"],
        },
        "ignore": ["Namn"], "constants": {"currency": "SEK"},
        "values": {"kind": {"F": "invoice"}},
    },
    file="swedish.yaml",
)  # fmt: skip


def test_a_dialect_maps_another_layout() -> None:
    data = (
        "Utskrift 2026-11-24\r\nNr;Typ;Kund;Namn;Datum;Förfaller;Belopp;Rest;OCR;Äldre\r\n"
        "1;F;1001;Åre AB;01.10.2026;31.10.2026;12\u00a0500,50;1 000;77|88;99\r\n"
    ).encode("windows-1252")
    result = read_open_items(data, file="o.csv", dialect=SWEDISH)
    (row,) = result.rows
    assert (result.format, row.line, row.kind) == ("csv:swedish", 3, "invoice")
    assert (row.amount, row.open_amount, row.currency) == (1250050, 100000, "SEK")
    assert (row.references, row.document_date) == (("77", "88", "99"), date(2026, 10, 1))


def test_minor_units() -> None:
    dialect = Dialect(name="ore", minor_units=True)
    data = table(ROW.replace("12500.50", "1250050").replace("12000.5", "1200050"))
    assert read_open_items(data, file="o.csv", dialect=dialect).rows[0].amount == 1250050
    assert ("RK574", 2) in codes(table(ROW), dialect)


@pytest.mark.parametrize(
    "mapping",
    [
        {"seperator": ";"},
        {"decimal": ",", "thousands": ","},
        {"dates": "whenever"},
        {"columns": "number"},
        {"sign": {"column": "D"}},
        {"skip_rows": "many"},
        {"minor_units": "perhaps"},
        {"encoding": "klingon"},
    ],
)
def test_a_wrong_dialect_is_refused(mapping: dict[str, object]) -> None:
    with pytest.raises(ReskontraError, match="RK579"):
        dialect_from_mapping(mapping, file="d.yaml")


def test_a_dialect_for_another_table_or_column_is_refused() -> None:
    assert codes(table(ROW), Dialect(table="bank"))[0][0] == "RK579"
    (problem,) = faults(table(ROW), Dialect(columns={"numbr": ("Nr",)}))
    assert (problem.code, "did you mean 'number'" in problem.message) == ("RK579", True)


CUSTOMERS = (
    "number,name,country,currency,org_number,parent,bank_accounts,aliases,write_off,"
    "write_off_limit,terms,status,class,auto_apply\n"
)


def test_a_customer_with_everything() -> None:
    data = CUSTOMERS + (
        "0017,Åre AB,SE,SEK,5560000000,0001,bankgiro:5050-1055;SE45 5000 0000 0583 9825 7466,"
        "Åre;ARE,yes,10.50,30,on_hold,retail,no\n"
    )
    (row,) = read_customers(data.encode(), file="c.csv").rows
    assert (row.line, row.number, row.name, row.country) == (2, "0017", "Åre AB", "SE")
    assert row.bank_accounts == (
        Account("50501055", "bankgiro"),
        Account("SE4550000000058398257466", "iban"),
    )
    assert (row.aliases, row.parent, row.terms) == (("Åre", "ARE"), "0001", "30")
    assert (row.write_off, row.write_off_limit) == (True, 1050)
    assert (row.status, row.customer_class, row.auto_apply) == ("on_hold", "retail", False)


def test_what_a_customer_file_does_not_say() -> None:
    (row,) = read_customers(b"number,name\n1,A\n", file="c.csv").rows
    assert (row.write_off, row.write_off_limit, row.auto_apply) == (None, None, None)
    assert (row.status, row.bank_accounts, row.currency) == ("active", (), "")


def test_faults_of_customers() -> None:
    rows = (
        "1,A,Sweden,,,,,,,,,,,", "1,B,,,,,,,perhaps,,,,,", "2,,,kr,,,,,,,,,,", "3,C,,,,,,,,-1,,,,",
        "4,D,,,,,,,,,,asleep,,",
    )  # fmt: skip
    found = faults((CUSTOMERS + "\n".join(rows)).encode(), customers=True)
    assert {(p.code, p.place.line) for p in found if p.place} == {
        ("RK577", 2), ("RK576", 3), ("RK577", 3), ("RK577", 4), ("RK509", 4), ("RK578", 5),
        ("RK577", 6),
    }  # fmt: skip

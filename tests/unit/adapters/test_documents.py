"""Documents to enter in words and in CSV of another layout: read exactly, or refused whole."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reskontra.adapters.documents import changes_from_words, entry_from_words
from reskontra.adapters.formats.csv_table import dialect_from_mapping, read_documents
from reskontra.engine.documents.entry import EntryLine
from reskontra.engine.errors import ReskontraError

WORDS = {"kind": "credit_note", "customer": "0042", "date": "2026-11-20", "terms": ""}
SWEDISH = dialect_from_mapping(
    {
        "name": "fakturor", "table": "documents", "encoding": "windows-1252", "separator": ";",
        "decimal": ",", "thousands": " ", "dates": "DD.MM.YYYY", "list_separator": "|",
        "columns": {
            "document": "Nr", "kind": "Typ", "customer": "Kund", "date": "Datum",
            "text": "Benämning", "quantity": "Antal", "price": "À-pris", "corrects": "Avser",
        },
        "values": {"kind": {"Faktura": "invoice", "Kredit": "credit_note"}},
    },
    file="fakturor.yaml",
)  # fmt: skip


def codes(words: dict[str, str], *lines: str) -> list[str]:
    with pytest.raises(ReskontraError) as caught:
        entry_from_words(WORDS | words, lines)
    return [problem.code for problem in caught.value.problems]


def test_words_become_an_entry() -> None:
    words = WORDS | {"corrects": "10377, 10378", "overdue_charges": "false", "rate": "11.20"}
    entry = entry_from_words(words, ["Roof; 3;1250.00", "Nails;1;40.00;zero;3740"])
    assert (entry.customer, entry.terms) == ("0042", "")
    assert entry.corrects == ("10377", "10378")
    assert (entry.overdue_charges, entry.rate) == (False, Decimal("11.20"))
    assert entry.lines == (
        EntryLine("Roof", Decimal("1250.00"), Decimal(3)),
        EntryLine("Nails", Decimal("40.00"), Decimal(1), "zero", "3740"),
    )


def test_every_word_that_cannot_be_read_is_told() -> None:
    assert codes({"colour": "red", "datum": "x"}, "Roof;3", "a;b;c;d;e;f") == ["RK800"] * 4
    assert codes({"kind": "bill", "total": "4 688,00"}) == ["RK105", "RK106"]
    assert codes({"customer": ""}) == ["RK107"]
    assert codes({}, "Roof;three;1250.00") == ["RK105"]


def test_changes_take_fields_back() -> None:
    assert changes_from_words({"terms": "", "total": "5.00"}, []) == {
        "terms": None, "total": Decimal("5.00"),
    }  # fmt: skip
    with pytest.raises(ReskontraError, match="bill"):
        changes_from_words({"kind": "bill"}, [])


def test_a_table_of_another_layout() -> None:
    rows = (
        "Nr;Typ;Kund;Datum;Benämning;Antal;À-pris;Avser",
        "1;Kredit;42;20.11.2026;Tak;2;1 250,50;10377|10378",
        "1;;;;Spik;;40,00;",
        ";Faktura;43;21.11.2026;Plåt;1;1.250,00;",
    )
    read = read_documents("\n".join(rows).encode("cp1252"), file="f.csv", dialect=SWEDISH)
    assert read.data["documents"] == [
        {
            "kind": "credit_note", "customer": "42", "date": "2026-11-20",
            "corrects": ["10377", "10378"],
            "lines": [
                {"text": "Tak", "quantity": 2, "price": Decimal("1250.50")},
                {"text": "Spik", "price": Decimal("40.00")},
            ],
        },
        {
            "kind": "invoice", "customer": "43", "date": "2026-11-21",
            "lines": [{"text": "Plåt", "quantity": 1, "price": "1.250,00"}],
        },
    ], "what can be read in two ways stays text, and the schema refuses it"  # fmt: skip
    assert read.place(("documents", 0, "lines", 1, "price")).line == 3
    assert read.place(("documents", 1, "date")).line == 4

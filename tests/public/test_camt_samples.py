"""Every public camt sample, with the values that its index states or that were counted by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reskontra.adapters.formats.camt import read
from reskontra.engine.bank_file import BankFile
from reskontra.engine.errors import ReskontraError

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("RESKONTRA_SHARED", ROOT.parent / "shared"))
SAMPLES = SHARED / "samples" / "camt"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="public samples are not beside this checkout (shared/samples/camt)"
)

REJECTED = {
    "bankstatementparser/camt053_garbled_amount.xml": "RK507",
    "dvbern/camt_054_Beispiel_NotificationMissing.xml": "RK522",
}
_ESR = "dvbern/200519_camt054-ESR-ASR_P_CH2909000000250094239_1110092704_0_2019042500372179_v2009"
COUNTS: dict[str, tuple[int, int, int]] = {
    # statements, transactions, sum of the booked ones in minor units
    "bankstatementparser/camt.053.001.02.xml": (1, 3, -6432150),
    "bankstatementparser/camt053_duplicate_same_day.xml": (1, 2, -900),
    "dvbern/200519_camt.054_P_CH2909000000250094239_1111091335_0_2020061900081727_v2019.xml": (
        1,
        2,
        169222,
    ),
    f"{_ESR}.xml": (1, 1, -14700),
    "dvbern/camt.053_P_CH0309000000250090342_380000000_0_2016053100163801.xml": (1, 32, 53761),
    "dvbern/Business_Sample_camt.053.001.04.xml": (1, 3, -6432150),
    "dvbern/camt_054_Beispiel_SammelbuchungEs.xml": (1, 2, 11300),
    "genkgo/camt052.v2.other-account.xml": (1, 1, -20000000),
    "genkgo/camt052.v2.with-account-name.xml": (1, 1, -20000000),
    "genkgo/camt052.v8.xml": (1, 1, -20000000),
    "genkgo/camt053.v2.all-balance-types.xml": (1, 1, 885),
    "genkgo/camt053.v2.minimal.ultimate.xml": (1, 1, 885),
    "genkgo/camt053.v2.with-account-name.xml": (1, 1, 885),
    "genkgo/camt053.v2.with-party-ids.xml": (1, 1, 885),
    "genkgo/camt053.v3.xml": (1, 1, 885),
    "genkgo/camt053.v4.xml": (1, 1, 885),
    "genkgo/camt054.v4.xml": (1, 1, -20000000),
    "genkgo/camt054.v8-with-financial-institution.xml": (1, 1, -20000000),
    "genkgo/camt054.v8.xml": (1, 1, -20000000),
    "genkgo/camt53.only-Dt-with-DtTm.xml": (1, 0, 0),
    "iso20022js/goldman_sachs_camt_053_uk_v2_1.xml": (2, 6, -20000),
    "iso20022js/goldman_sachs_camt_053_us_v2_sample.xml": (1, 15, 3094),
    "iso20022js/nordea_example_camt.xml": (1, 6, 860000),
    "moov/FI_camt_052_sample.xml.xml": (2, 2, 10000),
    "moov/FI_camt_053_sample.xml.xml": (1, 13, 1364483),
    "moov/FI_camt_054_sample.xml.xml": (1, 13, 26995),
    "moov/camt054-returns_p_ch5109000000250092291_1110097606_0_2020112500512470.xml": (1, 1, 50000),
    "moov/statement_1.xml": (1, 4, -276808),
    "okane/cba_test1.xml": (1, 2, 100000),
    "okane/cba_test2.xml": (1, 6, 200000),
    "prowide/camt.053.001.07.xml": (1, 0, 0),
    "subite-daily/2024-03-07.xml": (2, 3, 82273781),
    "subite-daily/2024-03-11.xml": (2, 8, 196542024),
    "subite-daily/2024-03-12.xml": (2, 11, -463767851),
    "subite-daily/2024-03-13.xml": (2, 6, -51211119),
    "subite-daily/2024-03-14.xml": (2, 14, -315644267),
    "subite-daily/2024-03-15.xml": (2, 7, -45331382),
    "subite-daily/2024-03-18.xml": (2, 3, 26670840),
    "viafintech/052_valid_example.xml": (1, 2, 500),
    "viafintech/053_valid_example.xml": (1, 5, -1000),
    "viafintech/053_valid_example_v4.xml": (1, 32, 53761),
    "viafintech/053_valid_example_with_batch.xml": (1, 3, 293426),
    "viafintech/053_valid_example_with_instdamt.xml": (1, 1, 450000),
    "viafintech/053_valid_example_with_other_id.xml": (1, 0, 0),
    "viafintech/054_valid_example.xml": (1, 5, 5903),
}


def load(name: str) -> BankFile:
    return read((SAMPLES / name).read_bytes(), file=name, balance_check="warn")


@pytest.mark.parametrize("name", COUNTS)
def test_counts_and_sums(name: str) -> None:
    statements = load(name).statements
    transactions = [t for statement in statements for t in statement.transactions]
    booked = sum(t.amount for t in transactions if t.status == "booked")
    assert (len(statements), len(transactions), booked) == COUNTS[name]


@pytest.mark.parametrize("name", REJECTED)
def test_what_must_be_rejected(name: str) -> None:
    with pytest.raises(ReskontraError, match=REJECTED[name]):
        load(name)


def test_every_sample_is_counted_or_named_as_rejected() -> None:
    names = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*.xml")}
    assert names == {*COUNTS, *REJECTED}


def golden_entries(value: Any) -> Iterator[tuple[int, str]]:
    """(minor units, currency) of each entry in a golden file of genkgo/camt, in file order."""
    if isinstance(value, list):
        for each in value:
            yield from golden_entries(each)
    elif isinstance(value, dict):
        if str(value.get("__CLASS__")).endswith("\\DTO\\Entry") and value.get("getAmount"):
            amount = value["getAmount"]
            yield int(amount["getAmount"]), amount["getCurrency"]["getCode"]
        for each in value.values():
            yield from golden_entries(each)


WITHOUT_GOLDEN = {"genkgo/camt052.v8.xml"}


@pytest.mark.parametrize(
    "name",
    [name for name in COUNTS if name.startswith("genkgo/") and name not in WITHOUT_GOLDEN],
)
def test_amounts_of_another_reader(name: str) -> None:
    path = (SAMPLES / name).with_suffix(".json")
    expected = list(golden_entries(json.loads(path.read_text("utf-8"))))
    found = [(t.amount, t.currency) for s in load(name).statements for t in s.transactions]
    assert expected == found


def references(name: str) -> list[str]:
    return [r.value for s in load(name).statements for t in s.transactions for r in t.references]


def test_the_finnish_statement() -> None:
    file = load("moov/FI_camt_053_sample.xml.xml")
    (statement,) = file.statements
    assert (statement.opening, statement.closing) == (1000000, 2364483)
    amounts = [t.amount for t in statement.transactions]
    assert sum(a for a in amounts if a > 0) == 2307500
    assert sum(a for a in amounts if a < 0) == -943017
    assert {"3900", "RF98123456789012"} <= set(references("moov/FI_camt_053_sample.xml.xml"))
    assert "RK536" in {warning.code for warning in file.warnings}


def test_the_finnish_notification() -> None:
    file = load("moov/FI_camt_054_sample.xml.xml")
    transactions = file.statements[0].transactions
    assert {t.batch_id for t in transactions if t.status == "information"} != set()
    assert [t.status for t in transactions].count("information") == 2
    assert sum(t.amount for t in transactions if t.amount > 0) == 560000
    assert sum(t.amount for t in transactions if t.status == "information") == 10000
    wanted = {"3900", "12344", "43216", "RF7812345", "RF0812344", "2345678917", "1234567897"}
    assert wanted <= set(references("moov/FI_camt_054_sample.xml.xml"))


def test_the_finnish_report_takes_the_account_amount() -> None:
    first = load("moov/FI_camt_052_sample.xml.xml").statements[0].transactions[0]
    assert (first.status, first.amount, first.currency) == ("pending", 212000, "EUR")
    assert (first.foreign_amount, first.foreign_currency) == (320000, "USD")


def test_the_swiss_statement_has_two_reversals() -> None:
    name = next(p.name for p in (SAMPLES / "dvbern").glob("camt.053_P_CH03*.xml"))
    file = load(f"dvbern/{name}")
    transactions = file.statements[0].transactions
    assert file.message_id == "20160430375204000008573"
    assert len(transactions) == 32
    assert (file.statements[0].opening, file.statements[0].closing) == (32215216, 32268977)
    assert sum(t.reversal for t in transactions) >= 2


def test_nordea_references_and_sums() -> None:
    name = "iso20022js/nordea_example_camt.xml"
    transactions = load(name).statements[0].transactions
    assert sum(t.amount for t in transactions if t.amount > 0) == 1010050
    assert sum(t.amount for t in transactions if t.amount < 0) == -150050
    assert {"00000000000000001245", "RF332348236"} <= set(references(name))


def test_the_swedish_business_sample() -> None:
    (statement,) = load("dvbern/Business_Sample_camt.053.001.04.xml").statements
    assert (statement.opening, statement.closing, statement.currency) == (50000000, 43567850, "SEK")


def test_nordea_balances() -> None:
    (statement,) = load("iso20022js/nordea_example_camt.xml").statements
    assert (statement.opening, statement.closing) == (20050, 880050)


def test_two_identical_debits_are_two() -> None:
    file = load("bankstatementparser/camt053_duplicate_same_day.xml")
    assert [t.amount for t in file.statements[0].transactions] == [-450, -450]


def test_daily_statements_chain() -> None:
    closing = None
    for path in sorted((SAMPLES / "subite-daily").glob("2024-03-1[1-8].xml")):
        statement = load(f"subite-daily/{path.name}").statements[0]
        assert closing in (None, statement.opening)
        closing = statement.closing


def test_viafintech_first_entry() -> None:
    first = load("viafintech/053_valid_example.xml").statements[0].transactions[0]
    assert (first.amount, str(first.value_date)) == (-200, "2013-12-27")
    assert first.batch_id == "2013122710583450000"

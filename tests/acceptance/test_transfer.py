"""Vouchers go to the general ledger, as a person hands them over: make, look, write, compare,
acknowledge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.written_examples import Said, reskontra, workspace


@pytest.fixture
def company(tmp_path: Path) -> Path:
    return workspace(tmp_path / "ws")


def test_hand_over(company: Path) -> None:
    def cli(*arguments: str, expect: int = 0) -> str:
        said: Said = reskontra(company, *arguments)
        assert said.code == expect, said.text
        return said.text

    assert "Nothing to transfer." in cli("transfer", "create")
    cli("run", expect=2)
    clean = "every law holds"
    told = cli("check")
    assert clean in told
    assert "RK876 warning: not transferred to the general ledger: 1 of the vouchers" in told
    told = cli("transfer", "create", "--as-of", "2026-11-19")
    assert "Nothing to transfer." in told
    assert "1 voucher left for later, from the first one after 2026-11-19 on." in told
    assert "Transfer 1: 1 voucher." in cli("transfer", "create", "--as-of", "2026-11-20")

    cli("transfer", "export", "1", "--out", "1.si")
    written = (company / "1.si").read_bytes()
    (company / "companies/nordic/company.yaml").write_text(
        (company / "companies/nordic/company.yaml").read_text().replace("Nordic AB", "Syd AB")
    )
    cli("transfer", "export", "1", "--format", "sie", "--out", "again.si")
    assert (company / "again.si").read_bytes() == written
    assert "has transfer 1 as the journal has it: 1 voucher" in cli(
        "transfer", "verify", "1", "1.si"
    )
    (company / "bad.se").write_bytes(written.replace(b"12500.00", b"12400.00"))
    assert "RK873" in cli("transfer", "verify", "1", "bad.se", expect=65)
    unsummed = b"\r\n".join(
        line for line in written.replace(b"12500.00", b"12400.00").splitlines()
        if not line.startswith(b"#KSUMMA")
    )  # fmt: skip
    (company / "bad.se").write_bytes(unsummed)
    told = cli("transfer", "verify", "1", "bad.se", expect=1)
    assert told.count("RK875") == 2
    assert "account 1510: -12400.00 in the file, -12500.00 in the journal" in told
    told = cli("transfer", "verify", "1", "bad.se", "--format", "json", expect=1)
    assert [found["code"] for found in json.loads(told)["problems"]] == ["RK875", "RK875"]
    assert "RK501" in cli("transfer", "verify", "1", "none.se", expect=65)

    cli("transfer", "export", "1", "--format", "csv", "--out", "1.csv")
    assert (company / "1.csv").read_text().splitlines() == [
        "transfer,voucher,date,text,account,branch,currency,amount",
        "1,J00000001,2026-11-20,Byggfirman Ek AB 1037779,1930,,SEK,12500.00",
        "1,J00000001,2026-11-20,Byggfirman Ek AB 1037779,1510,,SEK,-12500.00",
    ]
    assert "12\xa0500,00" in cli("transfer", "show", "1")
    assert "1510,SEK,0.00,12500.00,-12500.00" in cli("transfer", "show", "1", "--format", "csv")
    cli("transfer", "ack", "1", "--reference", "K1207")
    assert "K1207" in cli("transfer", "list")
    told = cli("check")
    assert clean in told
    assert "RK876" not in told

    cli("undo", "run:1", "--reason", "wrong")
    (company / "companies/nordic/ledger.yaml").write_text(
        "ledger:\n  posting: {automatic: false, summarised: true}\n"
    )
    shown = cli("transfer", "create", expect=2)
    assert "It is not made" in shown
    assert "\N{MINUS SIGN}12\xa0500,00" in shown
    assert "RK877" in cli("transfer", "show", "2", expect=64)
    assert "Transfer 2: 1 voucher." in cli("transfer", "create", "--apply")
    cli("transfer", "export", "2", "--out", "2.si")
    written = (company / "2.si").read_bytes()
    assert b"#TRANS 1930 {} -12500.00" in written
    assert b'"2/2026-11-20 vouchers J00000002 to J00000002"' in written

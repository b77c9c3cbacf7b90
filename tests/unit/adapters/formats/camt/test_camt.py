"""camt files composed here: every version, batches, remittance, refusals, attacks and damage."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest

from reskontra.adapters.formats.camt import BalanceCheck, read
from reskontra.engine.bank_file import BankFile, Transaction
from reskontra.engine.errors import ReskontraError

MESSAGES = {
    "052": ("BkToCstmrAcctRpt", "Rpt"),
    "053": ("BkToCstmrStmt", "Stmt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def entry(
    amount: str = "100.00",
    *,
    sign: str = "CRDT",
    status: str = "<Sts>BOOK</Sts>",
    details: str = "",
    booked: str = "<BookgDt><Dt>2026-11-23</Dt></BookgDt>",
    more: str = "",
) -> str:
    inner = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f'<Ntry><Amt Ccy="SEK">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{more}{status}{booked}'
        f"<AcctSvcrRef>E1</AcctSvcrRef>{inner}</Ntry>"
    )


def balance(code: str, amount: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="SEK">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-11-23</Dt></Dt></Bal>"
    )


def document(
    body: str, *, message: str = "053", version: str = "08", namespace: str | None = None
) -> bytes:
    root, element = MESSAGES[message]
    if version == "01":
        root = f"{root}V01"
    name = f"urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version}"
    where = name if namespace is None else namespace
    declared = f' xmlns="{where}"' if where else ""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<Document{declared}><{root}><GrpHdr>"
        f"<MsgId>M1</MsgId><CreDtTm>2026-11-23T20:00:00+01:00</CreDtTm></GrpHdr><{element}>"
        "<Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb><CreDtTm>2026-11-23T20:00:00</CreDtTm>"
        "<Acct><Id><IBAN>SE45 5000 0000 0583 9825 7466</IBAN></Id><Ccy>SEK</Ccy></Acct>"
        f"{body}</{element}></{root}></Document>"
    ).encode()


def reading(body: str, *, message: str = "053", balance_check: BalanceCheck = "error") -> BankFile:
    return read(document(body, message=message), file="a.xml", balance_check=balance_check)


def only(body: str, *, message: str = "053") -> Transaction:
    (transaction,) = reading(body, message=message).statements[0].transactions
    return transaction


def codes(body: str, *, message: str = "053") -> set[str]:
    return {warning.code for warning in reading(body, message=message).warnings}


def refused(data: bytes) -> set[str]:
    with pytest.raises(ReskontraError) as caught:
        read(data, file="a.xml")
    assert all(problem.place is not None for problem in caught.value.problems)
    return {problem.code for problem in caught.value.problems if problem.is_error}


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("version", [f"{n:02}" for n in range(1, 14)])
def test_every_version_is_read_alike(message: str, version: str) -> None:
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version >= "08" else "<Sts>BOOK</Sts>"
    detail = "<TxDtls><Refs><EndToEndId>X1</EndToEndId></Refs></TxDtls>"
    body = entry(status=status, details="" if version == "01" else detail)
    if version == "01":
        body = body.replace("</Ntry>", f"{detail}</Ntry>")
    file = read(document(body, message=message, version=version), file="a.xml")
    assert file.format == f"camt.{message}.001.{version}"
    assert (file.message_id, file.statements[0].sequence, file.warnings) == ("M1", "7", ())
    (found,) = file.statements[0].transactions
    assert (found.amount, found.currency, found.end_to_end_id) == (10000, "SEK", "X1")
    assert found.booking_date == date(2026, 11, 23)
    assert file.statements[0].account.number == "SE4550000000058398257466"


def test_an_unknown_version_is_tried_with_a_warning() -> None:
    file = read(document(entry(), version="77"), file="a.xml")
    assert [warning.code for warning in file.warnings] == ["RK533"]
    assert len(file.statements[0].transactions) == 1


@pytest.mark.parametrize(
    "namespace",
    ["", "http://www.six-interbank-clearing.com/de/camt.053.001.04.ch.02.xsd"],
    ids=["none", "six"],
)
def test_namespaces_in_use(namespace: str) -> None:
    assert read(document(entry(), namespace=namespace), file="a.xml").format.startswith("camt.053")


def test_an_envelope_round_the_document() -> None:
    inner = document(entry()).split(b"?>", 1)[1]
    file = read(b"<Envelope><Header/>" + inner + b"</Envelope>", file="a.xml")
    assert file.message_id == "M1"


def test_utf_16_is_read() -> None:
    text = document(entry()).decode().replace("UTF-8", "UTF-16")
    assert read(text.encode("utf-16"), file="a.xml").statements[0].transactions[0].amount == 10000


def test_the_amount_is_the_entrys_own() -> None:
    detail = '<TxDtls><AmtDtls><InstdAmt><Amt Ccy="USD">3200.00</Amt></InstdAmt></AmtDtls></TxDtls>'
    found = only(entry("2120.00", details=detail))
    assert (found.amount, found.foreign_amount, found.foreign_currency) == (212000, 320000, "USD")


def tx(amount: str, reference: str = "", sign: str = "CRDT") -> str:
    strd = f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>" if reference else ""
    return (
        f'<TxDtls><Refs><AcctSvcrRef>T{reference}</AcctSvcrRef></Refs><Amt Ccy="SEK">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><RmtInf>{strd}</RmtInf></TxDtls>"
    )


def test_a_batch_becomes_its_transactions() -> None:
    body = entry("300.00", details=tx("100.00", "11") + tx("200.00", "22"))
    transactions = reading(body).statements[0].transactions
    assert [(t.amount, t.bank_reference, t.batch_id) for t in transactions] == [
        (10000, "T11", "E1"),
        (20000, "T22", "E1"),
    ]


def test_a_batch_that_does_not_add_up_stays_whole() -> None:
    body = entry("300.00", details=tx("100.00", "11") + tx("150.00", "22"))
    found = only(body)
    assert (found.amount, [r.value for r in found.references]) == (30000, ["11", "22"])
    assert codes(body) == {"RK534"}


def test_batch_totals_that_differ_are_said() -> None:
    batch = '<Btch><NbOfTxs>3</NbOfTxs><TtlAmt Ccy="SEK">1.00</TtlAmt></Btch>'
    body = entry("300.00", details=batch + tx("100.00") + tx("200.00"))
    assert [w.code for w in reading(body).warnings] == ["RK535", "RK535"]


def test_two_equal_debits_stay_two() -> None:
    file = reading(entry(sign="DBIT") + entry(sign="DBIT"))
    assert [t.amount for t in file.statements[0].transactions] == [-10000, -10000]


def test_invoices_and_credit_notes_carry_signed_parts() -> None:
    def strd(kind: str, number: str, name: str, amount: str) -> str:
        return (
            f"<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Nb> {number}</Nb>"
            f'</RfrdDocInf><RfrdDocAmt><{name} Ccy="SEK">{amount}</{name}></RfrdDocAmt></Strd>'
        )

    remittance = strd("CINV", "9580572", "RmtdAmt", "1371.13") + strd(
        "CREN", "00009580521", "CdtNoteAmt", "628.68"
    )
    detail = f"<TxDtls><RmtInf>{remittance}</RmtInf></TxDtls>"
    found = only(entry("742.45", details=detail))
    assert [(r.value, r.kind, r.amount) for r in found.references] == [
        ("9580572", "invoice", 137113),
        ("00009580521", "credit_note", -62868),
    ]
    assert codes(entry("742.45", details=detail)) == set()
    assert codes(entry("742.46", details=detail)) == {"RK539"}


def test_a_reference_with_a_wrong_check_digit_is_kept_and_said() -> None:
    body = entry(details=tx("100.00", "RF98123456789012"))
    assert only(body).references[0].value == "RF98123456789012"
    assert codes(body) == {"RK536"}


def test_the_counterparty_of_both_directions() -> None:
    parties = (
        "<RltdPties><Dbtr><Pty><Nm>Ek AB</Nm><PstlAdr><TwnNm>Umeå</TwnNm><Ctry>SE</Ctry></PstlAdr>"
        "<Id><OrgId><Othr><Id>5560473521</Id></Othr></OrgId></Id></Pty></Dbtr><DbtrAcct><Id><Othr>"
        "<Id>991-2346</Id><SchmeNm><Prtry>BGNR</Prtry></SchmeNm></Othr></Id></DbtrAcct>"
        "<Cdtr><Nm>Vi</Nm></Cdtr></RltdPties>"
    )
    detail = f"<TxDtls>{parties}</TxDtls>"
    payer = only(entry(details=detail)).counterparty
    assert payer.account is not None
    assert (payer.name, payer.org_number, payer.address, payer.country) == (
        "Ek AB", "5560473521", "Umeå", "SE",
    )  # fmt: skip
    assert (payer.account.number, payer.account.scheme) == ("9912346", "bankgiro")
    assert only(entry(sign="DBIT", details=detail)).counterparty.name == "Vi"


def test_free_text_keeps_its_parts() -> None:
    detail = "<TxDtls><RmtInf><Ustrd> one </Ustrd><Ustrd>two</Ustrd></RmtInf></TxDtls>"
    assert only(entry(details=detail)).text == ("one", "two")
    more = entry().replace("</Ntry>", "<AddtlNtryInf>bank text</AddtlNtryInf></Ntry>")
    assert only(more).text == ("bank text",)


def test_no_end_to_end_id_is_no_id() -> None:
    detail = "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls>"
    assert only(entry(details=detail)).end_to_end_id == ""


@pytest.mark.parametrize(
    ("status", "expected"),
    [("PDNG", "pending"), ("INFO", "information"), ("BOOK", "booked")],
)
def test_statuses(status: str, expected: str) -> None:
    assert only(entry(status=f"<Sts>{status}</Sts>"), message="054").status == expected


def test_reversals_are_flagged() -> None:
    assert only(entry(more="<RvslInd>true</RvslInd>")).reversal


def test_a_statement_may_leave_the_status_out_others_may_not() -> None:
    assert codes(entry(status="")) == {"RK538"}
    assert refused(document(entry(status=""), message="054")) == {"RK531"}
    assert refused(document(entry(status="<Sts>HUH</Sts>"))) == {"RK532"}


def test_a_missing_booking_date_is_taken_from_the_statement_and_said() -> None:
    body = balance("CLBD", "100.00") + entry(booked="")
    assert reading(body).statements[0].transactions[0].booking_date == date(2026, 11, 23)
    assert codes(body) == {"RK541"}
    assert refused(document(entry(booked="<BookgDt><Dt>2026-13-45</Dt></BookgDt>"))) == {"RK506"}


def test_balances_must_chain() -> None:
    good = balance("OPBD", "50.00") + balance("CLBD", "150.00") + entry()
    pending = entry("7.00", status="<Sts>PDNG</Sts>")
    statement = reading(good + pending).statements[0]
    assert (statement.opening, statement.closing) == (5000, 15000)
    bad = balance("OPBD", "50.00") + balance("CLBD", "151.00") + entry()
    assert refused(document(bad)) == {"RK529"}
    assert [w.code for w in reading(bad, balance_check="warn").warnings] == ["RK529"]
    assert reading(bad, balance_check="off").warnings == ()


@pytest.mark.parametrize(
    ("amount", "code"),
    [("12..34", "RK507"), ("-1.00", "RK507"), ("", "RK507"), ("1.001", "RK507"), ("1e3", "RK507"),
     ("1" * 19, "RK507")],
)  # fmt: skip
def test_amounts_that_cannot_be_exact_are_refused(amount: str, code: str) -> None:
    assert refused(document(entry(amount))) == {code}


def test_trailing_zeros_are_no_decimals() -> None:
    assert only(entry("1.10000")).amount == 110


def test_all_errors_of_a_file_at_once() -> None:
    body = entry("x") + entry(sign="X") + entry().replace("<CdtDbtInd>CRDT</CdtDbtInd>", "")
    with pytest.raises(ReskontraError) as caught:
        reading(body)
    assert [problem.code for problem in caught.value.problems] == ["RK507", "RK525", "RK525"]


def test_what_is_no_account_report() -> None:
    pain = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><A/></Document>'
    assert refused(pain) == {"RK522"}
    empty = document("").replace(b"<Stmt>", b"<X>").replace(b"</Stmt>", b"</X>")
    assert refused(empty) == {"RK524"}
    assert refused(document(entry()).replace(b"Acct>", b"Acet>")) == {"RK528"}


ATTACKS = {
    "billion laughs": (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
    ),
    "external entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>',
    "external dtd": b'<!DOCTYPE x SYSTEM "nowhere.dtd"><x/>',
    "utf-16 doctype": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><x/>'.encode("utf-16"),
    "depth": b"<a>" * 100_000,
    "long text": b"<a>" + b"x" * 200_000 + b"</a>",
    "undefined entity": b"<a>&x;</a>",
    "nothing": b"",
    "blanks": b" \n ",
    "long attribute": b'<a b="' + b"x" * 200_000 + b'"/>',
    "quadratic blow-up": b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 9999 + b'">]><x>&a;&a;&a;</x>',
    "parameter entity": b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://nowhere.invalid/">%p;]><x/>',
    "entities of utf-7": b'<?xml version="1.0" encoding="UTF-7"?><x>+ADw-</x>',
    "NUL": b"<a>\0</a>",
    "repeated attribute": b'<a b="1" b="2"/>',
    "not xml": b"01BGMAX",
    "unknown encoding": b'<?xml version="1.0" encoding="EBCDIC-9"?><a/>',
}


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_files_are_refused(name: str) -> None:
    expected = {
        "billion laughs": "RK521", "external entity": "RK521", "external dtd": "RK521",
        "utf-16 doctype": "RK521",
        "quadratic blow-up": "RK521", "parameter entity": "RK521",
        "depth": "RK523", "long text": "RK523", "long attribute": "RK523",
        "nothing": "RK500", "blanks": "RK500",
    }  # fmt: skip
    assert refused(ATTACKS[name]) == {expected.get(name, "RK520")}


def test_a_file_over_the_size_limit_is_refused() -> None:
    with pytest.raises(ReskontraError, match="RK502"):
        read(document(entry()), file="a.xml", max_bytes=100)


def test_damage_gives_an_error_or_a_file_never_a_crash() -> None:
    data = document(entry("300.00", details=tx("100.00", "11") + tx("200.00", "22")))
    for cut in range(0, len(data), max(1, len(data) // 60)):
        assert refused(data[:cut])
    for position in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[position] ^= 0x15
        with contextlib.suppress(ReskontraError):
            assert read(bytes(damaged), file="a.xml").statements


def test_a_long_statement_with_line_breaks_is_read() -> None:
    """Blanks between entries once counted as text of the statement, and filled its cap."""
    body = (entry() + "\n" + " " * 200) * 600
    assert len(reading(body).statements[0].transactions) == 600


def test_more_elements_than_memory_should_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reskontra.adapters.formats.camt.stream.MAX_HELD", 200)
    many = reading(entry() * 100)
    assert len(many.statements[0].transactions) == 100
    assert refused(document(entry(more="<A/>" * 200))) == {"RK523"}
    assert refused(document("<A/>" * 150 + entry() + "<A/>" * 50)) == {"RK523"}


def test_errors_before_a_break_are_not_lost() -> None:
    data = document(entry("x") + entry())
    assert refused(data[:-30]) == {"RK507", "RK520"}


def test_information_never_refuses_a_payment() -> None:
    """An instructed amount or a part amount in a bad form is left out, with a warning."""
    detail = (
        '<TxDtls><AmtDtls><InstdAmt><Amt Ccy="USD">1.23456</Amt></InstdAmt></AmtDtls><RmtInf><Strd>'
        '<RfrdDocInf><Nb>1</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy="SEK">-5</RmtdAmt>'
        "</RfrdDocAmt></Strd></RmtInf></TxDtls>"
    )
    found = only(entry(details=detail))
    assert (found.foreign_amount, found.references[0].amount) == (None, None)
    assert codes(entry(details=detail)) == {"RK543"}


def test_a_detail_that_differs_from_its_entry_is_said() -> None:
    body = entry("99.00", details=tx("100.00", "1"))
    assert only(body).amount == 9900
    assert codes(body) == {"RK534"}
    assert codes(entry(details=tx("100.00", "1", sign="DBIT"))) == {"RK537"}


def test_entry_references_are_no_bank_ids() -> None:
    """Banks count NtryRef anew in each statement, and Swiss ones repeat the account in it."""
    body = entry().replace("<AcctSvcrRef>E1</AcctSvcrRef>", "<NtryRef>1</NtryRef>")
    assert (only(body).bank_reference, only(body).batch_id) == ("", "1")


def test_each_block_of_a_batch_is_counted_by_itself() -> None:
    block = "<NtryDtls><Btch><NbOfTxs>1</NbOfTxs></Btch>{}</NtryDtls>"
    body = entry("300.00").replace(
        "</Ntry>", block.format(tx("100.00", "1")) + block.format(tx("200.00", "2")) + "</Ntry>"
    )
    file = reading(body)
    assert [t.amount for t in file.statements[0].transactions] == [10000, 20000]
    assert file.warnings == ()


def test_one_page_of_several_proves_no_balance() -> None:
    body = (
        "<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"
        + balance("OPBD", "0.00") + balance("CLBD", "900.00") + entry()
    )  # fmt: skip
    statement = reading(body).statements[0]
    assert (statement.page, statement.last_page) == (1, False)


def test_opening_balance_of_the_day_wins_over_yesterdays_closing() -> None:
    body = balance("PRCD", "1.00") + balance("OPBD", "50.00") + balance("CLBD", "150.00") + entry()
    assert reading(body).statements[0].opening == 5000


def test_a_summary_that_differs_is_said() -> None:
    summary = (
        "<TxsSummry><TtlNtries><NbOfNtries>{}</NbOfNtries><TtlNetNtryAmt>{}</TtlNetNtryAmt>"
        "<CdtDbtInd>CRDT</CdtDbtInd></TtlNtries></TxsSummry>"
    )
    assert reading(summary.format(1, "100.00") + entry()).statements[0].bank_total == 10000
    assert codes(summary.format(1, "100.00") + entry()) == set()
    assert codes(summary.format(2, "100.00") + entry()) == {"RK544"}
    assert codes(summary.format(1, "99.00") + entry()) == {"RK544"}


def test_damaged_letters_are_said() -> None:
    detail = "<TxDtls><RltdPties><Dbtr><Nm>fÃ¤rg</Nm></Dbtr></RltdPties></TxDtls>"
    assert codes(entry(details=detail)) == {"RK505"}


def test_pending_entries_need_no_booking_date() -> None:
    body = entry(status="<Sts>PDNG</Sts>", booked="<ValDt><Dt>2026-11-25</Dt></ValDt>")
    assert only(body).booking_date == date(2026, 11, 25)
    assert codes(body) == set()


def test_a_reversal_keeps_the_only_party_it_names() -> None:
    detail = "<TxDtls><RltdPties><Dbtr><Nm>Ek AB</Nm></Dbtr></RltdPties></TxDtls>"
    found = only(entry(more="<RvslInd>true</RvslInd>", details=detail))
    assert found.counterparty.name == "Ek AB"

"""Compose the example company's files: customers, open items, a BgMax file and a camt.054 file,
with the ugly cases of life.

Everything is computed from one seed, so the same files come out everywhere. Layouts: BgMax
(80-character records, Bankgirot)
and ISO 20022 camt.054.001.08. No real person, company or account is meant; account numbers only
have right check digits.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from reskontra.engine.references.check_digits import NAMED_RULES

SEED = 20261124
FIRST = ("Ek", "Björk", "Alm", "Gran", "Lind", "Ask", "Rönn", "Tall", "Hassel", "Sälg", "Lönn")
SECOND = ("bygg", "måleri", "el", "plåt", "vvs", "mark", "golv", "tak", "glas", "kyl")
LEGAL = ("AB", "HB", "AB", "Aktiebolag", "AB")
BANKGIRO = "9912346"
"""Payee bankgiro of the example company (a published test number)."""
DEPOSIT_DAY, NOTICE_DAY = date(2026, 11, 20), date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class ExampleCustomer:
    """One row of customers.csv."""

    number: str
    name: str
    bankgiro: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ExampleItem:
    """One row of open_items.csv; amounts in öre."""

    number: str
    kind: str
    customer: ExampleCustomer
    day: date
    due: date
    amount: int
    ocr: str


@dataclass(frozen=True, slots=True)
class ExamplePayment:
    """One incoming payment; ``extras`` = (reference, signed part amount) of a list."""

    payer: str
    bankgiro: str
    amount: int
    ocr: str = ""
    code: str = "2"
    """BgMax reference code: 2 valid OCR, 5 wrong, 3 free text, 1 none, 0 references follow."""
    text: tuple[str, ...] = ()
    extras: tuple[tuple[str, int], ...] = ()
    scheme: str = "SCOR"


def with_check_digit(base: str) -> str:
    """``base`` and its Luhn digit."""
    return base + NAMED_RULES["luhn_mod10"].digits(base)


def ocr_of(number: str) -> str:
    """OCR with length digit: number, length mod 10, check digit (as the company's
    references.yaml).
    """
    return with_check_digit(f"{number}{(len(number) + 2) % 10}")


def customers() -> list[ExampleCustomer]:
    """220 customers; 218 and 219 belong to the group of 217."""
    result = []
    for index in range(220):
        first, second = FIRST[index % 11], SECOND[index // 11 % 10]
        name = (
            f"{first}{second} {LEGAL[index % 5]}"
            if index < 110
            else f"{second.title()}firma {first} {LEGAL[index % 5]}"
        )
        bankgiro = with_check_digit(f"{5000000 + index * 137:07d}") if index % 4 else ""
        result.append(ExampleCustomer(f"{1001 + index}", name, bankgiro))
    group = ExampleCustomer("1218", "Fjällkedjan AB", with_check_digit("5790217"))
    shops = [
        ExampleCustomer(f"{1219 + index}", f"Fjällbutik {place} AB", "", "1218")
        for index, place in enumerate(("Åre", "Sälen"))
    ]
    return [*result[:217], group, *shops]


def open_items(buyers: list[ExampleCustomer]) -> list[ExampleItem]:
    """About 1 560 open items, a few of them credit notes."""
    random = Random(SEED)
    items = []
    for index in range(1560):
        customer = buyers[(index * 7) % len(buyers)]
        day = date(2026, 8, 3) + timedelta(days=random.randrange(100))
        number = f"{310001 + index}"
        amount = random.randrange(40_000, 4_000_000)
        if index % 12 == 5:
            amount = 49_900
        kind = "credit_note" if index % 40 == 39 else "invoice"
        amount = amount // 10 if kind == "credit_note" else amount
        items.append(
            ExampleItem(
                number, kind, customer, day, day + timedelta(days=30), amount, ocr_of(number)
            )
        )
    return items


def write_customers(path: Path, buyers: Iterable[ExampleCustomer]) -> None:
    """customers.csv in the canonical layout."""
    columns = (
        "number", "name", "country", "currency", "org_number", "parent", "bank_accounts", "aliases",
        "write_off", "write_off_limit", "terms",
    )  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for c in buyers:
            writer.writerow(
                (c.number, c.name, "SE", "SEK", "", c.parent, c.bankgiro, "", "true", "", "30")
            )


def write_open_items(path: Path, items: Iterable[ExampleItem]) -> None:
    """open_items.csv in the canonical layout."""
    columns = (
        "number", "kind", "customer", "document_date", "due_date", "currency", "amount",
        "open_amount", "references",
    )  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for item in items:
            amount = kronor(item.amount)
            writer.writerow(
                (
                    item.number, item.kind, item.customer.number, item.day.isoformat(),
                    item.due.isoformat(), "SEK", amount, amount, item.ocr,
                )
            )  # fmt: skip


def kronor(minor: int) -> str:
    """Exact decimal text."""
    return f"{minor // 100}.{minor % 100:02d}"


def deposit(items: list[ExampleItem]) -> list[ExamplePayment]:
    """Payments of the BgMax file: mostly right OCRs, and what goes wrong with them."""
    invoices = [item for item in items if item.kind == "invoice"]
    good = invoices[0:240:4]
    payments = [with_ocr(item, item.amount) for item in good]
    partial, over, short, twice, wrong, first, second, third = invoices[300:308]
    credit = next(i for i in items if i.kind == "credit_note" and i.customer.number == "1054")
    debit = next(i for i in invoices[320:] if i.customer.number == "1054")
    mistyped = wrong.ocr[:2] + wrong.ocr[3] + wrong.ocr[2] + wrong.ocr[4:]
    payments += [
        with_ocr(partial, partial.amount // 2),
        with_ocr(over, over.amount + 30_000),
        with_ocr(short, short.amount - 40),
        with_ocr(twice, twice.amount),
        with_ocr(twice, twice.amount),
        ExamplePayment(wrong.customer.name, wrong.customer.bankgiro, wrong.amount, mistyped, "5"),
        ExamplePayment(
            debit.customer.name, debit.customer.bankgiro, debit.amount - credit.amount, "", "0",
            extras=((debit.ocr, debit.amount), (credit.ocr, -credit.amount)),
        ),
        ExamplePayment(
            "BGGIRERING", "", first.amount + second.amount + third.amount, "", "0",
            extras=tuple((i.ocr, i.amount) for i in (first, second, third)),
        ),
    ]  # fmt: skip
    return payments


def with_ocr(item: ExampleItem, amount: int) -> ExamplePayment:
    """A payment that states the item's OCR."""
    return ExamplePayment(item.customer.name, item.customer.bankgiro, amount, item.ocr)


def notice(items: list[ExampleItem], buyers: list[ExampleCustomer]) -> list[ExamplePayment]:
    """Payments of the camt.054 file: references, free text, lists, accounts, and none at all."""
    invoices = [item for item in items if item.kind == "invoice"]
    payments = [with_ocr(item, item.amount) for item in invoices[400:520:4]]
    in_text, one, two, three = invoices[600], *same_customer(invoices[601:], 3)
    child = next(i for i in invoices[900:] if i.customer.number == "1219")
    unique = next(i for i in invoices[700:] if i.customer.bankgiro and i.amount > 100_000)
    by_name = next(i for i in invoices[800:] if i.amount > 200_000)
    twins = next(i for i in invoices if i.amount == 49_900 and i.customer.bankgiro)
    group = next(c for c in buyers if c.number == "1218")
    listed = one.amount + two.amount + three.amount
    numbers = f"Faktura {one.number}, {two.number} och {three.number}"
    payments += [
        paid_by(in_text.customer, in_text.amount, f"Betalning avser OCR {in_text.ocr} tack"),
        paid_by(one.customer, listed, numbers),
        ExamplePayment(group.name, group.bankgiro, child.amount, child.ocr),
        paid_by(unique.customer, unique.amount, "Betalning"),
        ExamplePayment(by_name.customer.name.upper(), "", by_name.amount, text=("BETALNING",)),
        ExamplePayment(twins.customer.name, "", twins.amount, text=("Abonnemang november",)),
        ExamplePayment("Okänd Avsändare AB", "", 777_700, text=("Tack för senast",)),
        ExamplePayment("SKATTEVERKET", "", 1_234_500, text=("UTBETALNING SKATTEKONTO",)),
        ExamplePayment("Nordljus Energi AB", "", 5_000_000, text=("EGEN OVERFORING",)),
    ]
    return payments


def paid_by(customer: ExampleCustomer, amount: int, text: str) -> ExamplePayment:
    """A payment from the customer's own account with nothing but free text."""
    return ExamplePayment(customer.name, customer.bankgiro, amount, text=(text,))


def same_customer(invoices: list[ExampleItem], count: int) -> list[ExampleItem]:
    """The first ``count`` invoices of one customer."""
    first = invoices[0]
    return [item for item in invoices if item.customer == first.customer][:count]


def bgmax(payments: list[ExamplePayment]) -> bytes:
    """The BgMax file of one deposit."""
    records = [f"01{'BGMAX':<20}01{'20261120183000000000'}P".ljust(80)]
    records.append(f"05{BANKGIRO:0>10}{'':10}SEK".ljust(80))
    extras = 0
    for serial, p in enumerate(payments, start=1):
        records.append(_bgmax_payment("20", p.bankgiro, p.ocr, p.amount, p.code, serial))
        for reference, part in p.extras:
            kind = "22" if part >= 0 else "23"
            records.append(_bgmax_payment(kind, p.bankgiro, reference, abs(part), "2", serial))
            extras += 1
        records.append(f"26{p.payer[:35]:<35}".ljust(80))
    total = sum(p.amount for p in payments)
    account = "53680000000000000000"
    records.append(f"15{account:0>35}{DEPOSIT_DAY:%Y%m%d}00056{total:0>18}SEK{len(payments):0>8} ")
    records.append(f"70{len(payments):0>8}{0:0>8}{extras:0>8}{1:0>8}".ljust(80))
    return ("\r\n".join(records) + "\r\n").encode("iso-8859-1")


def _bgmax_payment(
    kind: str, bankgiro: str, reference: str, amount: int, code: str, serial: int
) -> str:
    record = f"{kind}{bankgiro:0>10}{reference:>25}{amount:0>18}{code}1{serial:0>12}0"
    return record.ljust(80)


def camt054(payments: list[ExamplePayment]) -> bytes:
    """The camt.054.001.08 notification of one day, one entry per payment."""
    entries = "".join(_entry(p, serial) for serial, p in enumerate(payments, start=1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>\n'
        "<GrpHdr><MsgId>NORDLJUS-20261123-1</MsgId><CreDtTm>2026-11-23T19:00:00</CreDtTm></GrpHdr>\n"
        "<Ntfctn><Id>N20261123</Id><CreDtTm>2026-11-23T19:00:00</CreDtTm>"
        f"<Acct><Id><Othr><Id>{BANKGIRO}</Id><SchmeNm><Prtry>BGNR</Prtry></SchmeNm></Othr></Id>"
        f"<Ccy>SEK</Ccy></Acct>\n{entries}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n"
    ).encode()


def _entry(p: ExamplePayment, serial: int) -> str:
    amount, day = kronor(p.amount), NOTICE_DAY.isoformat()
    account = (
        f"<DbtrAcct><Id><Othr><Id>{p.bankgiro}</Id><SchmeNm><Prtry>BGNR</Prtry></SchmeNm></Othr></Id></DbtrAcct>"
        if p.bankgiro
        else ""
    )
    structured = (
        f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{p.ocr}</Ref></CdtrRefInf></Strd>"
        if p.ocr
        else ""
    )
    text = "".join(f"<Ustrd>{escape(line)}</Ustrd>" for line in p.text)
    return (
        f'<Ntry><Amt Ccy="SEK">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>C20261123{serial:05d}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>C20261123{serial:05d}</AcctSvcrRef></Refs>"
        f'<Amt Ccy="SEK">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<RltdPties><Dbtr><Pty><Nm>{escape(p.payer)}</Nm></Pty></Dbtr>{account}</RltdPties>"
        f"<RmtInf>{text}{structured}</RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def compose(folder: Path) -> None:
    """Write the four files into ``folder``."""
    buyers = customers()
    items = open_items(buyers)
    write_customers(folder / "customers.csv", buyers)
    write_open_items(folder / "open_items.csv", items)
    (folder / "bgmax.txt").write_bytes(bgmax(deposit(items)))
    (folder / "camt054.xml").write_bytes(camt054(notice(items, buyers)))

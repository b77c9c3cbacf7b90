"""What kind of file this is, told from its first characters and never from its name.

Every format that a Nordic bank or ledger hands out is named, so that a person learns what was
fetched even where it cannot be read yet.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Literal

from reskontra.adapters.formats.csv_table import Dialect
from reskontra.adapters.formats.findings import Findings
from reskontra.adapters.formats.plain_text import check_bytes
from reskontra.engine.bank_file import BankFile
from reskontra.engine.errors import Place, ReskontraError

KINDS = {
    "bgmax": "BgMax (incoming bankgiro payments)",
    "camt.052": "camt.052 (account report)",
    "camt.053": "camt.053 (statement)",
    "camt.054": "camt.054 (notification of payments)",
    "pain.001": "pain.001 (payment order)",
    "pain.002": "pain.002 (payment status report)",
    "iso20022": "another ISO 20022 message",
    "finvoice": "Finvoice (invoice)",
    "ubl": "UBL or PEPPOL BIS (invoice)",
    "xml": "XML of an unknown kind",
    "autogiro": "Autogiro (direct debits)",
    "bankgirot-ocr": "the old Bankgirot OCR file",
    "bankgirot-lb": "Leverantörsbetalningar (supplier payments)",
    "nets-ocr": "Nets OCR giro or AvtaleGiro",
    "tito": "TITO (Finnish account statement)",
    "ktl": "KTL/SVM (Finnish incoming reference payments)",
    "edifact": "EDIFACT (CREMUL, DEBMUL ...)",
    "mt940": "MT940 or MT942 (SWIFT statement)",
    "bai2": "BAI2 (American statement)",
    "ofx": "OFX (statement)",
    "sie": "SIE (Swedish vouchers)",
    "pdf": "a PDF document",
    "html": "a web page",
    "zip": "a packed folder (zip)",
    "binary": "binary content",
    "csv": "a table of text (CSV)",
    "text": "text of an unknown kind",
    "empty": "an empty file",
}
"""Every kind with its name for people."""
READABLE = ("camt.052", "camt.053", "camt.054", "bgmax", "csv")
"""Kinds that ``read_bank_file`` takes; CSV needs a dialect."""

_HEAD = 4096
_ISO = re.compile(r"""xmlns(?::\w+)?\s*=\s*["'][^"']*[:/]([a-z]{4}\.[0-9]{3})\.[0-9]{3}""")
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_PROLOGUE = re.compile(r"<[?!].*?>", re.DOTALL)
_TEXT_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("pdf", "%PDF"),
        ("bgmax", "01BGMAX"),
        ("autogiro", "01(?:[0-9]{8})?AUTOGIRO"),
        ("bankgirot-ocr", "00.{0,76}BANKGIROT"),
        ("bankgirot-lb", r"(?:[^\r\n]{0,80}\r?\n){0,8}11.{16}LEVERANT"),
        ("nets-ocr", "NY000010"),
        ("tito", "T00322"),
        ("edifact", "UN[AB][^A-Za-z0-9]"),
        ("mt940", r"(?:[^\r\n]{0,40}\r?\n){0,4}:20:|\{1:|:61:"),
        ("bai2", "01,"),
        ("ofx", "OFXHEADER|<OFX"),
        ("sie", "#FLAGGA"),
        ("ktl", r"0[A-Z0-9 ]{89}\r?\n"),
    )
)
_CSV = re.compile(r"[^\r\n]*[,;\t|][^\r\n]*(?:\r?\n|\r|$)")
_NOT_PAYMENTS = {"pdf": "a PDF", "html": "a web page", "zip": "a packed folder"}

BalanceCheck = Literal["error", "warn", "off"]


def detect(data: bytes) -> str:
    """A key of ``KINDS``.

    >>> detect(b"01BGMAX               01"), detect(b"%PDF-1.4"), detect(b"a;b")
    ('bgmax', 'pdf', 'csv')
    """
    if not data.strip():
        return "empty"
    if data.startswith(b"PK\x03\x04"):
        return "zip"
    head = _head(data)
    if head.startswith("<") and not head.startswith("<OFX"):
        return _xml_kind(head)
    return _text_kind(head)


def _text_kind(head: str) -> str:
    if "\0" in head and not head.startswith("%PDF"):
        return "binary"
    for kind, pattern in _TEXT_KINDS:
        if pattern.match(head):
            return kind
    return "csv" if _CSV.match(head) else "text"


def _head(data: bytes) -> str:
    """The first characters, without byte order mark and leading blanks."""
    head = data[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace")
    elif head.startswith((b"<\0", b"\0<")):
        text = head.decode("utf-16-le" if head[0] else "utf-16-be", "replace")
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("iso-8859-1")
    return text.lstrip("\ufeff\x01 \t\r\n")


def _xml_kind(head: str) -> str:
    if re.match(r"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)", head, re.IGNORECASE | re.DOTALL):
        return "html"
    messages = _ISO.findall(head)
    if messages:
        return next((message for message in messages if message in KINDS), "iso20022")
    root = _ROOT.search(_PROLOGUE.sub("", head))
    name = root[1] if root else ""
    if name == "Finvoice":
        return "finvoice"
    if "urn:oasis:names:specification:ubl" in head or name in {"Invoice", "CreditNote"}:
        return "ubl"
    if name == "OFX":
        return "ofx"
    return "html" if name.lower() in {"html", "head", "body"} else "xml"


def read_bank_file(
    data: bytes,
    *,
    file: str,
    dialect: Dialect | None = None,
    balance_check: BalanceCheck = "error",
    account: str = "",
) -> BankFile:
    """Read a bank file of any kind that can be read; with ``dialect`` it is a CSV file.

    ``account``: whose lines these are, for CSV files that do not say. Raises ``ReskontraError``:
    RK500 empty, RK501 a kind that cannot be read, RK503 binary, RK504 a document or a packed
    folder, and whatever the reader of the format finds.
    """
    kind = detect(data)
    if kind == "empty" or (kind == "binary" and dialect is None):
        check_bytes(data, Findings(file))
    if kind in _NOT_PAYMENTS:
        raise _not_a_payment_file(kind, data, file)
    if dialect is not None and kind not in {"bgmax", "camt.052", "camt.053", "camt.054"}:
        from reskontra.adapters.formats.csv_table import read_bank_csv

        return read_bank_csv(data, file=file, dialect=dialect, account=account)
    if kind == "bgmax":
        from reskontra.adapters.formats import bgmax

        return bgmax.read(data, file=file)
    if kind.startswith("camt."):
        return _camt()(data, file=file, balance_check=balance_check)
    if kind == "csv" and _is_canonical(data):
        from reskontra.adapters.formats.csv_table import read_bank_csv

        return read_bank_csv(data, file=file, account=account)
    raise _unreadable(kind, file)


def _is_canonical(data: bytes) -> bool:
    """Whether the header of a CSV file is that of the canonical layout (docs/csv.md)."""
    header = data.splitlines()[0].decode("utf-8-sig", "replace").split(",")
    return {"booking_date", "amount", "currency"} <= {name.strip().strip('"') for name in header}


def _camt() -> Callable[..., BankFile]:
    from reskontra.adapters.formats import camt

    return camt.read


def _unreadable(kind: str, file: str) -> ReskontraError:
    if kind == "csv":
        return ReskontraError.of(
            "RK501",
            "this looks like a table of text (CSV), whose layout is not known",
            place=Place(file, 1),
            help="name its layout with --dialect (a shipped one or your own YAML file)",
        )
    return ReskontraError.of(
        "RK501",
        f"this is {KINDS[kind]}, which cannot be imported as a bank file",
        place=Place(file, 1),
        help="can be read: " + ", ".join(KINDS[readable] for readable in READABLE),
    )


def _not_a_payment_file(kind: str, data: bytes, file: str) -> ReskontraError:
    inside = f" that holds {_names(data)}" if kind == "zip" else ""
    advice = {
        "pdf": "a PDF is for people; fetch the payment file itself",
        "html": "a web page is often the bank's login page: sign in and fetch the file again",
        "zip": "unpack it and import the files in it",
    }
    return ReskontraError.of(
        "RK504",
        f"this is {_NOT_PAYMENTS[kind]}{inside}, not a payment file",
        place=Place(file),
        help=advice[kind],
    )


def _names(data: bytes) -> str:
    """Names of the first files in a zip; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as folder:
            names = folder.namelist()
    except (zipfile.BadZipFile, ValueError, RuntimeError):
        return "nothing readable (it is damaged)"
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return (", ".join(map(ascii, names[:5])) or "nothing") + more

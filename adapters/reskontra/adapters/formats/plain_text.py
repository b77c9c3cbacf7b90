r"""Bytes of a text file into text: size, emptiness, binary content, encoding.

Bank files come as Latin-1, as UTF-8 with or without a mark, with CRLF, LF or no line ends at all.
The bytes are decoded first and cut by characters afterwards. Letters that an earlier program
destroyed cannot be restored here; they are reported (RK505).
"""

from __future__ import annotations

import re

from reskontra.adapters.formats.findings import Findings

MAX_BYTES = 200_000_000
"""Largest file that is read, in bytes."""

_MOJIBAKE = re.compile("Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf]|[a-zåäöæø]Â[a-zåäöæø]")
_SIGNS = ("Ã", "Â")
"""Looked for first: a plain search of a large file is ten times as fast as the pattern."""
_DAMAGED = "�"
_CONTROLS = bytes(range(0x80, 0xA0))
"""Bytes that are letters in DOS and Windows code pages and nothing in Latin-1."""


def check_bytes(data: bytes, findings: Findings, *, max_bytes: int = MAX_BYTES) -> None:
    """Refuse what cannot be a text file: RK500 empty, RK502 too large, RK503 binary."""
    if not data.strip():
        findings.error(
            "RK500",
            f"the file is empty ({len(data)} bytes)" if not data else "the file holds only blanks",
            help="fetch the file from the bank again; an empty download is not an empty day",
        )
    elif len(data) > max_bytes:
        findings.error(
            "RK502",
            f"the file has {len(data)} bytes, at most {max_bytes} are read",
            help="ask the bank for several smaller files",
        )
    elif b"\0" in data:
        at = data.index(b"\0")
        findings.error(
            "RK503",
            f"byte {at + 1} is NUL: expected a text file, met binary content",
            data.count(b"\n", 0, at) + 1,
            help="fetch the file again in binary mode; if it is UTF-16 or packed, save it as text",
        )
    findings.stop()


def decode(data: bytes, findings: Findings) -> str:
    r"""Text of ``data``: UTF-8 where it is valid UTF-8, else Latin-1; without a byte order mark.

    >>> decode("Åre".encode("latin-1"), Findings("f")), decode("Åre".encode(), Findings("f"))
    ('Åre', 'Åre')

    Warns (RK505) on the first line with damaged letters.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
        if len(data.translate(None, _CONTROLS)) < len(data):
            findings.warn(
                "RK505",
                "letters are damaged: bytes 80-9F stand in a Latin-1 file, it was written in a "
                "DOS or Windows code page",
                help="fetch the original file from the bank; names in this one cannot be trusted",
            )
    warn_of_damage(text, findings)
    return text


def warn_of_damage(text: str, findings: Findings) -> None:
    """Warn (RK505) once when letters were destroyed before the file came here."""
    if text.isascii():
        return
    lost = text.find(_DAMAGED)
    mixed = _MOJIBAKE.search(text) if any(sign in text for sign in _SIGNS) else None
    found = [at for at in (lost, mixed.start() if mixed else -1) if at >= 0]
    if not found:
        return
    at = min(found)
    start = text.rfind("\n", 0, at) + 1
    excerpt = text[max(start, at - 20) : at + 20].splitlines()[0].strip()
    findings.warn(
        "RK505",
        f"letters are damaged ({text.count(_DAMAGED)} lost, first here: {excerpt!r}): the file "
        "was read and saved in a wrong encoding before it came here",
        text.count("\n", 0, at) + 1,
        help="fetch the original file from the bank; names in this one cannot be trusted",
    )

"""Electronic addresses of Peppol participants: ``scheme:value`` with a scheme of the EAS code list.

Mirrors the checks of the Peppol BIS 3 schematron (R040 GLN, R041 Norway, R043 Belgium, R049 Sweden)
and tests the national check digits of the other schemes where they are known.
"""

from __future__ import annotations

import re

from reskontra.engine.identifiers.parties import national
from reskontra.engine.identifiers.verdict import Verdict, wrong

_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,49}")

SCHEME_KINDS: dict[str, str] = {
    "0007": "se_orgnr",
    "0037": "fi_ovt",
    "0088": "gln",
    "0183": "ch_uid",
    "0184": "dk_cvr",
    "0191": "ee_registrikood",
    "0192": "no_orgnr",
    "0196": "is_kennitala",
    "0198": "dk_cvr",
    "0204": "de_leitweg",
    "0208": "be_vat",
    "0212": "fi_ytunnus",
    "0213": "fi_alv",
    "0216": "fi_ovt",
    "0218": "lv_pvn",
    "9910": "hu_vat",
    "9914": "at_vat",
    "9920": "es_vat",
    "9925": "be_vat",
    "9926": "bg_vat",
    "9927": "ch_vat",
    "9928": "cy_vat",
    "9929": "cz_vat",
    "9930": "de_vat",
    "9931": "ee_vat",
    "9932": "gb_vat",
    "9933": "gr_vat",
    "9934": "hr_vat",
    "9935": "ie_vat",
    "9937": "lt_vat",
    "9938": "lu_vat",
    "9939": "lv_vat",
    "9943": "mt_vat",
    "9944": "nl_vat",
    "9945": "pl_vat",
    "9946": "pt_vat",
    "9947": "ro_vat",
    "9949": "si_vat",
    "9950": "sk_vat",
    "9955": "se_vat",
    "9956": "be_vat",
    "9957": "fr_vat",
}
"""EAS scheme -> kind whose check digits are tested."""

SCHEME_PATTERNS: dict[str, str] = {
    "0096": r"[0-9]{10}",
    "0106": r"[0-9]{8}",
    "0190": r"[0-9]{20}",
    "0200": r"[0-9]{7}|[0-9]{9}",
}
"""EAS scheme without a check digit -> its form (DK P-number, NL KvK and OIN, LT legal entity)."""

OTHER_SCHEMES = frozenset((
    "0002", "0009", "0060", "0097", "0130", "0135", "0142", "0147", "0151", "0154", "0158",
    "0170", "0177", "0188", "0193", "0194", "0195", "0199", "0201", "0202", "0203", "0205",
    "0209", "0210", "0211", "0215", "0217", "0221", "0225", "0230", "0235", "0240", "9913",
    "9915", "9918", "9919", "9922", "9923", "9924", "9936", "9940", "9941", "9942", "9948",
    "9951", "9952", "9953", "9959", "AN", "AQ", "AS", "AU", "EM"
))  # fmt: skip
"""EAS schemes of which only the characters are tested."""


def peppol_id(text: str) -> Verdict:
    """A participant identifier.

    >>> peppol_id("0088:7300010000001").valid, peppol_id("9999:123").error
    (True, 'INVALID')
    """
    scheme, _, value = text.strip().partition(":")
    if not _VALUE.fullmatch(value) or not _fits(scheme, value):
        return wrong("INVALID")
    return Verdict(valid=True, normalized=f"{scheme}:{value}")


def _fits(scheme: str, value: str) -> bool:
    if scheme in SCHEME_KINDS:
        return national(SCHEME_KINDS[scheme], value).valid
    if scheme in SCHEME_PATTERNS:
        return re.fullmatch(SCHEME_PATTERNS[scheme], value) is not None
    return scheme in OTHER_SCHEMES

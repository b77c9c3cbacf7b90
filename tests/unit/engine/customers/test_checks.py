"""Every way in which a customer can be wrong, and its neighbour that is right."""

from __future__ import annotations

import pytest
from tests.published import rows

from reskontra.engine.customers.checks import findings
from reskontra.engine.preferences.customers import Fields

GOOD: Fields = {
    "name": "Ada AB", "country": "SE", "currency": "SEK", "locations.PRIMARY.default": True,
}  # fmt: skip

CASES: list[tuple[Fields, str]] = [
    ({}, ""),
    ({"name": " "}, "RK831 name"),
    ({"org_number": "556047-3521"}, ""),
    ({"org_number": "811228-9874"}, ""),
    ({"org_number": "556047-3522"}, "RK582 org_number"),
    ({"org_number": "12"}, "RK581 org_number"),
    ({"country": "NO", "org_number": "988077917"}, ""),
    ({"country": "DE", "org_number": "anything"}, ""),
    ({"vat_number": "SE556047352101"}, ""),
    ({"vat_number": "SE556047352201"}, "RK582 vat_number"),
    ({"vat_number": "BE0431150351"}, "RK582 vat_number"),
    ({"country": "NO", "vat_number": "995525828MVA"}, ""),
    ({"gln": "7369474227874"}, ""),
    ({"gln": "7369474227875"}, "RK582 gln"),
    ({"edi_code": "0088:7300010000001"}, ""),
    ({"edi_code": "0088:7300010000002"}, "RK588 edi_code"),
    ({"edi_code": "OPERATOR-7"}, ""),
    ({"locations.S.country": "NO", "locations.S.org_number": "988077918"},
     "RK582 locations.S.org_number"),
    ({"address.main.postcode": "903 27"}, ""),
    ({"address.main.postcode": "9032"}, "RK833 address.main.postcode"),
    ({"address.billing.same_as_main": False, "address.billing.country": "NO",
      "address.billing.postcode": "0150"}, ""),
    ({"payment_methods.b.account_type": "bankgiro", "payment_methods.b.account": "991-2346"}, ""),
    ({"payment_methods.b.account_type": "bankgiro", "payment_methods.b.account": "991-2345"},
     "RK582 payment_methods.b.account"),
    ({"payment_methods.b.account_type": "plusgiro", "payment_methods.b.account": "28 17 58-0"},
     "RK582 payment_methods.b.account"),
    ({"payment_methods.b.account_type": "iban", "payment_methods.b.account": "SE455000000005839"},
     "RK581 payment_methods.b.account"),
    ({"write_off_limit": "5.00"}, ""),
    ({"credit.limit": "5.005"}, "RK834 credit.limit"),
    ({"currency": "JPY", "write_off_limit": "5.50"}, "RK834 write_off_limit"),
    ({"locations.PRIMARY.default": False}, "RK835 locations"),
    ({"contacts.a.default": True, "contacts.b.default": True}, "RK835 contacts"),
    ({"payment_methods.a.default": True, "payment_methods.a.active": False},
     "RK835 payment_methods.a.active"),
    ({"address.billing.same_as_main": True, "address.billing.city": "Lund"},
     "RK836 address.billing.city"),
    ({"e_invoice.print": True}, "RK836 e_invoice.print"),
    ({"e_invoice.print": True, "e_invoice.peppol": True, "e_invoice.autoinvoice": True}, ""),
    ({"e_invoice.exclude_pdf": True, "e_invoice.peppol": True}, "RK836 e_invoice.exclude_pdf"),
    ({"e_invoice.exclude_pdf": True, "e_invoice.peppol": True, "e_invoice.b2c": True,
      "country": "NO"}, ""),
    ({"e_invoice.b2c": True}, "RK836 e_invoice.b2c"),
    ({"e_invoice.first_attachment": True}, "RK836 e_invoice.first_attachment"),
    ({"finvoice.agreement": "x"}, "RK836 finvoice.agreement"),
    ({"direct_debit.mandate": "x"}, "RK836 direct_debit.mandate"),
    ({"country": "NL", "direct_debit.iban": "NL91ABNA0417164301"}, "RK582 direct_debit.iban"),
    ({"share_credit": True}, "RK836 share_credit"),
    ({"dunning.blocked": True}, "RK836 dunning.blocked"),
    ({"dunning.blocked": True, "dunning.reason": "dispute"}, ""),
    ({"attributes.trade.required": True}, "RK837 attributes.trade.value"),
    ({"attributes.trade.required": True, "attributes.trade.value": "steel"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "expected"), CASES, ids=str)
def test_what_is_wrong_is_named(fields: Fields, expected: str) -> None:
    found = list(findings({**GOOD, **fields}))
    assert " ".join(f"{f.code} {f.key}" for f in found) == expected
    assert all(f.message and f.help for f in found)


def test_identifiers_are_judged_as_the_vectors_say() -> None:
    fields = {"se_orgnr": ("org_number", "SE"), "no_orgnr": ("org_number", "NO"),
              "fi_ytunnus": ("org_number", "FI"), "dk_cvr": ("org_number", "DK"),
              "is_kennitala": ("org_number", "IS"), "se_vat": ("vat_number", "SE"),
              "no_vat": ("vat_number", "NO"), "gln": ("gln", "SE"), "ee_vat": ("vat_number", "EE"),
              "nl_vat": ("vat_number", "NL"), "be_vat": ("vat_number", "BE"),
              "peppol_id": ("edi_code", "SE")}  # fmt: skip
    tried = 0
    for row in rows("party_identifier"):
        if row["kind"] in fields and row["input"]:
            key, country = fields[row["kind"]]
            found = list(findings({**GOOD, "country": country, key: row["input"]}))
            assert (not found) == (row["valid"] == "true"), row
            tried += 1
    assert tried > 25

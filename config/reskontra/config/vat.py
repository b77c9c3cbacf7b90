"""``vat.yaml``: VAT codes and zones to typed preferences.

RK328 a rate that does not fit the kind · RK227 a code or zone that nothing defines.
"""

from __future__ import annotations

from reskontra.config.values import Values
from reskontra.engine.preferences.vat import VatCode, VatPreferences, VatZone

_CARRIES_VAT = ("standard", "reduced")


def build_vat(values: Values) -> VatPreferences:
    """The VAT codes and zones of a company."""
    codes = []
    for key, ident, item in values.items("vat", "codes"):
        rate = values.percent(*key, "rate")
        if (rate > 0) != (item["kind"] in _CARRIES_VAT):
            message = f"VAT code '{ident}': rate {item['rate']} does not fit kind {item['kind']}"
            help_ = f"only {' and '.join(_CARRIES_VAT)} have a rate above 0"
            values.problem("RK328", message, (*key, "rate"), help_)
        account = str(item.get("account") or "")
        codes.append(VatCode(ident, item["description"], rate, item["kind"], account))
    names = [code.id for code in codes]
    zones = []
    for key, ident, item in values.items("vat", "zones"):
        replaced = item.get("code") or ""
        values.known("VAT code", replaced, names, *key, "code")
        zones.append(VatZone(ident, item["description"], replaced, item["sales"]))
    vat = values.map("vat")
    values.known("VAT code", vat["default"], names, "vat", "default")
    values.known("VAT zone", vat["zone"], [zone.id for zone in zones], "vat", "zone")
    return VatPreferences(tuple(codes), vat["default"], tuple(zones), vat["zone"])

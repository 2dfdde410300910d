"""The regimes that dbarch knows something about, and how people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

REGIMES: Mapping[str, str] = {
    "gdpr": "GDPR",
    "mifid2": "MiFID II / MiFIR",
    "cftc": "Dodd-Frank / CFTC",
    "sec_17a4": "SEC 17a-4",
    "cat": "CAT (SEC Rule 613)",
    "emir": "EMIR",
    "pci_dss": "PCI DSS",
    "sox": "SOX",
}

_SAME = {
    "mifid": "mifid2", "mifidii": "mifid2", "mifir": "mifid2", "mifid2mifir": "mifid2", "mifidiimifir": "mifid2",
    "doddfrank": "cftc", "doddfrankcftc": "cftc", "sec17a4": "sec_17a4", "17a4": "sec_17a4", "rule613": "cat",
    "emirrefit": "emir", "pci": "pci_dss", "pcidss": "pci_dss", "sarbanesoxley": "sox", "dsgvo": "gdpr",
    "nothing": "none", "no": "none",
}  # fmt: skip


def regime_key(name: str) -> str:
    """The one spelling of a regime: `MiFID II`, `MiFIR` and `mifid2` are `mifid2`; one that is not known stays itself."""
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    return _SAME.get(bare, re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_"))


def regime_name(key: str) -> str:
    """The name for people."""
    return REGIMES.get(key, key)

"""Azure's paired regions: where a geo-redundant vault is copied to, and so where its secondary region is. Pure data.

Source: Microsoft's published list of cross-region replication pairs; az restores across regions by a table as well,
keyed by the vault's short location (docs/azure.md, The az client). A table and no read: the secondary region is asked
for when the primary one is down, and then every other dependency is one too many. A pair is not always mutual (Brazil
South is copied to South Central US, which is copied to North Central US).
"""

from collections.abc import Mapping
from typing import Final

_MUTUAL: Final = (
    ("australiacentral", "australiacentral2"),
    ("australiaeast", "australiasoutheast"),
    ("canadacentral", "canadaeast"),
    ("centralindia", "southindia"),
    ("chinaeast", "chinanorth"),
    ("chinaeast2", "chinanorth2"),
    ("eastasia", "southeastasia"),
    ("eastus", "westus"),
    ("eastus2", "centralus"),
    ("francecentral", "francesouth"),
    ("germanynorth", "germanywestcentral"),
    ("japaneast", "japanwest"),
    ("jioindiacentral", "jioindiawest"),
    ("koreacentral", "koreasouth"),
    ("northcentralus", "southcentralus"),
    ("northeurope", "westeurope"),
    ("norwayeast", "norwaywest"),
    ("southafricanorth", "southafricawest"),
    ("swedencentral", "swedensouth"),
    ("switzerlandnorth", "switzerlandwest"),
    ("uaecentral", "uaenorth"),
    ("uksouth", "ukwest"),
    ("usdodcentral", "usdodeast"),
    ("usgovarizona", "usgovtexas"),
    ("westcentralus", "westus2"),
)
_ONE_WAY: Final = {
    "brazilsouth": "southcentralus",
    "brazilsoutheast": "brazilsouth",
    "usgovvirginia": "usgovtexas",
    "westindia": "southindia",
    "westus3": "eastus",
}
PAIRS: Final[Mapping[str, str]] = dict(_MUTUAL) | {other: one for one, other in _MUTUAL} | _ONE_WAY


def short_name(location: str) -> str:
    """One spelling of a region: Azure writes both "West US" and "westus"."""
    return location.replace(" ", "").lower()


def paired_region(location: str) -> str | None:
    """The region that Azure copies this one to; None where no pair is known (newer regions have none)."""
    return PAIRS.get(short_name(location))


_OTHER_GEOGRAPHY: Final = frozenset({("brazilsouth", "southcentralus")})
"""Pairs across geographies, by name in "Restore encrypted Azure VMs"; no other is known of."""


def in_other_geography(location: str, paired: str) -> bool:
    """Whether the paired region is known to be in another geography."""
    return (short_name(location), short_name(paired)) in _OTHER_GEOGRAPHY

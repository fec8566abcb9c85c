"""Azure's spelling of names: ARM ids, container and item names, time zones. Pure; no Azure package is imported here.

ARM ids are case-insensitive, and Azure returns them in the letter case of the request (docs/azure.md, Formats). So
every function here accepts any letter case and returns one spelling: the subscription in lower case, the rest as
written. Compare two resources by `vm_key` or `same_id`, never by their spelling.

`check_...` is for a **new** name, which a caller chooses: no stricter than Azure. `read_...` is for the name of
something that exists, from Azure, from a row of ours or from a caller: any name that an id can contain (docs/azure.md,
Names). All of them raise ValueError; its text is a sentence that says what is wrong.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from tzlocal.windows_tz import tz_win, win_tz

from app.azure.values import PolicyRef, VaultRef, VmRef
from app.core.letter_case import fold_case

CONTAINER_PREFIX: Final = "IaasVMContainer"
ITEM_PREFIX: Final = "VM"
RESOURCE_MANAGER_KIND: Final = "iaasvmcontainerv2"
"""The marker of a VM made through Resource Manager; classic VMs (retired) carried `iaasvmcontainer`."""
LONGEST_NAME: Final = 260
"""The longest name that Resource Manager accepts; each kind of resource has a lower limit."""
SEPARATORS: Final = "< > % & : ; # \\ ? /"
_NO_NAME: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff<>%&:;#\\?/]")


@dataclass(frozen=True, slots=True)
class NameRule:
    """What a kind of resource may be called (Microsoft: "Naming rules and restrictions for Azure resources")."""

    noun: str
    pattern: re.Pattern[str]
    words: str


_RULES: Final[Mapping[str, NameRule]] = {
    "resource group": NameRule(
        "resource group name",
        re.compile(r"[-\w.()]{0,89}[-\w()]"),
        "1 to 90 letters, digits, '_', '-', '.', '(' or ')', not ending with '.'",
    ),
    "virtual machine": NameRule(
        "virtual machine name",
        re.compile(r"[^\W_](?:[\w.-]{0,78}\w)?"),
        "1 to 80 letters, digits, '_', '-' or '.', starting with a letter or digit, not ending with '.' or '-'",
    ),
    "vault": NameRule(
        "vault name",
        re.compile(r"[A-Za-z][A-Za-z0-9-]{1,49}"),
        "2 to 50 letters, digits or '-', starting with a letter",
    ),
    "policy": NameRule(
        "policy name",
        re.compile(r"[A-Za-z][A-Za-z0-9-]{1,148}[A-Za-z0-9]"),
        "3 to 150 letters, digits or '-', starting with a letter, not ending with '-'",
    ),
    "storage account": NameRule("storage account name", re.compile(r"[A-Za-z0-9]{3,24}"), "3 to 24 letters or digits"),
    "virtual network": NameRule(
        "virtual network name",
        re.compile(r"[A-Za-z0-9][\w.-]{0,62}\w"),
        "2 to 64 letters, digits, '_', '-' or '.', starting with a letter or digit, not ending with '.' or '-'",
    ),
    "subnet": NameRule(
        "subnet name",
        re.compile(r"[A-Za-z0-9](?:[\w.-]{0,78}\w)?"),
        "1 to 80 letters, digits, '_', '-' or '.', starting with a letter or digit, not ending with '.' or '-'",
    ),
}


@dataclass(frozen=True, slots=True)
class ResourceGroupRef:
    subscription_id: str
    name: str

    @property
    def id(self) -> str:
        return f"/subscriptions/{self.subscription_id}/resourceGroups/{self.name}"


@dataclass(frozen=True, slots=True)
class StorageAccountRef:
    resource_group: ResourceGroupRef
    name: str

    @property
    def id(self) -> str:
        return f"{self.resource_group.id}/providers/Microsoft.Storage/storageAccounts/{self.name}"


@dataclass(frozen=True, slots=True)
class SubnetRef:
    resource_group: ResourceGroupRef
    virtual_network: str
    name: str

    @property
    def virtual_network_id(self) -> str:
        return f"{self.resource_group.id}/providers/Microsoft.Network/virtualNetworks/{self.virtual_network}"

    @property
    def id(self) -> str:
        return f"{self.virtual_network_id}/subnets/{self.name}"


# --- single names --------------------------------------------------------------------------------------------------
def check_subscription_id(text: str) -> str:
    """The subscription in its usual spelling, a lower-case GUID with hyphens."""
    try:
        subscription = str(UUID(text))
    except ValueError:
        subscription = ""
    if text.lower() != subscription:
        raise ValueError(f"The subscription {_shown(text)} is not a GUID.")
    return subscription


def check_resource_group_name(text: str) -> str:
    return _check("resource group", text)


def check_vm_name(text: str) -> str:
    return _check("virtual machine", text)


def check_vault_name(text: str) -> str:
    return _check("vault", text)


def check_policy_name(text: str) -> str:
    return _check("policy", text)


# --- ARM ids -------------------------------------------------------------------------------------------------------
@lru_cache(4096)  # the same few VMs again and again: in every accepted backup, and for every row of a sweep
def read_vm_id(text: str) -> VmRef:
    """A VM that is there, by the id of a caller or of Azure."""
    group, names = _parse(text, "virtual machine", "Microsoft.Compute", ("virtualMachines",), is_new=False)
    return VmRef(group.subscription_id, group.name, names[0])


def read_vault_id(text: str) -> VaultRef:
    """A vault that is there."""
    group, names = _parse(text, "vault", "Microsoft.RecoveryServices", ("vaults",), is_new=False)
    return VaultRef(group.subscription_id, group.name, names[0])


def read_policy_id(text: str) -> PolicyRef:
    """A policy that is there."""
    types = ("vaults", "backupPolicies")
    group, names = _parse(text, "backup policy", "Microsoft.RecoveryServices", types, is_new=False)
    return PolicyRef(VaultRef(group.subscription_id, group.name, names[0]), names[1])


def place_of(arm_id: str) -> tuple[str, str] | None:
    """(subscription, resource group) of any ARM id below a group; None where it names none."""
    parts = arm_id.split("/")
    named = len(parts) > 4 and parts[1].lower() == "subscriptions" and parts[3].lower() == "resourcegroups"
    return (parts[2], parts[4]) if named and parts[2] and parts[4] else None


def parse_resource_group_id(text: str) -> ResourceGroupRef:
    group, _ = _parse(text, "resource group", None, ())
    return group


def parse_storage_account_id(text: str) -> StorageAccountRef:
    group, names = _parse(text, "storage account", "Microsoft.Storage", ("storageAccounts",))
    return StorageAccountRef(group, _check("storage account", names[0]).lower())


def read_action_group_id(text: str) -> str:
    """The id of an action group that is there, in one spelling."""
    group, names = _parse(text, "action group", "Microsoft.Insights", ("actionGroups",), is_new=False)
    return f"{group.id}/providers/Microsoft.Insights/actionGroups/{names[0]}"


def parse_subnet_id(text: str) -> SubnetRef:
    group, names = _parse(text, "subnet", "Microsoft.Network", ("virtualNetworks", "subnets"))
    return SubnetRef(group, _check("virtual network", names[0]), _check("subnet", names[1]))


def vm_key(vm: VmRef) -> str:
    """One string per VM, the same for every spelling of its id: use it in unique indexes."""
    return fold_case(vm.id)


def same_id(one: str, other: str) -> bool:
    """Whether two ARM ids name the same resource."""
    return fold_case(one.rstrip("/")) == fold_case(other.rstrip("/"))


# --- container and item names (docs/azure.md, Names) ------------------------------------------------------------------
def bare_name(vm: VmRef) -> str:
    """`containerName` of jobs and items: what `AzureJob.item_name` is compared with."""
    return f"{RESOURCE_MANAGER_KIND};{fold_case(vm.resource_group)};{fold_case(vm.name)}"


def container_name(vm: VmRef) -> str:
    return f"{CONTAINER_PREFIX};{bare_name(vm)}"


def item_name(vm: VmRef) -> str:
    return f"{ITEM_PREFIX};{bare_name(vm)}"


def parse_item_name(text: str) -> tuple[str, str]:
    """(resource group, VM name) of a container, item or bare name, in the letter case it is written in."""
    parts = text.split(";")
    if parts[0].lower() in {CONTAINER_PREFIX.lower(), ITEM_PREFIX.lower()}:
        parts = parts[1:]
    if len(parts) != 3 or parts[0].lower() != RESOURCE_MANAGER_KIND:
        raise ValueError(f"{_shown(text)} is not the container or item name of a Resource Manager VM.")
    return _usable(parts[1]), _usable(parts[2])


# --- time zones ----------------------------------------------------------------------------------------------------
def windows_zone(iana_zone: str) -> str:
    """Azure's name for an IANA zone: "America/New_York" -> "Eastern Standard Time".

    Several IANA zones share one Windows zone, so the way back gives the zone's best known city (Unicode CLDR): a policy
    written with America/Detroit is read as America/New_York. Compare with `same_time_zone`.
    """
    zone = tz_win.get(_SAME_ZONE.get(iana_zone, iana_zone)) if iana_zone else None  # the table takes "" for UTC
    if zone is None:
        raise ValueError(f"Azure has no time zone for {_shown(iana_zone)}; use an IANA name such as America/New_York.")
    return zone


def iana_zone(windows_zone: str) -> str:
    """The IANA name of Azure's time zone, in any letter case. Azure's UTC is UTC."""
    name = _WINDOWS_SPELLING.get(windows_zone.lower())
    if name is None:
        raise ValueError(f"{_shown(windows_zone)} is not a Windows time zone that has an IANA name.")
    return "UTC" if name == "UTC" else win_tz[name]


def azure_zones() -> list[str]:
    """The IANA name of every zone that Azure has, those of places first."""
    return sorted(set(win_tz.values()), key=lambda name: ("/" not in name or name.startswith("Etc/"), name))


def same_time_zone(one: str, other: str) -> bool:
    """Whether Azure keeps two IANA zones as the same zone."""
    return one == other or windows_zone(one) == windows_zone(other)


_SAME_ZONE: Final[Mapping[str, str]] = {
    "GMT": "Etc/GMT",
    "US/East-Indiana": "America/Indiana/Indianapolis",
    "Europe/Uzhgorod": "Europe/Kiev",
    "Europe/Zaporozhye": "Europe/Kiev",
    "EST5EDT": "America/New_York",
    "CST6CDT": "America/Chicago",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
}
"""Other names of zones (tzdata, file `backward`) that the table of Windows names lacks."""
_WINDOWS_SPELLING: Final[Mapping[str, str]] = {name.lower(): name for name in win_tz}


# --- how it is done ------------------------------------------------------------------------------------------------
def _parse(
    text: str, noun: str, provider: str | None, types: tuple[str, ...], *, is_new: bool = True
) -> tuple[ResourceGroupRef, tuple[str, ...]]:
    """Resource group and the names after each of `types`; the words of an ARM id match in any letter case."""
    wanted = ["subscriptions", None, "resourceGroups", None]
    if provider is not None:
        wanted += ["providers", provider]
        for kind in types:
            wanted += [kind, None]
    form = "/" + "/".join(part or "{...}" for part in wanted)
    segments = text.split("/")
    if segments[0] or len(segments) != len(wanted) + 1 or not all(segments[1:]):
        raise ValueError(f"{_shown(text)} is not the id of a {noun}: expected {form}.")
    names: list[str] = []
    for segment, literal in zip(segments[1:], wanted, strict=True):
        if literal is None:
            names.append(segment)
        elif segment.lower() != literal.lower():
            raise ValueError(f"{_shown(text)} is not the id of a {noun}: {_shown(segment)} should be '{literal}'.")
    group_name = _check("resource group", names[1]) if is_new else _usable(names[1])
    group = ResourceGroupRef(check_subscription_id(names[0]), group_name)
    return group, tuple(_usable(name) for name in names[2:])


def _check(kind: str, text: str) -> str:
    """The name itself."""
    rule = _RULES[kind]
    if not rule.pattern.fullmatch(text):
        raise ValueError(f"{_shown(text)} is not a {rule.noun}: it must be {rule.words}.")
    return text


def _usable(text: str) -> str:
    """The name, if an id can contain it. Other characters would end or change a path, and Azure does not allow them."""
    if not 1 <= len(text) <= LONGEST_NAME or text in {".", ".."} or _NO_NAME.search(text):
        raise ValueError(
            f"{_shown(text)} cannot be the name of a resource: 1 to {LONGEST_NAME} characters, without control "
            f"characters and {SEPARATORS}."
        )
    return text


def _shown(text: str) -> str:
    """A caller's text quoted in a message: bounded, and on one line."""
    limit = 200
    return repr(text if len(text) <= limit else text[:limit] + "...")


def uuid_of(text: str) -> UUID | None:
    """None if the text is no UUID: another tool may send anything as its activity id."""
    try:
        return UUID(text)
    except ValueError:
        return None

"""The results of the jobs of vaults, by type. `facts` are not shown (app/jobs/work.py)."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

from app.azure.lists import Unreadable
from app.azure.values import AzurePolicy, AzureVault
from app.jobs.work import Resource
from app.vaults.records import Findings, ItemsSeen, PoliciesSeen
from app.vaults.rules import Difference


class CreateFacts(TypedDict):
    vault: AzureVault
    policies: Sequence[AzurePolicy]
    """Azure makes some in every new vault."""


class CreateResult(TypedDict):
    resources: list[Resource]
    facts: CreateFacts


class UpdateFacts(TypedDict):
    vault: AzureVault


class UpdateResult(TypedDict):
    resources: list[Resource]
    facts: UpdateFacts


class DeleteResult(TypedDict):
    deleted: str
    """The ARM id of the vault."""


class InventoryFacts(TypedDict):
    vault: AzureVault
    policies: PoliciesSeen
    items: ItemsSeen


class Found(TypedDict):
    """What was not as our rows had it."""

    settings: list[dict[str, Any]]
    policies: dict[str, Any]
    protected_items: dict[str, Any]
    vms_missing: list[str] | None
    """The VMs of items that do not exist in Azure any more; null = Holdfast may not read VMs."""


class InventoryResult(TypedDict):
    """Of a look at a vault: adopt and refresh."""

    resources: list[Resource]
    unreadable: list[dict[str, Any]]
    found: NotRequired[Found]
    """Known once the rows were written: `finish` adds it."""
    facts: InventoryFacts


def inventory(vault: AzureVault, policies: PoliciesSeen, seen: ItemsSeen) -> InventoryResult:
    return {
        "resources": [{"kind": "vault", "id": vault.ref.id}],
        "unreadable": [
            *_as_json("policy", policies.policies.unreadable),
            *_as_json("protected_item", seen.items.unreadable),
        ],
        "facts": {"vault": vault, "policies": policies, "items": seen},
    }


def found(settings: Sequence[Difference], policies: Findings, items: Findings, seen: ItemsSeen) -> Found:
    return {
        "settings": [difference.as_json() for difference in settings],
        "policies": policies.as_json(),
        "protected_items": items.as_json(),
        "vms_missing": seen.vms_missing(),
    }


def _as_json(kind: str, entries: Sequence[Unreadable]) -> list[dict[str, Any]]:
    return [{"kind": kind} | entry.as_json() for entry in entries]

"""A VM that was protected without Holdfast."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from app.azure import values as v
from app.simulator import seeding
from tests.world import SUBSCRIPTION, World


async def protected_outside(world: World, vault: Mapping[str, Any], name: str, group: str) -> v.VmRef:
    world.simulator.world.add_resource_group(group, "westus")
    seeding.plant(world.simulator.world, {"vms": [{"name": name, "resource_group": group}]})
    vm = v.VmRef(SUBSCRIPTION, group, name)
    azure_vault = v.VaultRef(SUBSCRIPTION, "rg-demo", str(vault["name"]))
    order = v.ProtectOrder(v.ItemRef(azure_vault, vm), v.PolicyRef(azure_vault, "DefaultPolicy"))
    await world.azure.protected_items.protect(order, request_id=uuid4())
    return vm

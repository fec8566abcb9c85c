"""Places in Azure that a tenant was not granted."""

from tests.world import World

ELSEWHERE = "00000000-0000-0000-0000-000000000009"
FOREIGN = f"/subscriptions/{ELSEWHERE}/resourceGroups/rg-x"
FOREIGN_VM = f"{FOREIGN}/providers/Microsoft.Compute/virtualMachines/vm-x"
FOREIGN_ACCOUNT = f"{FOREIGN}/providers/Microsoft.Storage/storageAccounts/stx123"
FOREIGN_SUBNET = f"{FOREIGN}/providers/Microsoft.Network/virtualNetworks/vnet-x/subnets/default"


def asked_of_azure(world: World) -> int:
    requests: dict[str, int] = world.simulator.world.truth.requests
    return sum(requests.values())

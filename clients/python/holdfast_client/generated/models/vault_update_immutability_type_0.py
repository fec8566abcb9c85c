from typing import Literal, cast

VaultUpdateImmutabilityType0 = Literal["disabled", "locked", "unlocked"]


def check_vault_update_immutability_type_0(value: str) -> VaultUpdateImmutabilityType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(VaultUpdateImmutabilityType0, value)

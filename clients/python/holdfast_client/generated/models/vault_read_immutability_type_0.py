from typing import Literal, cast

VaultReadImmutabilityType0 = Literal["disabled", "locked", "unlocked"]


def check_vault_read_immutability_type_0(value: str) -> VaultReadImmutabilityType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(VaultReadImmutabilityType0, value)

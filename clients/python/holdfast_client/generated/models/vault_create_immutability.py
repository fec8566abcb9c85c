from typing import Literal, cast

VaultCreateImmutability = Literal["disabled", "locked", "unlocked"]


def check_vault_create_immutability(value: str) -> VaultCreateImmutability:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(VaultCreateImmutability, value)

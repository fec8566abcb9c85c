from typing import Literal, cast

VaultCreateRedundancy = Literal["geo", "local", "zone"]


def check_vault_create_redundancy(value: str) -> VaultCreateRedundancy:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(VaultCreateRedundancy, value)

from typing import Literal, cast

VaultReadRedundancyType0 = Literal["geo", "local", "zone"]


def check_vault_read_redundancy_type_0(value: str) -> VaultReadRedundancyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(VaultReadRedundancyType0, value)

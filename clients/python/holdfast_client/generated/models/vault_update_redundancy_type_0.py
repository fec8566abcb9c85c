from typing import Literal, cast

VaultUpdateRedundancyType0 = Literal["geo", "local", "zone"]


def check_vault_update_redundancy_type_0(value: str) -> VaultUpdateRedundancyType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(VaultUpdateRedundancyType0, value)

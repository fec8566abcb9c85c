"""What a caller can do wrong with vaults."""

from app.core.errors import Conflict, NotFound, Unprocessable


class VaultNotFound(NotFound):
    """There is no such vault."""

    code = "vault_not_found"


class VaultExists(Conflict):
    """The name of the vault is taken."""

    code = "vault_exists"


class VaultNotReady(Conflict):
    """The vault is still being created."""

    code = "vault_not_ready"


class VaultNotValid(Unprocessable):
    """This vault cannot be created as asked."""

    code = "vault_not_valid"


class ResourceGroupMissing(Unprocessable):
    """The resource group of the vault does not exist."""

    code = "resource_group_not_found"

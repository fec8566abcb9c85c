"""What a caller can do wrong with protection."""

from app.core.errors import Conflict, NotFound, Unprocessable


class ItemNotFound(NotFound):
    """There is no such protected item."""

    code = "protected_item_not_found"


class VmNotFound(NotFound):
    """Azure has no such virtual machine."""

    code = "vm_not_found"


class VmIdNotValid(Unprocessable):
    """The ARM id does not name a virtual machine."""

    code = "vm_id_not_valid"


class VmAlreadyProtected(Conflict):
    """The virtual machine is protected already."""

    code = "vm_already_protected"


class VmProtectedElsewhere(Conflict):
    """Another vault protects the virtual machine."""

    code = "vm_protected_elsewhere"


class DiskNotThere(Unprocessable):
    """The virtual machine has no such data disk."""

    code = "disk_not_there"


class RegionMismatch(Conflict):
    """The vault is in another region than the virtual machine."""

    code = "region_mismatch"


class PolicyOfAnotherVault(Conflict):
    """The policy belongs to another vault."""

    code = "policy_of_another_vault"


class ItemNotReady(Conflict):
    """The item cannot be used in its present state."""

    code = "protected_item_not_ready"

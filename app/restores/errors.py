"""Problems of requests about restores."""

from app.core.errors import Conflict, NotFound, Unprocessable


class RestoreNotFound(NotFound):
    """There is no such restore."""

    code = "restore_not_found"


class RestoreNotValid(Unprocessable):
    """This restore cannot be done as requested."""

    code = "restore_not_valid"


class NoPointQualifies(NotFound):
    """No recovery point meets the conditions."""

    code = "no_recovery_point_qualifies"


class SecondaryRegionEmpty(NotFound):
    """The secondary region has no recovery point of this VM yet."""

    code = "secondary_region_empty"


class ConfirmationMismatch(Unprocessable):
    """The VM confirmed is not the VM of this restore."""

    code = "confirmation_mismatch"


class SourceVmGone(Conflict):
    """The VM whose disks should be replaced is gone."""

    code = "source_vm_gone"


class SubscriptionNotAllowed(Unprocessable):
    """The target is in a subscription that this restore cannot use."""

    code = "target_subscription_not_allowed"


class TargetNotFound(Unprocessable):
    """Azure has no such target."""

    code = "target_not_found"


class TargetElsewhere(Unprocessable):
    """The target is in another region than the restore."""

    code = "target_in_another_region"


class RehydrationNeeded(Unprocessable):
    """The recovery point must be rehydrated first."""

    code = "rehydration_needed"


class PointEncrypted(Unprocessable):
    """An encrypted VM is not restored in this way."""

    code = "point_encrypted"


class PartOfDisks(Unprocessable):
    """The recovery point has only some of the VM's disks: it can be restored as disks only."""

    code = "point_holds_part_of_disks"


class DiskNotInPoint(Unprocessable):
    """The recovery point does not contain this disk."""

    code = "disk_not_in_point"


class VmKindNotSupported(Unprocessable):
    """A VM of this kind is not restored in this way."""

    code = "vm_kind_not_supported"


class ZoneNotPossible(Unprocessable):
    """This restore cannot go into a zone."""

    code = "zone_not_possible"


# --- what the look-ups find -----------------------------------------------------------------------------------------
class StagingNotUsable(Unprocessable):
    """A restore cannot stage in this storage account."""

    code = "staging_account_not_usable"


class ZoneNotAvailable(Unprocessable):
    """The region has no such availability zone."""

    code = "zone_not_available"


class TargetVmExists(Conflict):
    """A virtual machine of that name exists, or is being created."""

    code = "target_vm_exists"


class PermissionMissing(Conflict):
    """Holdfast's Azure identity may not do what this restore needs."""

    code = "permission_missing"


class ResourceLocked(Conflict):
    """A lock in Azure forbids this restore."""

    code = "resource_locked"


class AnotherRestoreRunning(Conflict):
    """Another restore of this VM is running."""

    code = "another_restore_running"


class ValidationFailed(Conflict):
    """Azure's own validation refuses this restore."""

    code = "azure_validation_failed"


class TargetNotIsolated(Unprocessable):
    """The target is not isolated from production."""

    code = "target_not_isolated"


# --- file recovery --------------------------------------------------------------------------------------------------
class AlreadyMounted(Conflict):
    """The recovery point is mounted already."""

    code = "already_mounted"


class NotMounted(Conflict):
    """This restore has no mounted files."""

    code = "not_mounted"


class SessionEnded(Conflict):
    """The session of file recovery has ended."""

    code = "session_ended"


class MountScriptNotAvailable(Conflict):
    """Azure does not return the script of this session."""

    code = "mount_script_not_available"

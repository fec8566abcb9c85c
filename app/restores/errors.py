"""What a caller can do wrong with restores."""

from app.core.errors import Conflict, NotFound, Unprocessable


class RestoreNotFound(NotFound):
    """There is no such restore."""

    code = "restore_not_found"


class RestoreNotValid(Unprocessable):
    """This restore cannot be done as asked."""

    code = "restore_not_valid"


class NoPointQualifies(NotFound):
    """No recovery point is as asked."""

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
    """The target lies in a subscription that this restore may not touch."""

    code = "target_subscription_not_allowed"


class TargetNotFound(Unprocessable):
    """Azure has no such target."""

    code = "target_not_found"


class TargetElsewhere(Unprocessable):
    """The target lies in another region than the restore."""

    code = "target_in_another_region"

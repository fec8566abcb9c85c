"""Problems of requests about recovery plans."""

from app.core.errors import Conflict, NotFound, Unprocessable


class PlanNotFound(NotFound):
    """There is no such recovery plan."""

    code = "recovery_plan_not_found"


class PlanNotValid(Unprocessable):
    """This recovery plan is not valid."""

    code = "recovery_plan_not_valid"


class PlanNameTaken(Conflict):
    """Another recovery plan has this name."""

    code = "recovery_plan_name_taken"


class SourceNotIdentified(Unprocessable):
    """Azure does not say which VM it is whose disks are to be replaced."""

    code = "source_vm_not_identified"

"""Problems of requests about recovery runs."""

from app.core.errors import Conflict, NotFound, Unavailable, Unprocessable


class RunNotFound(NotFound):
    """There is no such recovery run."""

    code = "recovery_run_not_found"


class RunNotPossible(Unprocessable):
    """Members of the plan cannot be restored."""

    code = "recovery_run_not_possible"


class RunOpen(Conflict):
    """A run of this plan has not ended."""

    code = "recovery_run_open"


class PointsNotKnown(Unavailable):
    """Azure cannot be asked now whether all members can be restored."""

    code = "recovery_points_not_known"


class GateNotFound(NotFound):
    """The run has no such wave."""

    code = "recovery_gate_not_found"


class GateNotWaiting(Conflict):
    """No person is asked at this gate now."""

    code = "recovery_gate_not_waiting"

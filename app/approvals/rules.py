"""Who may decide, and how a job ends whose approval is not valid. Pure."""

from dataclasses import dataclass
from typing import Literal

from app.approvals.errors import ApprovalDecided, ApprovalExpired, ApprovalWithdrawn, OwnRequest
from app.identity.access.second_person import is_same_person
from app.jobs.approval.models import AGREED, ApprovalState
from app.jobs.work import JobError

Verdict = Literal["approved", "rejected"]
ASK_AGAIN = "Ask again: the same request, with a new Idempotency-Key. It needs an approval of its own."


@dataclass(frozen=True, slots=True)
class Asked:
    """An approval at the time of a decision; its job is locked meanwhile.

    `is_expired`: by the database's clock; `is_waiting`: the job still awaits it; `is_as_asked`: the job's request is
    unchanged since the approval was created.
    """

    requested_by: str
    state: str
    decided_by: str | None
    decided_name: str | None
    is_expired: bool
    is_waiting: bool
    is_as_asked: bool


def check_may_decide(asked: Asked, decider: str, verdict: Verdict) -> bool:
    """Whether there is something to write: False = the same decision was made before, and a repeat changes nothing.

    Raises OwnRequest, ApprovalDecided, ApprovalExpired or ApprovalWithdrawn.
    """
    if is_same_person(decider, asked.requested_by):
        raise OwnRequest(
            "You made this request: another person must decide.",
            remedy="Have another approver of the tenant decide; to take it back, cancel the job.",
        )
    said = verdict_of(asked.state)
    if asked.decided_by == decider and said == verdict:
        return False
    if said is not None:
        raise ApprovalDecided(
            f"{asked.decided_name} has decided: {said}.",
            state=asked.state,
            remedy="To stop an approved request, cancel its job; to repeat a rejected request, make it again.",
        )
    if asked.state == ApprovalState.EXPIRED or (asked.state == ApprovalState.PENDING and asked.is_expired):
        raise ApprovalExpired("The time to decide is over; nothing was sent.", remedy="The request must be made again.")
    if asked.state == ApprovalState.WITHDRAWN or not asked.is_waiting:
        raise ApprovalWithdrawn("The request was cancelled.", remedy="Nothing has to be done.")
    if verdict == "approved" and not asked.is_as_asked:
        raise ApprovalWithdrawn(
            "The job's request has changed since the approval was created.",
            remedy="Reject it, and make the request again. Find out who changed the database.",
        )
    return True


def verdict_of(state: str) -> Verdict | None:
    """The decision, as far as the state alone shows it."""
    if state in AGREED:
        return "approved"
    return "rejected" if state == ApprovalState.REJECTED else None


# --- what becomes of the job ------------------------------------------------------------------------------------------
def rejected(name: str, reason: str) -> JobError:
    return JobError(
        code="approval_rejected",
        title="A second person rejected the request",
        detail=f"{name}: {reason}",
        remedy="Act on the reason. Then ask again, with a new Idempotency-Key.",
    )


def lost(*, is_expired: bool, is_as_asked: bool, state: str, is_half_done: bool = False) -> JobError:
    """Why nothing (more) is sent, of a job whose approval does not hold (any more). `state`: of the approval.

    `is_half_done`: some of its steps were sent; its `result` names them.
    """
    is_pending = state == ApprovalState.PENDING
    is_used = state == ApprovalState.USED
    sent = "The attempts so far did not reach Azure, and no more are made." if is_used else "Nothing was sent."
    if is_half_done:
        sent = "It stopped between two of its steps: the job's result says what was done."
    if is_expired:
        said = "No decision was made in time." if is_pending else "It was approved, but could not be sent in time."
        said = "Its time ran out before it was done." if is_half_done else said
        return JobError(
            code="approval_expired", title="The approval expired", detail=f"{said} {sent}", remedy=ASK_AGAIN
        )
    if not is_as_asked:
        said = "The job's request has changed since the approval was created."
    else:
        said = (
            "It was not approved."
            if is_pending
            else "The person who approved it does not have the role approver any more."
        )
    return JobError(
        code="approval_withdrawn", title="The approval is not valid any more", detail=f"{said} {sent}", remedy=ASK_AGAIN
    )

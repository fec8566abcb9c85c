"""The states of a job, what can be observed of it, and the table of what follows. Pure; the file to read first.

Nothing else in Holdfast decides a state: transitions.py, the one module that writes one, asks `after(state,
observation)`, and guards every write by the state it was decided from, so that a terminal state never changes.
"""

from enum import StrEnum


class State(StrEnum):
    """The state of a job. Each line says how a job gets into it, and what ends it."""

    AWAITING_APPROVAL = "awaiting_approval"
    """Asked, but a second person must agree first. An approver moves it on."""
    QUEUED = "queued"
    """Committed, nothing sent; or sent and certainly not acted on; or a step of it is done, and the next is to be sent.
    The submit loop claims it when it is due."""
    SUBMITTING = "submitting"
    """An attempt is on record: the request **may have reached Azure**. The submit loop writes the verdict; when its
    worker died or the answer was lost, the reconcile loop finds out."""
    RUNNING = "running"
    """Azure accepted it. The poll and sweep loops follow it."""
    CANCELLING = "cancelling"
    """Azure is stopping it. Followed like `running`."""
    SUCCEEDED = "succeeded"
    """It is done as asked. Stays so, like the three that follow."""
    SUCCEEDED_WITH_WARNINGS = "succeeded_with_warnings"
    """It is done, and Azure has something to say about it: `warnings`."""
    FAILED = "failed"
    """It was not done, or a person gave it up: `error` says why."""
    CANCELLED = "cancelled"
    """It was withdrawn before it was sent or between two of its steps, or Azure stopped it."""
    NEEDS_ATTENTION = "needs_attention"
    """What became of an attempt cannot be established; a person decides (resolve)."""


class Observation(StrEnum):
    """What was observed. The names are facts, not commands."""

    CLAIMED = "claimed"
    """A worker took it and put an attempt on record."""
    NOT_ACTED = "not_acted"
    """Azure certainly did nothing: throttled, never connected, too late to send."""
    REFUSED = "refused"
    """Azure refused it, or a rule of ours did just before sending."""
    OUTCOME_UNKNOWN = "outcome_unknown"
    """The answer was lost or says nothing certain."""
    ACCEPTED = "accepted"
    """Azure took it."""
    FOUND = "found"
    """Azure has a job that carries one of our attempts."""
    PROVEN_ABSENT = "proven_absent"
    """A complete list, whose reading began more than SETTLE after the attempt, does not contain it."""
    AMBIGUOUS = "ambiguous"
    """Several Azure jobs match, or the outcome can no longer be found out."""
    STILL_RUNNING = "still_running"
    """Azure works on it; also a status never seen before."""
    CANCELLING_SEEN = "cancelling_seen"
    """Azure is cancelling it, requested by Holdfast or not."""
    ENDED_WELL = "ended_well"
    """Azure says that it is done."""
    ENDED_WITH_WARNINGS = "ended_with_warnings"
    """Azure says that it is done, with warnings."""
    ENDED_BADLY = "ended_badly"
    """Azure says that it failed."""
    ENDED_CANCELLED = "ended_cancelled"
    """Azure says that it was cancelled."""
    STEP_ENDED = "step_ended"
    """Azure is done with what was sent, and the job has more to send (`work.TakesSteps`)."""
    COULD_NOT_LOOK = "could_not_look"
    """Throttled or unreachable while following: the job waits and says so."""

    APPROVED = "approved"
    """A second person agreed."""
    REJECTED = "rejected"
    """A second person rejected the request."""
    APPROVAL_LOST = "approval_lost"
    """It needs an approval and has no valid one: expired, the approver lost the role, or the request differs from the
    approved one. Nothing is sent."""

    CANCELLED_UNSENT = "cancelled_unsent"
    """The caller withdrew it, and Azure certainly never got it, or not what was still to be sent of it."""
    CANCEL_ACCEPTED = "cancel_accepted"
    """Azure accepted the cancel. Only Azure shows whether the job still completes."""
    CANCEL_REFUSED = "cancel_refused"
    """Azure says that it cannot be cancelled (any more)."""

    RETRY_DECIDED = "retry_decided"
    """A person decided: it did not happen, send it again."""
    ADOPT_DECIDED = "adopt_decided"
    """A person decided: that Azure job is this one."""
    ABANDON_DECIDED = "abandon_decided"
    """A person abandoned it; its outcome stays unknown."""


class Waiting(StrEnum):
    """Why a job that has not ended does not move: `waiting.reason`. Each has a way out (bounds.py)."""

    BLOCKED = "blocked"
    """Another job of its series goes first. It is queued: it can be cancelled."""
    THROTTLED = "throttled"
    """Azure asked us to wait, or the budget of its subscription is used up."""
    APPROVAL = "approval"
    """A second person must agree: they decide, the caller cancels, or it expires."""
    AZURE_UNREACHABLE = "azure_unreachable"
    """Azure did not answer, or with an error that says nothing about the job. The request is repeated."""
    INTERNAL_ERROR = "internal_error"
    """A bug of Holdfast prevents sending. Nothing was sent; the log has the error."""
    OUTCOME_UNKNOWN = "outcome_unknown"
    """Whether Azure acted is not known yet: it is looked for."""
    GATE = "gate"
    """A gate between two waves of a recovery run has not opened yet. Every gate has a time limit."""
    MEMBER = "member"
    """One of its jobs needs a person, or may not begin yet (a quota)."""


class AttemptState(StrEnum):
    """States of an attempt. It begins as `open`; a job has at most one open attempt."""

    OPEN = "open"
    """It may have reached Azure."""
    ACCEPTED = "accepted"
    """Azure's answer said yes."""
    NOT_ACTED = "not_acted"
    """Azure certainly did nothing."""
    REFUSED = "refused"
    """Azure refused it, or a rule of ours did just before sending."""
    FOUND = "found"
    """Its answer was lost, and the job was found in Azure."""
    RETIRED = "retired"
    """Proven absent, or given up by a person. Should Azure show a job of it after all, that is an orphan."""
    AMBIGUOUS = "ambiguous"
    """What became of it could not be established; a person decides."""
    ORPHANED = "orphaned"
    """Azure was seen to have a job of it that is not the job's own."""


NEVER_REACHED_AZURE = frozenset({AttemptState.NOT_ACTED, AttemptState.REFUSED})


CALLS = frozenset(
    {
        Observation.CANCELLED_UNSENT,
        Observation.APPROVED,
        Observation.REJECTED,
        Observation.RETRY_DECIDED,
        Observation.ADOPT_DECIDED,
        Observation.ABANDON_DECIDED,
    }
)
"""Observations that a call of the API makes, without Azure: cancel, the decision of an approval, resolve."""

S, O = State, Observation  # noqa: E741 - a table reads best in short words

_FOLLOWED = {
    O.STILL_RUNNING: S.RUNNING,
    O.CANCELLING_SEEN: S.CANCELLING,
    O.ENDED_WELL: S.SUCCEEDED,
    O.ENDED_WITH_WARNINGS: S.SUCCEEDED_WITH_WARNINGS,
    O.ENDED_BADLY: S.FAILED,
    O.ENDED_CANCELLED: S.CANCELLED,
}
_DECIDED = {O.RETRY_DECIDED: S.QUEUED, O.ADOPT_DECIDED: S.RUNNING, O.ABANDON_DECIDED: S.FAILED}

_GIVEN_UP = {O.ADOPT_DECIDED: S.RUNNING, O.ABANDON_DECIDED: S.FAILED}
"""For jobs that Azure works on, after a time limit (bounds.py). No retry: Azure has accepted them."""

TRANSITIONS: dict[State, dict[Observation, State]] = {
    S.AWAITING_APPROVAL: {
        O.APPROVED: S.QUEUED,
        O.REJECTED: S.FAILED,
        O.APPROVAL_LOST: S.FAILED,
        O.CANCELLED_UNSENT: S.CANCELLED,
    },
    S.QUEUED: {
        O.CLAIMED: S.SUBMITTING,
        O.APPROVAL_LOST: S.FAILED,
        O.CANCELLED_UNSENT: S.CANCELLED,
        # Believed absent, but a sweep sees it before the next attempt is sent: nothing is sent again.
        O.FOUND: S.RUNNING,
    },
    S.SUBMITTING: {
        O.NOT_ACTED: S.QUEUED,
        O.REFUSED: S.FAILED,
        O.OUTCOME_UNKNOWN: S.SUBMITTING,
        O.COULD_NOT_LOOK: S.SUBMITTING,
        O.ACCEPTED: S.RUNNING,
        O.FOUND: S.RUNNING,
        O.PROVEN_ABSENT: S.QUEUED,
        O.AMBIGUOUS: S.NEEDS_ATTENTION,
        **_DECIDED,
    },
    S.RUNNING: {
        **_FOLLOWED,
        O.STEP_ENDED: S.QUEUED,
        O.COULD_NOT_LOOK: S.RUNNING,
        O.CANCEL_ACCEPTED: S.CANCELLING,
        O.CANCEL_REFUSED: S.RUNNING,
        # Azure does not know the job any more, shows no end, or has not carried out what it accepted: no change is
        # expected.
        O.AMBIGUOUS: S.NEEDS_ATTENTION,
        **_GIVEN_UP,
    },
    # A cancelled restore may still complete: Azure's own word decides. It does not go back to `running`.
    S.CANCELLING: {
        **_FOLLOWED,
        O.STILL_RUNNING: S.CANCELLING,
        O.COULD_NOT_LOOK: S.CANCELLING,
        O.CANCEL_ACCEPTED: S.CANCELLING,
        O.CANCEL_REFUSED: S.CANCELLING,
        O.AMBIGUOUS: S.NEEDS_ATTENTION,
        **_GIVEN_UP,
    },
    S.SUCCEEDED: {},
    S.SUCCEEDED_WITH_WARNINGS: {},
    S.FAILED: {},
    S.CANCELLED: {},
    S.NEEDS_ATTENTION: _DECIDED,
}

TERMINAL = frozenset({S.SUCCEEDED, S.SUCCEEDED_WITH_WARNINGS, S.FAILED, S.CANCELLED})
WELL = frozenset({S.SUCCEEDED, S.SUCCEEDED_WITH_WARNINGS})
"""The only definition of "it ended well", for a job, an Azure job (`ENDED_WELL`) and a session."""
FOLLOWED = frozenset({S.RUNNING, S.CANCELLING})
"""The states in which Azure works on the job and sweeps follow it."""
SETTLED = TERMINAL | {S.NEEDS_ATTENTION}
"""The states in which a waiting caller (`Prefer: wait`) is answered: nothing more will happen by itself."""
NOT_ENDED = frozenset(State) - TERMINAL
UNSETTLED = frozenset(State) - SETTLED
"""The states that a job leaves without a person's decision, but for an approval."""
NOT_ACCEPTED = frozenset({S.AWAITING_APPROVAL, S.QUEUED, S.SUBMITTING})
"""Azure has not said that it took it."""
MAY_BE_IN_AZURE = FOLLOWED | {S.SUBMITTING}
"""Azure may be at work on it."""


class IllegalTransitionError(Exception):
    """This observation cannot be made in this state: a bug in the loop that reports it, never a caller's mistake."""


def after(state: State, observation: Observation) -> State:
    """The state that follows. Raises IllegalTransitionError where the table has no line."""
    try:
        return TRANSITIONS[state][observation]
    except KeyError:
        raise IllegalTransitionError(f"{observation} cannot be observed of a job that is {state}") from None

"""What must become of a request that needs a second person, told once more, without a database."""

from dataclasses import dataclass, field
from typing import Literal

Event = Literal[
    "approve_a",
    "approve_b",
    "approve_own",
    "reject_a",
    "reject_b",
    "reject_own",
    "cancel",
    "expire",
    "edit",
    "forge",
    "give_back",
]
EVENTS: tuple[Event, ...] = (
    "approve_a",
    "approve_a",
    "approve_a",
    "approve_b",
    "approve_b",
    "approve_own",
    "reject_a",
    "reject_b",
    "reject_own",
    "cancel",
    "expire",
    "edit",
    "forge",
    "give_back",
)
"""Drawn from with these weights: most requests are approved sooner or later, or there were little to see."""


@dataclass(slots=True)
class People:
    """Who is an approver at the moment. The requester has the role, too: it must not count."""

    approvers: set[str] = field(default_factory=lambda: {"a", "b", "own"})


@dataclass(slots=True)
class Life:
    """One job and its approval."""

    job: str = "awaiting_approval"
    approval: str = "pending"
    decided_by: str | None = None
    is_expired: bool = False
    is_edited: bool = False
    attempts: int = 0

    def holds(self, people: People) -> bool:
        """Whether something may be sent on the strength of it."""
        return (
            self.approval in {"approved", "used"}
            and self.decided_by not in {None, "own"}
            and self.decided_by in people.approvers
            and not self.is_expired
            and not self.is_edited
        )

    def may_be_decided(self, who: str, people: People) -> bool:
        return (
            who != "own"
            and who in people.approvers
            and self.approval == "pending"
            and self.job == "awaiting_approval"
            and not self.is_expired
        )

    def apply(self, event: Event, people: People) -> bool:
        """Whether it did anything."""
        verb, _, who = event.partition("_")
        if verb in {"approve", "reject"}:
            return self._decide(verb, who, people)
        if event == "cancel":
            return self._end("cancelled", "withdrawn") if self.job in {"awaiting_approval", "queued"} else False
        if event == "expire":
            self.is_expired = True
        elif event == "edit":
            self.is_edited = True
        elif event == "forge":
            if self.job != "awaiting_approval":
                return False
            self.job = "queued"
        else:
            if self.job != "submitting":
                return False
            self.job = "queued"
        return True

    def _decide(self, verb: str, who: str, people: People) -> bool:
        if not self.may_be_decided(who, people) or (verb == "approve" and self.is_edited):
            return False
        self.decided_by = who
        self.approval = "approved" if verb == "approve" else "rejected"
        self.job = "queued" if verb == "approve" else "failed"
        return True

    def _end(self, job: str, approval: str) -> bool:
        self.job = job
        if self.approval in {"pending", "approved"}:
            self.approval = approval
        return True

    def claim(self, people: People) -> bool:
        """A worker comes by."""
        if self.job != "queued" or not self.holds(people):
            return False
        self.job, self.approval, self.attempts = "submitting", "used", self.attempts + 1
        return True

    def sweep(self, people: People) -> None:
        """The loop comes by that ends what waits in vain."""
        waits = self.job == "awaiting_approval" and self.approval == "pending"
        is_well = waits and not self.is_expired and not self.is_edited
        if (self.job == "awaiting_approval" and not is_well) or (self.job == "queued" and not self.holds(people)):
            self._end("failed", "expired" if self.is_expired else "withdrawn")

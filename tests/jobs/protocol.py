"""The life of one request as a machine of rules: workers that claim, send, freeze and die; a network that is late; an
Azure that acts; loops that look; and two ledgers to write in, one in memory and one the real store.

What is believed of the world is said here and nowhere else: a request that has left reaches Azure within
`TRANSIT_SECONDS` or never, and a worker holds back what is older than its send deadline. Every other order of events
is allowed. The decisions are the real ones (lifecycle.after, resolving.decide, activity.VaultLook, matching).
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.azure.values import AzureJob, JobListing, JobOutcome, VaultRef
from app.jobs.lifecycle import FOLLOWED, TERMINAL, Observation, State
from app.jobs.loops.activity_lookup import VaultLook
from app.jobs.loops.reconcile import decide
from app.jobs.loops.submit import LEASE, SEND_WITHIN_SECONDS
from app.jobs.sweep.matching import OBSERVED, Tracked, match
from app.jobs.work import AttemptOnRecord, Finding, Found, Ticket

SETTLE_SECONDS = 120.0
TRANSIT_SECONDS = 60.0
VAULT = VaultRef("s", "g", "v")
ANSWERS = [Observation.ACCEPTED, Observation.ACCEPTED, Observation.REFUSED, Observation.NOT_ACTED, None]
O, S = Observation, State  # noqa: E741 - rules read best in short words


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in a worker's hands: its own attempt where it is to be sent, all of them where one is looked for."""

    ticket: Ticket
    attempt: UUID | None
    attempts: tuple[AttemptOnRecord, ...] = ()


class Ledger(Protocol):
    """Where the request is kept. What can be written is what the store can write."""

    def state(self) -> State: ...
    def claim(self) -> Claim | None:
        """As the submit loop: only when it is queued and nobody holds it."""
        ...

    def take(self) -> Claim | None:
        """As the reconcile loop: only when it is submitting and its lease has ended."""
        ...

    def record(self, claim: Claim, seen: Observation, attempt: tuple[UUID, str] | None, job: AzureJob | None) -> bool:
        """Whether it was written."""
        ...

    def settle(self, job: AzureJob) -> None:
        """As a sweep that saw this Azure job: it changes what is followed, and nothing else."""
        ...

    def withdraw(self) -> None:
        """As a caller who cancels what is queued."""
        ...

    def abandon(self) -> None:
        """As a person who gives up what is unknown and in nobody's hands."""
        ...

    def tracked(self) -> Tracked | None:
        """As a sweep finds it; None where it is not followed."""
        ...

    def pass_time(self, seconds: float) -> None: ...
    def attempts(self) -> dict[UUID, str]: ...


@dataclass(slots=True)
class Azure:
    """What it did, and what it would answer to a list."""

    jobs: list[AzureJob] = field(default_factory=list)

    def act(self, attempt: UUID) -> None:
        self.jobs.append(
            AzureJob(str(uuid4()), str(attempt), "Restore", "InProgress", JobOutcome.RUNNING, None, None, None)
        )

    def end(self, outcome: JobOutcome) -> None:
        self.jobs = [
            replace(job, outcome=outcome, status=outcome.value) if job.outcome is JobOutcome.RUNNING else job
            for job in self.jobs
        ]

    async def list_in_progress(self, *_: Any, **__: Any) -> JobListing:
        running = [job for job in self.jobs if job.outcome is JobOutcome.RUNNING]
        return JobListing(tuple(running), datetime.now(UTC))

    async def list_window(self, *_: Any, **__: Any) -> JobListing:
        return JobListing(tuple(self.jobs), datetime.now(UTC))


@dataclass(slots=True)
class Worker:
    """One that has a claim in its hands, and what it knows of it."""

    claim: Claim
    age: float = 0.0
    has_sent: bool = False
    heard: Observation | None = None


@dataclass(slots=True)
class Message:
    attempt: UUID
    age: float = 0.0


class Machine(RuleBasedStateMachine):
    """The rules. A subclass brings the ledger."""

    ledger: Ledger

    def __init__(self) -> None:
        super().__init__()
        self.azure = Azure()
        self.workers: list[Worker] = []
        self.seekers: list[Claim] = []
        self.network: list[Message] = []
        self.ended_as: State | None = None
        self.begin()

    def begin(self) -> None:
        """Make the ledger: one request, queued."""
        raise NotImplementedError

    def look(self, claim: Claim) -> Finding:
        """The real look, on the lists of this Azure, which are there without waiting."""
        looking = VaultLook(self.azure, claim.attempts).find(VAULT, claim.attempts)  # type: ignore[arg-type]
        try:
            looking.send(None)
        except StopIteration as done:
            found: Finding = done.value
            return found
        raise AssertionError("it waited for something")

    # --- workers that send -------------------------------------------------------------------------------------------
    @precondition(lambda self: self.ledger.state() is S.QUEUED)
    @rule(sends=st.booleans())
    def a_worker_claims(self, *, sends: bool) -> None:
        """And sends at once, or does something else first."""
        claim = self.ledger.claim()
        if claim is not None:
            self.workers.append(Worker(claim))
        if claim is not None and sends:
            self._send(self.workers[-1])

    @precondition(lambda self: any(not worker.has_sent for worker in self.workers))
    @rule(pick=st.integers(0, 9))
    def a_worker_sends_or_is_too_late(self, pick: int) -> None:
        waiting = [worker for worker in self.workers if not worker.has_sent]
        self._send(waiting[pick % len(waiting)])

    def _send(self, worker: Worker) -> None:
        worker.has_sent = True
        if worker.age >= SEND_WITHIN_SECONDS:
            worker.heard = O.NOT_ACTED
        else:
            assert worker.claim.attempt is not None
            self.network.append(Message(worker.claim.attempt))

    @precondition(lambda self: self.workers)
    @rule(pick=st.integers(0, 9))
    def a_worker_dies(self, pick: int) -> None:
        del self.workers[pick % len(self.workers)]

    @precondition(lambda self: any(worker.heard or worker.has_sent for worker in self.workers))
    @rule(pick=st.integers(0, 9))
    def a_worker_writes_its_verdict(self, pick: int) -> None:
        """What it heard; where it heard nothing, that the outcome is unknown."""
        spoken = [worker for worker in self.workers if worker.has_sent]
        worker = spoken[pick % len(spoken)]
        self.workers.remove(worker)
        seen = worker.heard or O.OUTCOME_UNKNOWN
        closed = {O.NOT_ACTED: "not_acted", O.REFUSED: "refused", O.ACCEPTED: "accepted"}.get(seen)
        attempt = (worker.claim.attempt, closed) if closed and worker.claim.attempt else None
        self.ledger.record(worker.claim, seen, attempt, None)

    # --- the network and Azure ---------------------------------------------------------------------------------------
    @precondition(lambda self: self.network)
    @rule(pick=st.integers(0, 9), what=st.sampled_from(ANSWERS), lost=st.booleans())
    def a_message_arrives(self, pick: int, what: Observation | None, *, lost: bool) -> None:
        """None: it is lost on the way. `lost`: nobody hears the answer."""
        message = self.network.pop(pick % len(self.network))
        if what is O.ACCEPTED:
            self.azure.act(message.attempt)
        for worker in self.workers:
            if worker.claim.attempt == message.attempt and not lost:
                worker.heard = what

    @precondition(lambda self: self.azure.jobs)
    @rule(outcome=st.sampled_from([JobOutcome.SUCCEEDED, JobOutcome.FAILED, JobOutcome.CANCELLED]))
    def azure_comes_to_an_end(self, outcome: JobOutcome) -> None:
        self.azure.end(outcome)

    # --- loops that look ---------------------------------------------------------------------------------------------
    @precondition(lambda self: self.ledger.state() is S.SUBMITTING)
    @rule(looks=st.booleans())
    def a_resolver_takes_it(self, *, looks: bool) -> None:
        """It knows the ages now; it looks at once, or a good while later."""
        claim = self.ledger.take()
        if claim is not None:
            self.seekers.append(claim)
        if claim is not None and looks:
            self.a_resolver_looks_and_writes(len(self.seekers) - 1)

    @precondition(lambda self: self.seekers)
    @rule(pick=st.integers(0, 9))
    def a_resolver_looks_and_writes(self, pick: int) -> None:
        claim = self.seekers.pop(pick % len(self.seekers))
        finding = self.look(claim)
        newest = claim.attempts[-1]
        seen = decide(finding, newest.age_seconds, SETTLE_SECONDS)
        job = finding.job if isinstance(finding, Found) else None
        attempt = newest.id if job is None else UUID(job.activity_id)
        closed = {O.FOUND: "found", O.PROVEN_ABSENT: "retired", O.AMBIGUOUS: "ambiguous"}.get(seen)
        self.ledger.record(claim, seen, (attempt, closed) if closed else None, job)

    @precondition(lambda self: is_followed(self.ledger.state()))
    @rule()
    def a_sweep_comes_by(self) -> None:
        tracked = self.ledger.tracked()
        if tracked is None:
            return
        for seen in match([tracked], self.azure.jobs).sightings:
            self.ledger.settle(seen.azure)

    # --- people and time ---------------------------------------------------------------------------------------------
    @precondition(lambda self: self.ledger.state() is S.QUEUED)
    @rule(really=st.integers(0, 9))
    def the_caller_withdraws_it(self, really: int) -> None:
        """Seldom: what follows is the interesting part."""
        if really == 0:
            self.ledger.withdraw()

    @precondition(lambda self: self.ledger.state() is S.SUBMITTING)
    @rule(really=st.integers(0, 9))
    def a_person_gives_it_up(self, really: int) -> None:
        if really == 0:
            self.ledger.abandon()

    @rule(seconds=st.sampled_from([1.0, SEND_WITHIN_SECONDS, LEASE.total_seconds(), SETTLE_SECONDS]))
    def time_passes(self, seconds: float) -> None:
        """Time passes for all: a worker that does nothing meanwhile is frozen. An old message is lost."""
        for worker in self.workers:
            worker.age += seconds
        for message in self.network:
            message.age += seconds
        self.network = [message for message in self.network if message.age <= TRANSIT_SECONDS]
        self.ledger.pass_time(seconds)

    # --- what always holds -------------------------------------------------------------------------------------------
    @invariant()
    def azure_was_made_to_do_it_once_at_most(self) -> None:
        assert len(self.azure.jobs) <= 1, "one request, one Azure job"

    @invariant()
    def one_attempt_at_most_may_have_reached_azure(self) -> None:
        assert list(self.ledger.attempts().values()).count("open") <= 1

    @invariant()
    def submitting_means_an_open_attempt_and_nothing_else_does(self) -> None:
        is_open = "open" in self.ledger.attempts().values()
        assert is_open == (self.ledger.state() is S.SUBMITTING), (self.ledger.state(), self.ledger.attempts())

    @invariant()
    def an_end_is_final(self) -> None:
        state = self.ledger.state()
        if self.ended_as is not None:
            assert state is self.ended_as
        self.ended_as = state if state in TERMINAL else None

    @invariant()
    def nobody_is_asked_where_there_is_nothing_to_ask(self) -> None:
        assert self.ledger.state() is not S.NEEDS_ATTENTION

    def teardown(self) -> None:
        """Left alone, it comes to an end: nothing is ever stuck."""
        self.workers, self.seekers, self.network = [], [], []
        for _ in range(6):
            self.time_passes(SETTLE_SECONDS + 1)
            self.a_resolver_takes_it(looks=True)
            self.a_worker_claims(sends=True)
            while self.workers:
                self.a_message_arrives(0, O.ACCEPTED, lost=False)
                self.a_worker_writes_its_verdict(0)
            self.azure_comes_to_an_end(JobOutcome.SUCCEEDED)
            self.a_sweep_comes_by()
        assert self.ledger.state() in TERMINAL, self.ledger.state()
        self.azure_was_made_to_do_it_once_at_most()


def observed(job: AzureJob) -> Observation:
    return OBSERVED[job.outcome]


def is_followed(state: State) -> bool:
    return state in FOLLOWED


def ticket_of(job_id: UUID, state: State, fence: int, azure_job_id: str | None = None) -> Ticket:
    return Ticket(job_id, "restore", "t", state, fence, {}, None, None, None, 0, azure_job_id=azure_job_id)


def on_record(attempt: UUID, age: float) -> AttemptOnRecord:
    return AttemptOnRecord(attempt, datetime.now(UTC) - timedelta(seconds=age), age)

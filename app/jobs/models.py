"""Job, JobLabel, Attempt, JobEvent, Cancellation, VaultWatch: the tables of long-running work.

No foreign key leaves this folder: `vault_id` and `protected_item_id` name rows of features to the right of `jobs`, and
a job is kept when these rows are deleted.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB, REAL
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base
from app.core.db.leases import Leased
from app.jobs.lifecycle import AttemptState

_UNDER_WAY = "'submitting', 'running', 'cancelling', 'needs_attention'"
_IN_FLIGHT = "'queued', 'submitting', 'running', 'cancelling'"

LATE = timedelta(hours=24)
EARLY = timedelta(hours=1)
RAN_APART = (
    "(started_at - created_at > interval '24 hours' OR created_at - started_at > interval '1 hour'"
    " OR finished_at - created_at > interval '24 hours' OR created_at - finished_at > interval '1 hour')"
)
"""Jobs that ran more than LATE after their rows were created, or more than EARLY before: they waited, or were recorded
late."""
OF_RESTORES = "kind IN ('restore', 'mount_files')"
"""Jobs that a restore may be of: few among all jobs, so lists of restores have indexes of their own."""
MOVED_LATE = "updated_at - created_at > interval '24 hours'"
"""Word for word in the query too: Postgres recognises a partial index by its condition."""


class Origin(StrEnum):
    """Who started a job, or protected an item. The API's `origin` lists the same."""

    HOLDFAST = "holdfast"
    """A caller asked Holdfast for it."""
    AZURE = "azure"
    """Azure's schedule or another tool; Holdfast found it in Azure."""


class Job(Leased, Base):
    """One request, and what came of it.

    `state` is written by transitions.py only (a test keeps it). A row is made by `enqueue`, or by
    sweep/untracked.py where Azure or others started the job. Verdicts go through `store.record`, those of a sweep
    through sweep/settle.py; the claim, the API's actions and the loops also write columns that are no state.

    It is also the idempotency record: unique (tenant, caller, idempotency_key), with the hash of the request.
    """

    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    """UUIDv7: sorts by creation, so the primary key is also the page order."""
    tenant: Mapped[str] = mapped_column(Text)
    caller: Mapped[str] = mapped_column(Text)
    """Who, for idempotency: issuer, tenant and object id of the token, joined."""
    requested_by: Mapped[str] = mapped_column(Text)
    """Who, for people."""
    idempotency_key: Mapped[str | None] = mapped_column(Text)
    request_hash: Mapped[str | None] = mapped_column(Text)

    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text, server_default=Origin.HOLDFAST.value)
    resource: Mapped[str | None] = mapped_column(Text)
    resource_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    vault_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    protected_item_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    vm: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{subscription_id, resource_group, name} of the VM it is about, of a restore the source; None = none, or it is not
    known. Of a job that others started the subscription may be None."""
    vm_key: Mapped[str | None] = mapped_column(Text)
    """The VM's ARM id, folded (machines.py); None where its subscription is not known."""
    vm_name_key: Mapped[str | None] = mapped_column(Text)
    """The VM's name, folded."""
    reference: Mapped[str | None] = mapped_column(Text)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    series: Mapped[str | None] = mapped_column(Text)
    """Jobs of one series run one at a time, in the order asked: configuration writes to one thing. None = waits for
    none (a backup, a restore)."""
    released_series: Mapped[str | None] = mapped_column(Text)
    """The series that the job released when an accepted write did not become visible, so that later jobs of the series
    can be sent.

    Kept when the job is sent again, and belongs to the series again."""
    taken_as_is: Mapped[bool] = mapped_column(Boolean, server_default="false")
    """A person decided to accept what is in Azure instead of what was requested."""
    ask: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The order, as the kind's work reads it. Immutable, so a second attempt sends what was accepted."""

    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    sent_at: Mapped[datetime | None] = mapped_column(TZ)
    """When it was first sent, by the database's clock; ages and time windows count from it. None for a job that others
    started, and for rows older than this column."""
    started_at: Mapped[datetime | None] = mapped_column(TZ)
    """When it began: Azure's own time once Azure has shown it, until then when it was first sent."""
    finished_at: Mapped[datetime | None] = mapped_column(TZ)
    """When it ended: Azure's time if Azure gives it, else when a sweep saw it. Never before `started_at`."""
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)

    waiting_reason: Mapped[str | None] = mapped_column(Text)
    waiting_since: Mapped[datetime | None] = mapped_column(TZ)
    waiting_until: Mapped[datetime | None] = mapped_column(TZ)
    waiting_job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The job that is waited for, where the reason is `blocked`."""
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Number of polls or sends in a row without success; the back-off uses it."""

    operation_url: Mapped[str | None] = mapped_column(Text)
    """Azure's own poll URL, verbatim (newer ones are signed, about 4 kB)."""
    azure_job_id: Mapped[str | None] = mapped_column(Text)
    azure_region: Mapped[str | None] = mapped_column(Text)
    """The paired region that runs it (a restore across regions) and is asked about it; None = the vault's own."""
    azure_job_ids: Mapped[list[str] | None] = mapped_column(JSONB)
    """Where one write owns several Azure jobs (a policy with items): it has ended when all have."""
    activity_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The accepted attempt's id: Azure shows it as the job's activityId."""
    azure_status: Mapped[str | None] = mapped_column(Text)
    progress_percent: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    remaining_seconds: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    transferred_bytes: Mapped[int | None] = mapped_column(BigInteger)
    total_bytes: Mapped[int | None] = mapped_column(BigInteger)
    tasks: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default="[]")
    as_of: Mapped[datetime | None] = mapped_column(TZ)
    """When Azure was last seen saying so."""
    watched_until: Mapped[datetime | None] = mapped_column(TZ)
    """A caller watches the job: until then sweeps also fetch percent and tasks, which lists do not contain."""

    details_wanted: Mapped[bool] = mapped_column(Boolean, server_default="false")
    """It has ended, but details of result and warnings that only a GET or the item contains are still to be read; the
    next sweep with a free request reads them."""

    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    warnings: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    """Azure's messages about its end, good or bad (failures.py); None = it has not ended, or they were not read
    (yet)."""
    approval_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The approval that it needs before it is sent; None = none. Never changes (a trigger enforces it)."""
    parent_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The job that it is a part of. Never changes."""
    origin_rule: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The protection rule that asked for it. Never changes."""
    is_background: Mapped[bool] = mapped_column(Boolean, server_default="false")
    """A restore test needs it: what it asks of Azure is of the last budget class. Never changes."""
    counts: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))
    """Of a parent: {total, open, succeeded, failed, cancelled, needs_attention} of what it consists of."""
    cancel: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{state: requested | sent | refused | too_late, requested_by, requested_at, detail}; None = not requested."""

    __table_args__ = (
        Index(
            "uq_jobs_idempotency",
            "tenant",
            "caller",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index("ix_jobs_tenant_id", "tenant", "id"),
        Index("ix_jobs_tenant_vault_id", "tenant", "vault_id", "id"),
        Index("ix_jobs_tenant_item_id", "tenant", "protected_item_id", "id"),
        Index("ix_jobs_tenant_vm_id", "tenant", "vm_key", "id", postgresql_where=text("vm_key IS NOT NULL")),
        Index(
            "ix_jobs_tenant_vm_name_id", "tenant", "vm_name_key", "id", postgresql_where=text("vm_name_key IS NOT NULL")
        ),
        Index("ix_jobs_tenant_kind_id", "tenant", "kind", "id"),
        Index("ix_jobs_tenant_state_id", "tenant", "state", "id"),
        Index(
            "ix_jobs_tenant_reference_id", "tenant", "reference", "id", postgresql_where=text("reference IS NOT NULL")
        ),
        Index("ix_jobs_restores_state", "tenant", "state", "resource_id", postgresql_where=text(OF_RESTORES)),
        Index(
            "ix_jobs_restores_reference",
            "tenant",
            "reference",
            "resource_id",
            postgresql_where=text(f"reference IS NOT NULL AND {OF_RESTORES}"),
        ),
        Index("ix_jobs_tenant_origin_id", "tenant", "origin", "id"),
        Index("ix_jobs_tenant_parent_id", "tenant", "parent_id", "id", postgresql_where=text("parent_id IS NOT NULL")),
        Index("ix_jobs_tenant_rule", "tenant", "origin_rule", "id", postgresql_where=text("origin_rule IS NOT NULL")),
        Index("ix_jobs_tenant_updated_at", "tenant", "updated_at"),
        # The few that moved long after they were made: what `updated_since` finds outside a range of ids.
        Index("ix_jobs_tenant_moved_late", "tenant", "updated_at", postgresql_where=text(MOVED_LATE)),
        # When it ran (Azure's times), and the few jobs that ran at another time than their ids say. A job gets an entry
        # when it is sent, not when it is requested.
        Index("ix_jobs_tenant_started_at", "tenant", "started_at", postgresql_where=text("started_at IS NOT NULL")),
        Index("ix_jobs_tenant_finished_at", "tenant", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        Index("ix_jobs_tenant_ran_apart", "tenant", "started_at", postgresql_where=text(RAN_APART)),
        # One Azure job is one row, no matter who started it.
        Index(
            "uq_jobs_azure_job",
            "vault_id",
            text("lower(azure_job_id)"),
            unique=True,
            postgresql_where=text("azure_job_id IS NOT NULL"),
        ),
        Index("ix_jobs_keys", "created_at", postgresql_where=text("idempotency_key IS NOT NULL")),
        Index("ix_jobs_details_wanted", "vault_id", postgresql_where=text("details_wanted")),
        # The loops read only jobs that have not ended; these indexes stay small however many have ended.
        Index("ix_jobs_due", "state", "due_at", postgresql_where=text(f"state IN ({_IN_FLIGHT})")),
        # Tenants take turns (rounds.py): who is next, and what of it is due first. The second is of the few approved.
        Index("ix_jobs_turns", "tenant", "due_at", postgresql_where=text("state = 'queued'")),
        Index(
            "ix_jobs_turns_approved",
            "tenant",
            "due_at",
            postgresql_where=text("state = 'queued' AND approval_id IS NOT NULL"),
        ),
        # What cannot happen cannot be a bug: two jobs of one series are never under way at once.
        Index("uq_jobs_one_of_a_series", "series", unique=True, postgresql_where=text(f"state IN ({_UNDER_WAY})")),
        Index("ix_jobs_series", "series", "id", postgresql_where=text("state = 'queued' AND series IS NOT NULL")),
        # To find the later write of a series that was sent after an earlier one released the series.
        Index("ix_jobs_series_created_at", "series", "created_at", postgresql_where=text("series IS NOT NULL")),
        Index("ix_jobs_released_series", "released_series", postgresql_where=text("released_series IS NOT NULL")),
        Index(
            "ix_jobs_unapproved",
            "due_at",
            postgresql_where=text("approval_id IS NOT NULL AND state IN ('awaiting_approval', 'queued')"),
        ),
        Index("ix_jobs_followed", "vault_id", postgresql_where=text("state IN ('running', 'cancelling')")),
    )


class JobLabel(Base):
    """One label of a job, for searches: callers read `jobs.labels`; this table is its index.

    The key is the whole row in the order a page reads it: one range of the index, newest job last. (A GIN index over
    the JSON cannot be used under row-level security, whose planner trusts leakproof operators only, and knows no
    order.) No foreign key: jobs are kept, and the check would cost every labelled write a look-up.
    """

    __tablename__ = "job_labels"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text, primary_key=True)
    job_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)


class Attempt(Base):
    """One sending of a job's request to Azure, on record **before** it is sent.

    Its id is the x-ms-client-request-id.
    """

    __tablename__ = "attempts"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True, default=uuid4)
    job_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    tenant: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text, server_default=AttemptState.OPEN.value)
    """One of `AttemptState`."""
    opened_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    closed_at: Mapped[datetime | None] = mapped_column(TZ)
    azure_job_id: Mapped[str | None] = mapped_column(Text)
    """The orphans: Azure's jobs of an attempt that was given up, or that did it more than once; commas between."""
    detail: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        # The heart of "once": a job can have at most one attempt that may have reached Azure.
        Index("uq_attempts_one_open", "job_id", unique=True, postgresql_where=text(f"state = '{AttemptState.OPEN}'")),
        Index("ix_attempts_orphaned", "id", postgresql_where=text(f"state = '{AttemptState.ORPHANED}'")),
        Index("ix_attempts_closed_at", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
    )


class JobEvent(Base):
    """What happened to a job, in order: the history that callers read, and the outbox that later features send from."""

    __tablename__ = "job_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("jobs.id", ondelete="CASCADE"))
    tenant: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    observation: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    attempt_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    actor: Mapped[str | None] = mapped_column(Text)
    """Which person decided; None = a loop saw it."""

    __table_args__ = (Index("ix_job_events_job_id_id", "job_id", "id"),)


class Cancellation(Leased, Base):
    """An Azure job that is to be cancelled: the due row of the cancel loop, gone once Azure has said yes or no."""

    __tablename__ = "cancellations"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True, default=uuid4)
    job_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("jobs.id", ondelete="CASCADE"))
    tenant: Mapped[str] = mapped_column(Text, server_default="")
    azure_job_id: Mapped[str] = mapped_column(Text, server_default="")
    """Empty = the job's own, once it is known; else an orphan: a job of an attempt that was given up."""
    requested_by: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")

    __table_args__ = (Index("uq_cancellations_job", "job_id", "azure_job_id", unique=True),)


class VaultWatch(Leased, Base):
    """A vault whose jobs are followed: the due row of the sweep loop."""

    __tablename__ = "vault_watches"

    vault_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    subscription_id: Mapped[str] = mapped_column(Text)
    resource_group: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    swept_at: Mapped[datetime | None] = mapped_column(TZ)
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    tenant: Mapped[str] = mapped_column(Text, server_default="")
    """Whose the jobs are that Azure starts here by itself."""
    seen_until: Mapped[datetime | None] = mapped_column(TZ)
    """Every job that Azure started here from `complete_since` to this moment (Azure's clock) was in a complete list
    once."""
    complete_since: Mapped[datetime | None] = mapped_column(TZ)
    """Where the lists that reach to `seen_until` without a gap begin: what ran here before need not be on record."""
    ending: Mapped[float] = mapped_column(REAL, server_default="0")
    """Share of sweeps that find that a job has ended, 0 to 1; the newest sweeps count most."""
    window_pages: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    """How many requests the last time-window list took."""
    taken_in_at: Mapped[datetime | None] = mapped_column(TZ)
    """When (our clock) the vault was last looked at for jobs that Azure or others started."""
    spare: Mapped[float] = mapped_column(REAL, server_default="8")
    """How many requests for details this vault may still make; refilled with time, less the more vaults are busy."""
    is_busy: Mapped[bool] = mapped_column(Boolean, server_default="false")
    """Whether a job of ours was running here at the last sweep."""
    shortest: Mapped[dict[str, float]] = mapped_column(JSONB, server_default="{}")
    """Seconds by kind of job: the shortest that one took here which ended well."""
    usual_at: Mapped[datetime | None] = mapped_column(TZ)
    """When the next sweep would be due if a job could have ended by then. A new job moves the sweep back to this
    time."""
    unhinted_due_at: Mapped[datetime | None] = mapped_column(TZ)
    """When the next sweep would be due without the hint (hints/); None = it does not wait for the hint."""
    listed_at: Mapped[datetime | None] = mapped_column(TZ)
    """When the last list of this vault's jobs began, by Azure's clock."""
    named_at: Mapped[datetime | None] = mapped_column(TZ)
    """When the hint last brought a sweep forward here."""
    vault_read_at: Mapped[datetime | None] = mapped_column(TZ)
    """When the settings of the vault were last asked for."""
    items_owed_at: Mapped[datetime | None] = mapped_column(TZ)
    """When something was last seen that may have changed items here; None = a list read since has been applied."""
    policies_owed_at: Mapped[datetime | None] = mapped_column(TZ)
    """As `items_owed_at`, of the vault's policies."""


class Pruning(Leased, Base):
    """A table that is pruned: the due row of the prune loop. Contains no tenant's data."""

    __tablename__ = "prunings"

    name: Mapped[str] = mapped_column(Text, primary_key=True)


class JobHint(Leased, Base):
    """What is known of the hint in one subscription: the due row of the loop `hinting`. Holds no tenant's data."""

    __tablename__ = "job_hints"

    subscription_id: Mapped[str] = mapped_column(Text, primary_key=True)
    """In lower case."""
    asked_at: Mapped[datetime | None] = mapped_column(TZ)
    """When Azure last answered (our clock)."""
    proven_at: Mapped[datetime | None] = mapped_column(TZ)
    """When the lists last proved it good; None = it is left alone, and every vault is swept as without it."""
    lag_seconds: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    """How old an end is before the hint shows it; None = unknown."""
    blind: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    """Vaults (ids) that it does not show, and when that was seen last: these are swept as without it."""
    saved: Mapped[float] = mapped_column(DOUBLE_PRECISION, server_default="0")
    """How many lists Azure still allows of what it allowed so far; below 0 = more were sent than planned."""
    spent: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """`azure_budgets.spent` at that time."""
    brought: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """How many lists were, ever."""
    is_refused: Mapped[bool] = mapped_column(Boolean, server_default="false")
    """Azure gives no right to ask."""
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")

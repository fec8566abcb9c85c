"""The tables of restore tests: the tests, and one row for each run of an item."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base
from app.core.db.leases import Leased


class RestoreTest(Leased, Base):
    """A restore test. `due_at`: when its schedule wants it next; far away where it has none."""

    __tablename__ = "restore_tests"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The body as it was asked for (schemas.RestoreTestCreate), without the values of secrets: of those the names, and
    a digest that no value can be guessed from (script_secrets.py)."""
    hash: Mapped[str] = mapped_column(Text)
    """SHA-256 of its canonical bytes."""
    approved_hash: Mapped[str | None] = mapped_column(Text)
    """The hash that a second person approved, when it was defined or by a round that was approved: scheduled rounds of
    it need no other."""
    approval_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The approval that was asked for this definition when it was written; None = none was needed."""
    secrets: Mapped[str | None] = mapped_column(Text)
    """The secret parameters of its script, as JSON, encrypted (app/core/secret_box.py)."""
    owner: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{issuer, directory, object_id, name} of who last wrote it: scheduled runs are asked for in their name."""
    rounds: Mapped[int] = mapped_column(Integer, server_default="0")
    """How many were begun: with the seed, the number of a round decides its random sample."""
    last_round_at: Mapped[datetime | None] = mapped_column(TZ)
    missed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{at, reason} of the last time that the schedule wanted a round, and none was made."""
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    """Of what callers change."""

    __table_args__ = (
        Index("ix_restore_tests_tenant_id", "tenant", "id"),
        Index("ix_restore_tests_due_at", "due_at"),
    )


class RestoreTestRun(Leased, Base):
    """One item, tested once. It is kept when its test and its item are gone."""

    __tablename__ = "restore_test_runs"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    restore_test_id: Mapped[UUID] = mapped_column(PG_UUID)
    job_id: Mapped[UUID] = mapped_column(PG_UUID)
    """The job of kind `restore_test_run` that it is a part of; its `ask` has the definition."""
    protected_item_id: Mapped[UUID] = mapped_column(PG_UUID)
    vm_id: Mapped[str] = mapped_column(Text)
    """ARM id of the VM that was backed up."""
    vault_id: Mapped[str] = mapped_column(Text, server_default="")
    """ARM id of the vault that had its points when the round was asked for: the item may be gone when it ends."""
    secrets: Mapped[str | None] = mapped_column(Text, deferred=True)
    """Of the test as it was then, encrypted, until the run ends. A change of the test is not for rounds that began."""
    position: Mapped[int] = mapped_column(SmallInteger)
    """Its turn within the round."""
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    """A `rules.RunState`."""
    outcome: Mapped[str | None] = mapped_column(Text)
    """A `rules.Outcome`."""
    failed_level: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    recovery_point: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    expected: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """levels.Expected, as JSON."""
    restore_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    restore_job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    restore_began_at: Mapped[datetime | None] = mapped_column(TZ)
    """By Azure's clock, as the next one."""
    restored_at: Mapped[datetime | None] = mapped_column(TZ)
    machine_id: Mapped[str | None] = mapped_column(Text)
    """ARM id of the restored VM."""
    levels: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """[{level, outcome, at, azure_code, remedy, detail, input, facts}] of those that have ended."""
    measured: Mapped[dict[str, float]] = mapped_column(JSONB, server_default="{}")
    """Seconds since the restore began: {disks_seconds, boot_seconds, answer_seconds}."""
    script_started: Mapped[bool] = mapped_column(server_default="false")
    """Whether the script may have been sent: it is looked for before it is sent again."""
    token_digest: Mapped[str | None] = mapped_column(Text)
    """SHA-256 of the token of the caller's check, in hex. The token itself is in its event only."""
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{passed, detail, at}."""
    tear_down_job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    tear_downs: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    left: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """[{id, reason}] of what is still there."""
    waits_for: Mapped[str | None] = mapped_column(Text)
    """Why it does not move, for people. Of one that has ended: why its evidence is not signed yet."""
    state_since: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    """When the state, or in `verifying` the level, began: its clock."""
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    ended_at: Mapped[datetime | None] = mapped_column(TZ)

    __table_args__ = (
        Index("ix_restore_test_runs_tenant_id", "tenant", "id"),
        Index("ix_restore_test_runs_tenant_item", "tenant", "protected_item_id", "id"),
        Index("ix_restore_test_runs_job_id", "job_id"),
        Index("ix_restore_test_runs_due", "due_at", postgresql_where=text("state <> 'ended'")),
        Index(
            "ix_restore_test_runs_unsigned", "id", postgresql_where=text("state = 'ended' AND waits_for IS NOT NULL")
        ),
    )

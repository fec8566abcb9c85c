"""Recovery plans, their runs, and jobs that are parts of a job

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

UUID = postgresql.UUID(as_uuid=True)
JSONB = postgresql.JSONB()
TZ = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
TABLES = ("recovery_plans", "recovery_runs", "recovery_members")
RIGHTS = {
    "recovery_plans": {"holdfast_api": "SELECT, INSERT, UPDATE, DELETE", "holdfast_worker": "SELECT"},
    "recovery_runs": {"holdfast_api": "SELECT, INSERT, UPDATE", "holdfast_worker": "SELECT, INSERT, UPDATE, DELETE"},
    "recovery_members": {"holdfast_api": "SELECT, INSERT, UPDATE", "holdfast_worker": "SELECT, INSERT, UPDATE, DELETE"},
}

# What an event keeps of a job: as in 0028, and whose part it is.
OLD_JOB = (
    "id kind state origin resource vault_id protected_item_id vm requested_by reference labels created_at started_at "
    "finished_at updated_at progress_percent remaining_seconds transferred_bytes total_bytes tasks as_of "
    "waiting_reason waiting_since waiting_until waiting_job_id azure_job_id azure_region activity_id azure_status "
    "approval_id cancel result error warnings"
).split()
JOB = [*OLD_JOB, "parent_id", "counts"]
ENDED = "('succeeded', 'succeeded_with_warnings', 'failed', 'cancelled')"
# What an event keeps of a run that is at a gate.
GATE = "id plan_id job_id mode gate created_at updated_at".split()


def row(alias: str, columns: list[str]) -> str:
    return "jsonb_build_object(" + ", ".join(f"'{name}', {alias}.{name}" for name in columns) + ")"


def told(columns: list[str], kind: str, action: str, was: str = "NULL") -> str:
    return (
        "INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, vault_id, labels, data, was) VALUES "
        f"(NEW.tenant, {kind}, '{action}', 'job', NEW.id::text, NEW.vault_id, nullif(NEW.labels, '{{}}'), "
        f"{row('NEW', columns)}, {was});"
    )


def event_of_job(columns: list[str]) -> str:
    was = "CASE WHEN TG_OP = 'UPDATE' THEN jsonb_build_object('state', OLD.state) END"
    return f"""
CREATE OR REPLACE FUNCTION holdfast_event_of_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE said text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        {told(columns, "'holdfast.job.created'", "created")}
        IF NEW.state IN ('queued', 'awaiting_approval', 'submitting', 'running', 'cancelling') THEN
            RETURN NULL;
        END IF;
    END IF;
    said := CASE
        WHEN NEW.state IN {ENDED} THEN 'ended'
        WHEN NEW.state = 'needs_attention' THEN 'needs_attention'
        WHEN TG_OP = 'UPDATE' AND NEW.state IS NOT DISTINCT FROM OLD.state THEN 'waiting'
        WHEN NEW.state = 'running' AND OLD.state IN ('queued', 'submitting', 'awaiting_approval') THEN 'started'
        ELSE 'changed' END;
    {told(columns, "'holdfast.job.' || said", "updated", was)}
    RETURN NULL;
END
$$
"""


EVENT_OF_GATE = f"""
CREATE FUNCTION holdfast_event_of_gate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, labels, data)
    SELECT NEW.tenant, 'holdfast.recovery_run.gate', 'updated', 'recovery_run', NEW.id::text, nullif(labels, '{{}}'),
        jsonb_build_object({", ".join(f"'{name}', NEW.{name}" for name in GATE)})
    FROM jobs WHERE jobs.id = NEW.job_id;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _plans()
    _runs()
    _members()
    for table in TABLES:
        for role, words in RIGHTS[table].items():
            op.execute(f"GRANT {words} ON {table} TO {role}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
        op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")
    op.execute(EVENT_OF_GATE)
    op.execute(
        "CREATE TRIGGER told_gate AFTER UPDATE OF gate ON recovery_runs FOR EACH ROW "
        "WHEN (NEW.gate IS NOT NULL AND OLD.gate IS DISTINCT FROM NEW.gate) EXECUTE FUNCTION holdfast_event_of_gate()"
    )
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute("REVOKE ALL ON FUNCTION holdfast_event_of_gate() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION holdfast_event_of_gate() TO holdfast_api, holdfast_worker")
    op.execute("ALTER FUNCTION holdfast_event_of_gate() OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")
    # Last, for its lock.
    op.add_column("jobs", sa.Column("parent_id", UUID))
    op.add_column("jobs", sa.Column("counts", JSONB))
    op.create_index(
        "ix_jobs_tenant_parent_id",
        "jobs",
        ["tenant", "parent_id", "id"],
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    _replace_event_of_job(JOB)


def _replace_event_of_job(columns: list[str]) -> None:
    """As its owner: the login that migrates may take that role, and does not inherit it (docker/logins.sql)."""
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute("SET LOCAL ROLE holdfast_worker")
    op.execute(event_of_job(columns))
    op.execute("RESET ROLE")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def _plans() -> None:
    op.create_table(
        "recovery_plans",
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("updated_at", TZ, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_plans")),
    )
    op.create_index("ix_recovery_plans_tenant_id", "recovery_plans", ["tenant", "id"])
    op.create_index("uq_recovery_plans_name", "recovery_plans", ["tenant", "name_key"], unique=True)


def _runs() -> None:
    op.create_table(
        "recovery_runs",
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("job_id", UUID, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("promised_rto_seconds", sa.Integer()),
        sa.Column("point_spread_seconds", sa.Double()),
        sa.Column("waves", JSONB, nullable=False),
        sa.Column("gate", JSONB),
        sa.Column("stopped", JSONB),
        sa.Column("started_at", TZ),
        sa.Column("ends_by", TZ),
        sa.Column("ended_at", TZ),
        sa.Column("rto_seconds", sa.Double()),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("updated_at", TZ, server_default=NOW, nullable=False),
        sa.Column("due_at", TZ, server_default=NOW, nullable=False),
        sa.Column("lease_until", TZ),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_runs")),
    )
    op.create_index("ix_recovery_runs_tenant_id", "recovery_runs", ["tenant", "id"])
    op.create_index("ix_recovery_runs_tenant_plan_id", "recovery_runs", ["tenant", "plan_id", "id"])
    op.create_index("uq_recovery_runs_job", "recovery_runs", ["job_id"], unique=True)
    op.create_index(
        "ix_recovery_runs_due", "recovery_runs", ["due_at"], postgresql_where=sa.text("ended_at IS NULL")
    )


def _members() -> None:
    op.create_table(
        "recovery_members",
        sa.Column("run_id", UUID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("protected_item_id", UUID, nullable=False),
        sa.Column("vm_id", sa.Text()),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("may_fail", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recovery_point_at", TZ),
        sa.Column("restore_id", UUID),
        sa.Column("job_id", UUID),
        sa.Column("error", JSONB),
        sa.Column("finished_at", TZ),
        sa.Column("rto_seconds", sa.Double()),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_recovery_members")),
    )
    op.create_index(
        "ix_recovery_members_restoring",
        "recovery_members",
        ["run_id"],
        postgresql_where=sa.text("state = 'restoring'"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION holdfast_event_of_gate()")
    _replace_event_of_job(OLD_JOB)
    op.drop_index("ix_jobs_tenant_parent_id", "jobs")
    op.drop_column("jobs", "counts")
    op.drop_column("jobs", "parent_id")

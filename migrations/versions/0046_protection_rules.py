"""Protection rules, the VMs that they have asked to protect, and the rule that a job comes from

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

UUID = postgresql.UUID(as_uuid=True)
JSONB = postgresql.JSONB()
TZ = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
RIGHTS = {
    "protection_rules": {
        "holdfast_api": "SELECT, INSERT, UPDATE, DELETE",
        "holdfast_worker": "SELECT, UPDATE, DELETE",
    },
    "protection_rule_members": {
        "holdfast_api": "SELECT, DELETE",
        "holdfast_worker": "SELECT, INSERT, UPDATE, DELETE",
    },
}

# What an event keeps of a job: as in 0037, and the rule that asked for it.
OLD_JOB = (
    "id kind state origin resource vault_id protected_item_id vm requested_by reference labels created_at started_at "
    "finished_at updated_at progress_percent remaining_seconds transferred_bytes total_bytes tasks as_of "
    "waiting_reason waiting_since waiting_until waiting_job_id azure_job_id azure_region activity_id azure_status "
    "approval_id cancel result error warnings parent_id counts"
).split()
JOB = [*OLD_JOB, "origin_rule"]
ENDED = "('succeeded', 'succeeded_with_warnings', 'failed', 'cancelled')"
# What an event keeps of a rule.
RULE = (
    "id name priority definition mode max_per_hour hash approval_job_id stopped_at labels reference waiting counts "
    "created_at updated_at"
).split()


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


def told_rule(alias: str, action: str, was: str = "NULL") -> str:
    return (
        "INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, labels, data, was) VALUES "
        f"({alias}.tenant, 'holdfast.rule.changed', '{action}', 'rule', {alias}.id::text, "
        f"nullif({alias}.labels, '{{}}'), {row(alias, RULE)}, {was});"
    )


EVENT_OF_RULE = f"""
CREATE FUNCTION holdfast_event_of_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {told_rule("NEW", "created")}
    ELSIF TG_OP = 'DELETE' THEN
        {told_rule("OLD", "deleted")}
    ELSE
        {told_rule("NEW", "updated", row("OLD", RULE))}
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _rules()
    _members()
    for table, rights in RIGHTS.items():
        for role, words in rights.items():
            op.execute(f"GRANT {words} ON {table} TO {role}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
        op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")
    op.execute(EVENT_OF_RULE)
    made = "FOR EACH ROW EXECUTE FUNCTION holdfast_event_of_rule()"
    op.execute(f"CREATE TRIGGER told_made AFTER INSERT OR DELETE ON protection_rules {made}")
    loud = [name for name in RULE if name != "updated_at"]
    old, new = (", ".join(f"{alias}.{name}" for name in loud) for alias in ("OLD", "NEW"))
    op.execute(
        "CREATE TRIGGER told_changed AFTER UPDATE ON protection_rules FOR EACH ROW "
        f"WHEN (ROW({old}) IS DISTINCT FROM ROW({new})) EXECUTE FUNCTION holdfast_event_of_rule()"
    )
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute("REVOKE ALL ON FUNCTION holdfast_event_of_rule() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION holdfast_event_of_rule() TO holdfast_api, holdfast_worker")
    op.execute("ALTER FUNCTION holdfast_event_of_rule() OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")
    # Last, for its lock.
    op.add_column("jobs", sa.Column("origin_rule", UUID))
    op.create_index(
        "ix_jobs_tenant_rule",
        "jobs",
        ["tenant", "origin_rule", "id"],
        postgresql_where=sa.text("origin_rule IS NOT NULL"),
    )
    _replace_event_of_job(JOB)


def _replace_event_of_job(columns: list[str]) -> None:
    """As its owner: the login that migrates may take that role, and does not inherit it (docker/logins.sql)."""
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute("SET LOCAL ROLE holdfast_worker")
    op.execute(event_of_job(columns))
    op.execute("RESET ROLE")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def _rules() -> None:
    op.create_table(
        "protection_rules",
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("max_per_hour", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("approved_hash", sa.Text()),
        sa.Column("approval_job_id", UUID),
        sa.Column("confirmed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stopped_at", TZ),
        sa.Column("labels", JSONB, server_default="{}", nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("owner", JSONB, nullable=False),
        sa.Column("waiting", JSONB),
        sa.Column("counts", JSONB),
        sa.Column("weighed_at", TZ),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("updated_at", TZ, server_default=NOW, nullable=False),
        sa.Column("due_at", TZ, server_default=NOW, nullable=False),
        sa.Column("lease_until", TZ),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protection_rules")),
    )
    op.create_index("ix_protection_rules_tenant_id", "protection_rules", ["tenant", "id"])
    op.create_index("ix_protection_rules_due_at", "protection_rules", ["due_at"])


def _members() -> None:
    op.create_table(
        "protection_rule_members",
        sa.Column("rule_id", UUID, nullable=False),
        sa.Column("vm_key", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("vm_id", sa.Text(), nullable=False),
        sa.Column("protected_item_id", UUID, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("selected_hash", sa.Text(), nullable=False),
        sa.Column("job_id", UUID, nullable=False),
        sa.Column("tries", sa.Integer(), server_default="1", nullable=False),
        sa.Column("asked_at", TZ, server_default=NOW, nullable=False),
        sa.Column("pause_job_id", UUID),
        sa.PrimaryKeyConstraint("rule_id", "vm_key", name=op.f("pk_protection_rule_members")),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["protection_rules.id"],
            name=op.f("fk_protection_rule_members_rule_id_protection_rules"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_protection_rule_members_tenant", "protection_rule_members", ["tenant"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in reversed(RIGHTS):
        op.drop_table(table)
    op.execute("DROP FUNCTION holdfast_event_of_rule()")
    _replace_event_of_job(OLD_JOB)
    op.drop_index("ix_jobs_tenant_rule", "jobs")
    op.drop_column("jobs", "origin_rule")

"""What changed, in the order in which it was committed: the outbox and the events

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

UUID = postgresql.UUID(as_uuid=True)
JSONB = postgresql.JSONB()
TZ = sa.DateTime(timezone=True)
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"

# The columns of a row that its event keeps: what callers may see of it, and nothing else.
JOB = (
    "id kind state origin resource vault_id protected_item_id vm requested_by reference labels created_at started_at "
    "finished_at updated_at progress_percent remaining_seconds transferred_bytes total_bytes tasks as_of "
    "waiting_reason waiting_since waiting_until waiting_job_id azure_job_id azure_region activity_id azure_status "
    "approval_id cancel result error warnings"
).split()
ITEM = (
    "id vault_id policy_id vm_id state azure_state excluded_luns included_luns health health_details "
    "last_backup_status last_backup_at last_recovery_point_at origin vm_missing deleted_at purge_at created_at "
    "updated_at as_of"
).split()
POLICY = "id vault_id name state definition raw revision pending_job_id created_at updated_at as_of".split()
VAULT = (
    "id subscription_id resource_group name location state redundancy cross_region_restore soft_delete_state "
    "soft_delete_days immutability tags created_at updated_at as_of"
).split()
APPROVAL = (
    "id job_id operation words requested_name requested_at expires_at state decided_name decided_at reason attempt_id "
    "updated_at"
).split()
TENANT = "id name grants quotas approvals time_zone created_at updated_at".split()
MISS = (
    "id protected_item_id vm_id kind at due_at grace_seconds objective_seconds source point_at recorded_at"
).split()
DRIFT = "id kind subject before after azure_job_id seen_at resolved_at".split()
REPORT = "id day time_zone revision written_at totals head digest".split()
# Changes of these alone are no event: they say when it was looked, not what was seen.
SILENT = {"updated_at", "as_of"}

PUBLISH = """
CREATE FUNCTION holdfast_publish_events(at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE moved integer;
BEGIN
    PERFORM pg_advisory_xact_lock(4851028);
    WITH taken AS (
        DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT at_most) RETURNING *
    ), kept AS (
        INSERT INTO events (id, tenant, type, action, resource_kind, resource_id, vault_id, labels, at, data, was)
        SELECT event_id, tenant, type, action, resource_kind, resource_id, vault_id, labels, at, data, was
        FROM taken ORDER BY taken.id
        RETURNING 1
    )
    SELECT count(*) INTO moved FROM kept;
    RETURN moved;
END $$
"""
TELL = """
CREATE FUNCTION holdfast_tell_of_events() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN
    PERFORM set_config('holdfast.told', NEW.tenant, true);
    RAISE NOTICE 'holdfast.events %', NEW.tenant;
    RETURN NULL;
END $$
"""
ADD = (
    "INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, vault_id, labels, data, was) VALUES "
    "({tenant}, {type}, {action}, '{kind}', {id}, {vault}, {labels}, {data}, {was});"
)


def row(alias: str, columns: list[str]) -> str:
    return "jsonb_build_object(" + ", ".join(f"'{name}', {alias}.{name}" for name in columns) + ")"


def function(name: str, body: str) -> str:
    return f"""
CREATE FUNCTION holdfast_event_of_{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
{body}
$$
"""


def add(kind: str, alias: str, columns: list[str], **values: str) -> str:
    others = {
        "tenant": f"{alias}.tenant",
        "action": "'created'",
        "id": f"{alias}.id::text",
        "vault": "NULL",
        "labels": "NULL",
        "data": row(alias, columns),
        "was": "NULL",
    }
    return ADD.format(**(others | {"kind": kind} | values))


def changes(columns: list[str]) -> str:
    """Whether anything but the time of the look is different."""
    told = [name for name in columns if name not in SILENT]
    old, new = (", ".join(f"{alias}.{name}" for name in told) for alias in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def whole(kind: str, columns: list[str], **values: str) -> str:
    """The function of a table whose every change is `{kind}.changed`."""
    named = {"type": f"'holdfast.{kind}.changed'"} | values
    gone = {name: value.replace("NEW.", "OLD.") for name, value in named.items()}
    return f"""BEGIN
    IF TG_OP = 'INSERT' THEN
        {add(kind, "NEW", columns, **named)}
    ELSIF TG_OP = 'DELETE' THEN
        {add(kind, "OLD", columns, **(gone | {"action": "'deleted'"}))}
    ELSE
        {add(kind, "NEW", columns, **(named | {"action": "'updated'", "was": row("OLD", columns)}))}
    END IF;
    RETURN NULL;
END"""


OF_JOB = {"vault": "NEW.vault_id", "labels": "nullif(NEW.labels, '{}')"}
ENDED = "('succeeded', 'succeeded_with_warnings', 'failed', 'cancelled')"
JOBS = f"""DECLARE said text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        {add("job", "NEW", JOB, type="'holdfast.job.created'", **OF_JOB)}
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
    {add("job", "NEW", JOB, type="'holdfast.job.' || said", action="'updated'",
         was="CASE WHEN TG_OP = 'UPDATE' THEN jsonb_build_object('state', OLD.state) END", **OF_JOB)}
    RETURN NULL;
END"""
APPROVALS = f"""DECLARE of_job jsonb; vault uuid; marks jsonb;
BEGIN
    SELECT jsonb_build_object('kind', kind, 'resource', resource, 'ask', ask, 'reference', reference),
        vault_id, nullif(labels, '{{}}') INTO of_job, vault, marks FROM jobs WHERE id = NEW.job_id;
    IF TG_OP = 'INSERT' THEN
        {add("approval", "NEW", APPROVAL, type="'holdfast.approval.requested'", vault="vault", labels="marks",
             data=row("NEW", APPROVAL) + " || jsonb_build_object('job', of_job)")}
    ELSE
        {add("approval", "NEW", APPROVAL, type="CASE WHEN NEW.state = 'used' THEN 'holdfast.approval.changed' "
             "ELSE 'holdfast.approval.decided' END", action="'updated'", vault="vault", labels="marks",
             data=row("NEW", APPROVAL) + " || jsonb_build_object('job', of_job)",
             was="jsonb_build_object('state', OLD.state)")}
    END IF;
    RETURN NULL;
END"""
MISSES = f"""DECLARE vault uuid;
BEGIN
    SELECT vault_id INTO vault FROM protected_items WHERE id = NEW.protected_item_id;
    {add("item", "NEW", MISS, type="'holdfast.backup.' || NEW.kind", id="NEW.protected_item_id::text", vault="vault")}
    RETURN NULL;
END"""
DRIFTS = f"BEGIN {add('drift', 'NEW', DRIFT, type=repr('holdfast.drift.found'))} RETURN NULL; END"
REPORTS = f"""BEGIN
    {add("report", "NEW", REPORT, type="'holdfast.report.written'", action="CASE TG_OP WHEN 'INSERT' THEN 'created' "
         "ELSE 'updated' END")}
    RETURN NULL;
END"""

OF_VAULT = {"vault": "NEW.vault_id"}
FUNCTIONS = {
    "job": JOBS,
    "item": whole("item", ITEM, **OF_VAULT),
    "policy": whole("policy", POLICY, **OF_VAULT),
    "vault": whole("vault", VAULT, vault="NEW.id"),
    "tenant": whole("tenant", TENANT, tenant="NEW.id"),
    "approval": APPROVALS,
    "miss": MISSES,
    "drift": DRIFTS,
    "report": REPORTS,
}
TRIGGERS = (
    ("jobs", "told_made", "INSERT", "", "job"),
    ("jobs", "told_changed", "UPDATE OF state, waiting_reason",
     "OLD.state IS DISTINCT FROM NEW.state OR (NEW.waiting_reason IS NOT NULL "
     "AND OLD.waiting_reason IS DISTINCT FROM NEW.waiting_reason)", "job"),
    ("protected_items", "told_made", "INSERT OR DELETE", "", "item"),
    ("protected_items", "told_changed", "UPDATE", changes(ITEM), "item"),
    ("policies", "told_made", "INSERT OR DELETE", "", "policy"),
    ("policies", "told_changed", "UPDATE", changes(POLICY), "policy"),
    ("vaults", "told_made", "INSERT OR DELETE", "", "vault"),
    ("vaults", "told_changed", "UPDATE", changes(VAULT), "vault"),
    ("tenants", "told_made", "INSERT OR DELETE", "", "tenant"),
    ("tenants", "told_changed", "UPDATE", changes(TENANT), "tenant"),
    ("approvals", "told_made", "INSERT", "", "approval"),
    ("approvals", "told_changed", "UPDATE OF state", "OLD.state IS DISTINCT FROM NEW.state", "approval"),
    ("item_health_events", "told_made", "INSERT", "", "miss"),
    ("estate_drifts", "told_made", "INSERT", "", "drift"),
    ("daily_reports", "told_made", "INSERT", "", "report"),
    ("daily_reports", "told_changed", "UPDATE OF revision", "OLD.revision IS DISTINCT FROM NEW.revision", "report"),
)
CONTENT = (
    ("tenant", sa.Text(), False),
    ("type", sa.Text(), False),
    ("action", sa.Text(), False),
    ("resource_kind", sa.Text(), False),
    ("resource_id", sa.Text(), False),
    ("vault_id", UUID, True),
    ("labels", JSONB, True),
    ("data", JSONB, False),
    ("was", JSONB, True),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    columns = [sa.Column(name, kind, nullable=empty) for name, kind, empty in CONTENT]
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", UUID, server_default=sa.text("gen_random_uuid()"), nullable=False),
        *columns,
        sa.Column("at", TZ, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "events",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("id", UUID, nullable=False),
        *[sa.Column(name, kind, nullable=empty) for name, kind, empty in CONTENT],
        sa.Column("at", TZ, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_events")),
    )
    op.create_index("uq_events_id", "events", ["id"], unique=True)
    op.create_index("ix_events_tenant_position", "events", ["tenant", "position"])
    op.create_index("ix_events_resource", "events", ["resource_id", "position"])
    for table in ("outbox", "events"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY of_tenant ON events TO holdfast_api USING ({MINE})")
    op.execute("GRANT SELECT, INSERT, DELETE ON outbox TO holdfast_worker")
    op.execute("GRANT SELECT, INSERT, DELETE ON events TO holdfast_worker")
    op.execute("GRANT SELECT ON events TO holdfast_api")
    op.execute(TELL)
    op.execute(  # once in a transaction, for each tenant
        "CREATE TRIGGER told AFTER INSERT ON outbox FOR EACH ROW "
        "WHEN (current_setting('holdfast.told', true) IS DISTINCT FROM NEW.tenant) "
        "EXECUTE FUNCTION holdfast_tell_of_events()"
    )
    op.execute(PUBLISH)
    for name, body in FUNCTIONS.items():
        op.execute(function(name, body))
    for table, name, when, only, of in TRIGGERS:
        guard = f"WHEN ({only}) " if only else ""
        op.execute(
            f"CREATE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW {guard}"
            f"EXECUTE FUNCTION holdfast_event_of_{of}()"
        )
    # After the triggers: who makes a trigger must be allowed its function.
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    owned = [f"holdfast_event_of_{name}()" for name in FUNCTIONS]
    for made in (*owned, "holdfast_publish_events(integer)"):
        op.execute(f"REVOKE ALL ON FUNCTION {made} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {made} TO holdfast_api, holdfast_worker")
        op.execute(f"ALTER FUNCTION {made} OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, name, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION holdfast_event_of_{name}()")
    op.execute("DROP FUNCTION holdfast_publish_events(integer)")
    op.drop_table("events")
    op.drop_table("outbox")
    op.execute("DROP FUNCTION holdfast_tell_of_events()")

"""Webhooks, their deliveries, and how far events were handed out

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

UUID = postgresql.UUID(as_uuid=True)
JSONB = postgresql.JSONB()
TZ = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
RIGHTS = {
    "webhooks": {"holdfast_api": "SELECT, INSERT, UPDATE, DELETE", "holdfast_worker": "SELECT, UPDATE, DELETE"},
    "webhook_deliveries": {
        "holdfast_api": "SELECT, INSERT, UPDATE",
        "holdfast_worker": "SELECT, INSERT, UPDATE, DELETE",
    },
    "webhook_cursors": {"holdfast_api": "SELECT", "holdfast_worker": "SELECT, INSERT, UPDATE"},
}

# What an event keeps of a webhook: what callers see of it. No secret.
PUBLIC = "id url description types filter state disabled_reason previous_valid_until created_at updated_at".split()
TOLD = [name for name in PUBLIC if name != "updated_at"]


def row(alias: str) -> str:
    return "jsonb_build_object(" + ", ".join(f"'{name}', {alias}.{name}" for name in PUBLIC) + ")"


def told(alias: str, action: str, was: str = "NULL") -> str:
    return (
        "INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, data, was) VALUES "
        f"({alias}.tenant, 'holdfast.webhook.changed', '{action}', 'webhook', {alias}.id::text, {row(alias)}, {was});"
    )


EVENT = f"""
CREATE FUNCTION holdfast_event_of_webhook() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {told("NEW", "created")}
    ELSIF TG_OP = 'DELETE' THEN
        {told("OLD", "deleted")}
    ELSE
        {told("NEW", "updated", row("OLD"))}
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _webhooks()
    _deliveries()
    op.create_table(
        "webhook_cursors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_webhook_cursors")),
    )
    for table, rights in RIGHTS.items():
        for role, words in rights.items():
            op.execute(f"GRANT {words} ON {table} TO {role}")
    for table in ("webhooks", "webhook_deliveries"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
        op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")
    op.execute(EVENT)
    old, new = (", ".join(f"{alias}.{name}" for name in TOLD) for alias in ("OLD", "NEW"))
    made = "FOR EACH ROW EXECUTE FUNCTION holdfast_event_of_webhook()"
    op.execute(f"CREATE TRIGGER told_made AFTER INSERT OR DELETE ON webhooks {made}")
    op.execute(
        "CREATE TRIGGER told_changed AFTER UPDATE ON webhooks FOR EACH ROW "
        f"WHEN (ROW({old}) IS DISTINCT FROM ROW({new})) EXECUTE FUNCTION holdfast_event_of_webhook()"
    )
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute("REVOKE ALL ON FUNCTION holdfast_event_of_webhook() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION holdfast_event_of_webhook() TO holdfast_api, holdfast_worker")
    op.execute("ALTER FUNCTION holdfast_event_of_webhook() OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("types", JSONB, nullable=False),
        sa.Column("filter", JSONB, server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("disabled_reason", sa.Text()),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text()),
        sa.Column("previous_valid_until", TZ),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("updated_at", TZ, server_default=NOW, nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", TZ),
        sa.Column("paused_until", TZ),
        sa.Column("tested_at", TZ),
        sa.Column("due_at", TZ, server_default=NOW, nullable=False),
        sa.Column("lease_until", TZ),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index("ix_webhooks_tenant_id", "webhooks", ["tenant", "id"])
    op.create_index("ix_webhooks_due", "webhooks", ["due_at"], postgresql_where=sa.text("state = 'active'"))


def _deliveries() -> None:
    table = "webhook_deliveries"
    op.create_table(
        table,
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("webhook_id", UUID, nullable=False),
        sa.Column("event_id", UUID, nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("due_at", TZ, server_default=NOW, nullable=False),
        sa.Column("attempts", JSONB, server_default="[]", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_at", TZ),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("ended_at", TZ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    pending = "state = 'pending'"
    for name, columns, where in (
        ("ix_webhook_deliveries_list", ["webhook_id", "id"], None),
        ("ix_webhook_deliveries_open", ["webhook_id", "id"], "state <> 'delivered'"),
        ("ix_webhook_deliveries_due", ["webhook_id", "due_at"], f"{pending} AND is_head"),
        ("ix_webhook_deliveries_lane", ["webhook_id", "lane", "turn", "position"], pending),
        ("ix_webhook_deliveries_ended", ["ended_at"], "ended_at IS NOT NULL"),
    ):
        op.create_index(name, table, columns, postgresql_where=sa.text(where) if where else None)
    op.create_index("uq_webhook_deliveries_event", table, ["webhook_id", "event_id"], unique=True)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("webhook_cursors")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")
    op.execute("DROP FUNCTION holdfast_event_of_webhook()")

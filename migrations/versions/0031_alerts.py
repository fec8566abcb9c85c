"""Alerts: what a person should know, rules and silences of tenants, and the mails that tell it

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

UUID = postgresql.UUID()
JSONB = postgresql.JSONB()
TZ = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
OF_TENANTS = ("alerts", "alert_members", "alert_rules", "alert_silences", "alert_weaknesses", "alert_mails")
OF_LOOPS = ("alert_cursors", "alert_digests")
RIGHTS = {
    "alerts": "SELECT, UPDATE (state, due_at, acknowledged_at, acknowledged_by, acknowledged_reason, updated_at)",
    "alert_rules": "SELECT, INSERT, UPDATE",
    "alert_silences": "SELECT, INSERT, UPDATE, DELETE",
}
# What the event of an alert keeps: what callers may see of it.
ALERT = (
    "id kind severity state subject vm_id vault_id title remedy details count first_at last_at events webhook_ids "
    "is_storm opened_at told_at acknowledged_at acknowledged_by acknowledged_reason resolved_at folded_into updated_at"
).split()
DATA = "jsonb_build_object(" + ", ".join(f"'{name}', NEW.{name}" for name in ALERT) + ")"
TELL = f"""
CREATE FUNCTION holdfast_event_of_alert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, vault_id, labels, data, was) VALUES (
        NEW.tenant, 'holdfast.alert.' || CASE WHEN NEW.resolved_at IS NULL THEN 'opened' ELSE 'resolved' END,
        'updated', 'alert', NEW.id::text, NEW.vault_id, NEW.labels, {DATA}, jsonb_build_object('state', OLD.state));
    RETURN NULL;
END $$
"""


def leased() -> list[sa.Column[object]]:
    return [
        sa.Column("due_at", TZ, server_default=NOW, nullable=False),
        sa.Column("lease_until", TZ),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
    ]


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", UUID, nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("tenant", "kind", "key", "thing")],
        sa.Column("storm_key", sa.Text()),
        sa.Column("is_storm", sa.Boolean(), server_default="false", nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("severity", "state", "subject")],
        sa.Column("vm_id", sa.Text()),
        sa.Column("vault_id", UUID),
        sa.Column("labels", JSONB),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("title", "remedy")],
        sa.Column("details", JSONB, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        *[sa.Column(name, TZ, nullable=False) for name in ("first_at", "last_at", "seen_at")],
        sa.Column("events", JSONB, server_default="[]", nullable=False),
        sa.Column("webhook_ids", JSONB, server_default="[]", nullable=False),
        sa.Column("due_at", TZ, nullable=False),
        *[sa.Column(name, TZ) for name in ("opened_at", "told_at")],
        sa.Column("silenced_by", UUID),
        sa.Column("acknowledged_at", TZ),
        *[sa.Column(name, sa.Text()) for name in ("acknowledged_by", "acknowledged_reason")],
        sa.Column("resolved_at", TZ),
        sa.Column("folded_into", UUID),
        sa.Column("updated_at", TZ, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    is_open = sa.text("resolved_at IS NULL")
    op.create_index("uq_alerts_open", "alerts", ["tenant", "kind", "key"], unique=True, postgresql_where=is_open)
    op.create_index("ix_alerts_thing", "alerts", ["tenant", "kind", "thing"], postgresql_where=is_open)
    op.create_index("ix_alerts_storm", "alerts", ["tenant", "kind", "storm_key", "seen_at"], postgresql_where=is_open)
    op.create_index(
        "ix_alerts_due_at", "alerts", ["due_at"], postgresql_where=sa.text("told_at IS NULL AND resolved_at IS NULL")
    )
    op.create_index("ix_alerts_tenant_id", "alerts", ["tenant", "id"])
    op.create_index("ix_alerts_resolved_at", "alerts", ["resolved_at"])
    op.create_table(
        "alert_members",
        sa.Column("alert_id", UUID, nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("key", "tenant", "kind", "thing")],
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_members_alert_id_alerts", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alert_id", "key", name="pk_alert_members"),
    )
    op.create_index("ix_alert_members_thing", "alert_members", ["tenant", "kind", "thing"])


def _rules() -> None:
    op.create_table(
        "alert_rules",
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("tenant", "kind")],
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.Text()),
        sa.Column("grace_seconds", sa.Integer()),
        *[sa.Column(name, JSONB, server_default="[]", nullable=False) for name in ("webhook_ids", "mail")],
        sa.Column("updated_at", TZ, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", name="pk_alert_rules"),
    )
    op.create_table(
        "alert_silences",
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        *[sa.Column(name, sa.Text()) for name in ("kind", "subject")],
        sa.Column("vault_id", UUID),
        sa.Column("label", sa.Text()),
        *[sa.Column(name, TZ, nullable=False) for name in ("from_at", "until_at")],
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "created_by")],
        *[sa.Column(name, TZ, server_default=NOW, nullable=False) for name in ("created_at", "updated_at")],
        sa.PrimaryKeyConstraint("id", name="pk_alert_silences"),
    )
    op.create_index("ix_alert_silences_tenant_id", "alert_silences", ["tenant", "id"])


def _loops() -> None:
    op.create_table(
        "alert_cursors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        *leased(),
        sa.PrimaryKeyConstraint("name", name="pk_alert_cursors"),
    )
    op.create_table(
        "alert_weaknesses",
        sa.Column("protected_item_id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("newest_at", TZ, nullable=False),
        sa.PrimaryKeyConstraint("protected_item_id", name="pk_alert_weaknesses"),
    )
    op.create_table(
        "alert_mails",
        sa.Column("id", UUID, nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("tenant", "once", "recipient", "subject", "body")],
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("ended_at", TZ),
        *leased(),
        sa.PrimaryKeyConstraint("id", name="pk_alert_mails"),
    )
    op.create_index("uq_alert_mails_once", "alert_mails", ["tenant", "once", "recipient"], unique=True)
    op.create_index("ix_alert_mails_due_at", "alert_mails", ["due_at"], postgresql_where=sa.text("state = 'pending'"))
    op.create_index("ix_alert_mails_recipient", "alert_mails", ["tenant", "recipient", "ended_at"])
    op.create_index("ix_alert_mails_ended_at", "alert_mails", ["ended_at"])
    op.create_table(
        "alert_digests",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Date()),
        *leased(),
        sa.PrimaryKeyConstraint("tenant", name="pk_alert_digests"),
    )


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _alerts()
    _rules()
    _loops()
    for table in (*OF_TENANTS, *OF_LOOPS):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO holdfast_worker")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO holdfast_api")
        op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(TELL)
    op.execute(
        "CREATE TRIGGER told_changed AFTER UPDATE OF told_at, resolved_at ON alerts FOR EACH ROW "
        "WHEN (NEW.told_at IS NOT NULL AND (OLD.told_at IS NULL OR OLD.resolved_at IS DISTINCT FROM NEW.resolved_at)) "
        "EXECUTE FUNCTION holdfast_event_of_alert()"
    )
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute("REVOKE ALL ON FUNCTION holdfast_event_of_alert() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION holdfast_event_of_alert() TO holdfast_api, holdfast_worker")
    op.execute("ALTER FUNCTION holdfast_event_of_alert() OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("alert_members", "alerts", *OF_TENANTS[2:], *OF_LOOPS):
        op.drop_table(table)
    op.execute("DROP FUNCTION holdfast_event_of_alert()")

"""What is expected of each item next, what was missed, and what a tenant expects

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

UUID = postgresql.UUID(as_uuid=True)
TZ = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
TABLES = ("item_health", "item_health_events", "expectations")
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _item_health()
    _events()
    _expectations()
    for table in TABLES:
        _wall(table)


def _item_health() -> None:
    op.create_table(
        "item_health",
        sa.Column("protected_item_id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("seen_item_at", TZ, nullable=True),
        sa.Column("seen_policy_id", UUID, nullable=True),
        sa.Column("seen_revision", sa.Integer(), nullable=True),
        sa.Column("seen_rule_at", TZ, nullable=True),
        sa.Column("expects_backups", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("holds_since", TZ, nullable=True),
        sa.Column("state", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("look_at", TZ, server_default=NOW, nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("objective_seconds", sa.BigInteger(), nullable=True),
        sa.Column("grace_seconds", sa.BigInteger(), nullable=True),
        sa.Column("due_at", TZ, nullable=True),
        sa.Column("late_at", TZ, nullable=True),
        sa.Column("last_point_at", TZ, nullable=True),
        sa.Column("missed_since", TZ, nullable=True),
        sa.Column("expected_kind", sa.Text(), nullable=True),
        sa.Column("os", sa.Text(), nullable=True),
        sa.Column("point_kind", sa.Text(), nullable=True),
        sa.Column("point_kind_of", TZ, nullable=True),
        sa.Column("kind_asked_at", TZ, nullable=True),
        sa.ForeignKeyConstraint(
            ["protected_item_id"],
            ["protected_items.id"],
            name=op.f("fk_item_health_protected_item_id_protected_items"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("protected_item_id", name=op.f("pk_item_health")),
    )
    op.create_index("ix_item_health_tenant_state", "item_health", ["tenant", "state", "protected_item_id"])
    op.create_index("ix_item_health_tenant_look_at", "item_health", ["tenant", "look_at"])
    op.create_index("ix_item_health_look_at", "item_health", ["look_at"])


def _events() -> None:
    op.create_table(
        "item_health_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("protected_item_id", UUID, nullable=False),
        sa.Column("vm_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", TZ, nullable=False),
        sa.Column("due_at", TZ, nullable=False),
        sa.Column("grace_seconds", sa.BigInteger(), nullable=False),
        sa.Column("objective_seconds", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("point_at", TZ, nullable=True),
        sa.Column("recorded_at", TZ, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_health_events")),
    )
    once = ["protected_item_id", "due_at", "kind"]
    op.create_index("uq_item_health_events_once", "item_health_events", once, unique=True)
    op.create_index("ix_item_health_events_tenant_at", "item_health_events", ["tenant", "at", "id"])


def _expectations() -> None:
    op.create_table(
        "expectations",
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("protected_item_id", UUID, nullable=True),
        sa.Column("objective_seconds", sa.BigInteger(), nullable=True),
        sa.Column("objective_since", TZ, server_default=NOW, nullable=False),
        sa.Column("grace_seconds", sa.BigInteger(), nullable=True),
        sa.Column("consistency", sa.Text(), nullable=True),
        sa.Column("linux_scripts_expected", sa.Boolean(), nullable=True),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("updated_at", TZ, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["protected_item_id"],
            ["protected_items.id"],
            name=op.f("fk_expectations_protected_item_id_protected_items"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expectations")),
    )
    for name, column, rows in (
        ("uq_expectations_tenant", "tenant", "protected_item_id IS NULL"),
        ("uq_expectations_item", "protected_item_id", "protected_item_id IS NOT NULL"),
    ):
        op.create_index(name, "expectations", [column], unique=True, postgresql_where=sa.text(rows))


def _wall(table: str) -> None:
    """As in 0003: the API's role sees and writes what is its tenant's, a worker everything, the owner nothing."""
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO holdfast_api, holdfast_worker")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in TABLES:
        op.drop_table(table)

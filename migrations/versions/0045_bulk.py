"""Bulk requests and their targets

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

UUID = postgresql.UUID(as_uuid=True)
JSONB = postgresql.JSONB()
TZ = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
TABLES = ("bulk_requests", "bulk_targets")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "bulk_requests",
        sa.Column("job_id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("stopped", sa.Text()),
        sa.Column("ends_by", TZ),
        sa.Column("ended_at", TZ),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("due_at", TZ, server_default=NOW, nullable=False),
        sa.Column("lease_until", TZ),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_bulk_requests")),
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index("ix_bulk_requests_tenant_open", "bulk_requests", ["tenant"], postgresql_where=is_open)
    op.create_index("ix_bulk_requests_due", "bulk_requests", ["due_at"], postgresql_where=is_open)
    op.create_table(
        "bulk_targets",
        sa.Column("job_id", UUID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("protected_item_id", UUID),
        sa.Column("vm_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("child_id", UUID),
        sa.Column("problem", JSONB),
        sa.Column("weighed", JSONB),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_bulk_targets")),
    )
    op.create_index(
        "ix_bulk_targets_running", "bulk_targets", ["job_id"], postgresql_where=sa.text("outcome = 'running'")
    )
    for table in TABLES:
        for role in ("holdfast_api", "holdfast_worker"):
            op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {role}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
        op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in reversed(TABLES):
        op.drop_table(table)

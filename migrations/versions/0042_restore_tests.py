"""Restore tests, their runs, and what was last proven of an item

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

UUID = postgresql.UUID(as_uuid=True)
JSONB = postgresql.JSONB()
TZ = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
RIGHTS = {
    "restore_tests": {"holdfast_api": "SELECT, INSERT, UPDATE, DELETE", "holdfast_worker": "SELECT, UPDATE, DELETE"},
    "restore_test_runs": {
        "holdfast_api": "SELECT, INSERT, UPDATE",
        "holdfast_worker": "SELECT, INSERT, UPDATE, DELETE",
    },
}


def lease() -> list[sa.Column[object]]:
    return [
        sa.Column("due_at", TZ, server_default=NOW, nullable=False),
        sa.Column("lease_until", TZ),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
    ]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _tests()
    _runs()
    for table, rights in RIGHTS.items():
        for role, words in rights.items():
            op.execute(f"GRANT {words} ON {table} TO {role}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
        op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")
    # Last, for its lock.
    op.add_column("protected_items", sa.Column("last_proven_at", TZ))
    op.add_column("protected_items", sa.Column("proven_level", sa.Text()))
    op.add_column("protected_items", sa.Column("rto_seconds", postgresql.DOUBLE_PRECISION()))


def _tests() -> None:
    op.create_table(
        "restore_tests",
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("approved_hash", sa.Text()),
        sa.Column("secrets", sa.Text()),
        sa.Column("owner", JSONB, nullable=False),
        sa.Column("last_round_at", TZ),
        sa.Column("missed", JSONB),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("updated_at", TZ, server_default=NOW, nullable=False),
        *lease(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restore_tests")),
    )
    op.create_index("ix_restore_tests_tenant_id", "restore_tests", ["tenant", "id"])
    op.create_index("ix_restore_tests_due_at", "restore_tests", ["due_at"])


def _runs() -> None:
    op.create_table(
        "restore_test_runs",
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("restore_test_id", UUID, nullable=False),
        sa.Column("job_id", UUID, nullable=False),
        sa.Column("protected_item_id", UUID, nullable=False),
        sa.Column("vm_id", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("failed_level", sa.Text()),
        sa.Column("detail", sa.Text()),
        sa.Column("recovery_point", JSONB),
        sa.Column("expected", JSONB),
        sa.Column("restore_id", UUID),
        sa.Column("restore_job_id", UUID),
        sa.Column("restore_began_at", TZ),
        sa.Column("restored_at", TZ),
        sa.Column("machine_id", sa.Text()),
        sa.Column("levels", JSONB, server_default="[]", nullable=False),
        sa.Column("measured", JSONB, server_default="{}", nullable=False),
        sa.Column("script_started", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("token_digest", sa.Text()),
        sa.Column("verdict", JSONB),
        sa.Column("tear_down_job_id", UUID),
        sa.Column("tear_downs", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("left", JSONB, server_default="[]", nullable=False),
        sa.Column("waits_for", sa.Text()),
        sa.Column("state_since", TZ, server_default=NOW, nullable=False),
        sa.Column("created_at", TZ, server_default=NOW, nullable=False),
        sa.Column("updated_at", TZ, server_default=NOW, nullable=False),
        sa.Column("ended_at", TZ),
        *lease(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restore_test_runs")),
    )
    op.create_index("ix_restore_test_runs_tenant_id", "restore_test_runs", ["tenant", "id"])
    op.create_index("ix_restore_test_runs_tenant_item", "restore_test_runs", ["tenant", "protected_item_id", "id"])
    op.create_index("ix_restore_test_runs_job_id", "restore_test_runs", ["job_id"])
    op.create_index(
        "ix_restore_test_runs_due", "restore_test_runs", ["due_at"], postgresql_where=sa.text("state <> 'ended'")
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in ("rto_seconds", "proven_level", "last_proven_at"):
        op.drop_column("protected_items", column)
    op.drop_table("restore_test_runs")
    op.drop_table("restore_tests")

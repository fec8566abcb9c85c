"""What was in a restore's group, what it made, and the plans of tear-downs

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
RIGHTS = {"restore_inventories": "SELECT, INSERT, UPDATE", "tear_down_plans": "SELECT, INSERT, UPDATE, DELETE"}
NOW = sa.text("clock_timestamp()")


def tz() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "restore_inventories",
        sa.Column("restore_id", postgresql.UUID(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("before_error", postgresql.JSONB()),
        sa.Column("before_at", tz(), server_default=NOW, nullable=False),
        sa.Column("made", postgresql.JSONB()),
        sa.Column("made_at", tz()),
        sa.PrimaryKeyConstraint("restore_id", name="pk_restore_inventories"),
        sa.ForeignKeyConstraint(
            ["restore_id"],
            ["restores.id"],
            name="fk_restore_inventories_restore_id_restores",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "tear_down_plans",
        sa.Column("job_id", postgresql.UUID(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("resources", postgresql.JSONB(), nullable=False),
        sa.Column("notes", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("planned_at", tz(), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_tear_down_plans"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_tear_down_plans_job_id_jobs", ondelete="CASCADE"
        ),
    )
    for table, rights in RIGHTS.items():
        op.create_index(f"ix_{table}_tenant", table, ["tenant"])
        op.execute(f"GRANT SELECT ON {table} TO holdfast_api")
        op.execute(f"GRANT {rights} ON {table} TO holdfast_worker")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
        op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("tear_down_plans")
    op.drop_table("restore_inventories")

"""What each item cost in each month, and when a tenant's month is computed next

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
RIGHTS = {
    # A caller reads what the worker has computed.
    "cost_months": {"holdfast_api": "SELECT", "holdfast_worker": "SELECT, INSERT, UPDATE, DELETE"},
    "cost_schedules": {"holdfast_api": "SELECT", "holdfast_worker": "SELECT, INSERT, UPDATE, DELETE"},
}
NOW = sa.text("clock_timestamp()")


def tz() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "cost_months",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("item_id", postgresql.UUID(), nullable=False),
        sa.Column("vault_id", postgresql.UUID(), nullable=False),
        sa.Column("vm_id", sa.Text(), nullable=False),
        sa.Column("labels", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_date", sa.Date(), nullable=False),
        sa.Column("price_source", sa.Text(), nullable=False),
        sa.Column("monthly", sa.Numeric()),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("written_at", tz(), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "month", "item_id", name="pk_cost_months"),
    )
    op.create_table(
        "cost_schedules",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("due_at", tz(), server_default=NOW, nullable=False),
        sa.Column("lease_until", tz()),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_cost_schedules"),
    )
    for table, rights in RIGHTS.items():
        for role, words in rights.items():
            op.execute(f"GRANT {words} ON {table} TO {role}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
        op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in RIGHTS:
        op.drop_table(table)

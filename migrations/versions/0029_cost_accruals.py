"""What each item cost in each month, added up from days; the day through which a tenant is charged

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
TABLE = "cost_accruals"
# A caller reads what the worker has computed. No row is ever deleted.
RIGHTS = {"holdfast_api": "SELECT", "holdfast_worker": "SELECT, INSERT, UPDATE"}
NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("item_id", postgresql.UUID(), nullable=False),
        sa.Column("vault_id", postgresql.UUID(), nullable=False),
        sa.Column("vm_id", sa.Text(), nullable=False),
        sa.Column("labels", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_date", sa.Date(), nullable=False),
        sa.Column("price_source", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric()),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "month", "item_id", name="pk_cost_accruals"),
    )
    op.add_column("cost_schedules", sa.Column("accrued_through", sa.Date(), nullable=True))
    for role, words in RIGHTS.items():
        op.execute(f"GRANT {words} ON {TABLE} TO {role}")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {TABLE} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"CREATE POLICY of_all ON {TABLE} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("cost_schedules", "accrued_through")
    op.drop_table(TABLE)

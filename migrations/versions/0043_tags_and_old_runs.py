"""Tags of VMs, kept with their items; old recovery runs are found, and deleted

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("GRANT DELETE ON recovery_plans TO holdfast_worker")
    op.create_index(
        "ix_recovery_runs_ended_at", "recovery_runs", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL")
    )
    op.add_column("item_health", sa.Column("vm_tags", postgresql.JSONB()))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("item_health", "vm_tags")
    op.drop_index("ix_recovery_runs_ended_at", "recovery_runs")
    op.execute("REVOKE DELETE ON recovery_plans FROM holdfast_worker")

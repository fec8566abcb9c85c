"""VMs that a protection rule could not ask for, with why

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

TABLE = "protection_rule_members"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.alter_column(TABLE, "protected_item_id", nullable=True)
    op.alter_column(TABLE, "job_id", nullable=True)
    op.add_column(TABLE, sa.Column("refusal", sa.Text()))
    op.execute(f"GRANT UPDATE (pause_job_id) ON {TABLE} TO holdfast_api")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"REVOKE UPDATE (pause_job_id) ON {TABLE} FROM holdfast_api")
    op.execute(f"DELETE FROM {TABLE} WHERE job_id IS NULL OR protected_item_id IS NULL")
    op.drop_column(TABLE, "refusal")
    op.alter_column(TABLE, "job_id", nullable=False)
    op.alter_column(TABLE, "protected_item_id", nullable=False)

"""From which event on a webhook is for, and which resources its receiver refuses

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # 0: a webhook that is there already gets every event that is not handed out yet.
    op.add_column("webhooks", sa.Column("after_position", sa.BigInteger(), server_default="0", nullable=False))
    lanes = sa.Column("failing_lanes", postgresql.JSONB(), server_default="[]", nullable=False)
    op.add_column("webhooks", lanes)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("webhooks", "failing_lanes")
    op.drop_column("webhooks", "after_position")

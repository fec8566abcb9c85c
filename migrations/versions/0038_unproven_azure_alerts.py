"""What was sent about Azure's alerts of a vault and is not proven

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    column = sa.Column("unproven", postgresql.JSONB(), server_default="[]", nullable=False)
    op.add_column("azure_alerts", column)
    # What those jobs wanted is in their rows only: that something is not proven is what counts.
    op.execute("UPDATE azure_alerts SET unproven = '[null]' WHERE as_of IS NULL AND state = 'incomplete'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("azure_alerts", "unproven")

"""A vault remembers how long its jobs take at the least, and when its next look would be due otherwise

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("vault_watches", sa.Column("shortest", postgresql.JSONB, server_default="{}", nullable=False))
    op.add_column("vault_watches", sa.Column("usual_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("vault_watches", "usual_at")
    op.drop_column("vault_watches", "shortest")

"""A vault remembers that something may have changed its items, until a list of them was applied

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("vault_watches", sa.Column("items_owed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("vault_watches", sa.Column("policies_owed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("vault_watches", "policies_owed_at")
    op.drop_column("vault_watches", "items_owed_at")

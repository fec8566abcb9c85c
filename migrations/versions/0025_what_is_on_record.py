"""Since when the record of a vault's jobs has no gap, and from which facts the health of an item was found

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("vault_watches", sa.Column("complete_since", sa.DateTime(timezone=True), nullable=True))
    # How far back the lists before had no gap is not known: nothing is said to have been missed in that time.
    op.execute("UPDATE vault_watches SET complete_since = seen_until")
    op.add_column("item_health", sa.Column("seen_tenant_rule_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("item_health", sa.Column("seen_os", sa.Text(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("item_health", "seen_os")
    op.drop_column("item_health", "seen_tenant_rule_at")
    op.drop_column("vault_watches", "complete_since")

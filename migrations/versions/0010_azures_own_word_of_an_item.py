"""What Azure calls the state of an item, and the type of its policy, are kept as Azure says them

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("protected_items", sa.Column("azure_state", sa.Text(), nullable=True))
    op.add_column("protected_items", sa.Column("enhanced", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("protected_items", "enhanced")
    op.drop_column("protected_items", "azure_state")

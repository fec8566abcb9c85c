"""Azure's public price list is kept, one row for each region and currency

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "price_lists",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prices", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("region", "currency", name=op.f("pk_price_lists")),
    )
    # Public prices, no tenant's data: no row-level security, as for azure_budgets.
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON price_lists TO holdfast_api, holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("price_lists")

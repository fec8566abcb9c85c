"""The hint of Azure Resource Graph: which vaults are listed first

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COLUMNS = ("unhinted_due_at", "listed_at", "named_at")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "job_hints",
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lag_seconds", sa.Double(), nullable=True),
        sa.Column("blind", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("saved", sa.Double(), server_default="0", nullable=False),
        sa.Column("spent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("brought", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_refused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("subscription_id", name=op.f("pk_job_hints")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON job_hints TO holdfast_api, holdfast_worker")
    for name in COLUMNS:
        op.add_column("vault_watches", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in COLUMNS:
        op.drop_column("vault_watches", name)
    op.drop_table("job_hints")

"""A write that Azure took and did not carry out lets later ones go on, and may be taken as it is

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("jobs", sa.Column("released_series", sa.Text))
    op.add_column("jobs", sa.Column("taken_as_is", sa.Boolean, server_default="false", nullable=False))
    op.create_index(
        "ix_jobs_released_series", "jobs", ["released_series"],
        postgresql_where=sa.text("released_series IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_jobs_released_series", "jobs")
    op.drop_column("jobs", "taken_as_is")
    op.drop_column("jobs", "released_series")

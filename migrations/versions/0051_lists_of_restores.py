"""Indexes of the jobs of restores: lists of restores by state and by reference

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

OF_RESTORES = "kind IN ('restore', 'mount_files')"
INDEXES = {
    "ix_jobs_restores_state": (["tenant", "state", "resource_id"], OF_RESTORES),
    "ix_jobs_restores_reference": (["tenant", "reference", "resource_id"], f"reference IS NOT NULL AND {OF_RESTORES}"),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, (columns, which) in INDEXES.items():
        op.create_index(name, "jobs", columns, postgresql_where=sa.text(which))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in INDEXES:
        op.drop_index(name, "jobs")

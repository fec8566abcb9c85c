"""Which tenant's turn it is, and what of it is due first, is found however much is queued

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_jobs_turns": "state = 'queued'",
    "ix_jobs_turns_approved": "state = 'queued' AND approval_id IS NOT NULL",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, rows in INDEXES.items():
        op.create_index(name, "jobs", ["tenant", "due_at"], postgresql_where=sa.text(rows))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in INDEXES:
        op.drop_index(name, "jobs")

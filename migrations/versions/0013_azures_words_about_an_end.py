"""A job keeps what Azure said about its end, whatever the end was, and is found by when it ran

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RAN_APART = (
    "(started_at - created_at > interval '24 hours' OR created_at - started_at > interval '1 hour'"
    " OR finished_at - created_at > interval '24 hours' OR created_at - finished_at > interval '1 hour')"
)
INDEXES = (
    ("ix_jobs_tenant_started_at", ["tenant", "started_at"], "started_at IS NOT NULL"),
    ("ix_jobs_tenant_finished_at", ["tenant", "finished_at"], "finished_at IS NOT NULL"),
    ("ix_jobs_tenant_ran_apart", ["tenant", "started_at"], RAN_APART),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # The indexes first: readers go on beside them, and only the columns, a moment's work, keep readers waiting. Not
    # CONCURRENTLY: that waits for every older statement, one that waits for migrations' advisory lock among them.
    for name, columns, rows in INDEXES:
        op.create_index(name, "jobs", columns, unique=False, postgresql_where=sa.text(rows))
    op.add_column("jobs", sa.Column("warnings", postgresql.JSONB(), nullable=True))
    op.add_column("jobs", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, _, _ in INDEXES:
        op.drop_index(name, table_name="jobs")
    op.drop_column("jobs", "sent_at")
    op.drop_column("jobs", "warnings")

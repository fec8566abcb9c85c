"""Nobody dates or numbers his own audit entry: API and worker may write every column of one but those two

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A process that is taken over may still write what is not true, as of now. It may not write that it was last year, nor
# take the numbers that the entries to come would have: each of their changes would fail with them.
WRITTEN = (
    "tenant", "actor_issuer", "actor_directory", "actor_object_id", "actor_name", "action", "target", "outcome",
    "address", "request_id", "job_id", "approval_id", "attempt_id", "details",
)
ROLES = "holdfast_api, holdfast_worker"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"REVOKE INSERT ON audit_entries FROM {ROLES}")
    op.execute(f"GRANT INSERT ({', '.join(WRITTEN)}) ON audit_entries TO {ROLES}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"REVOKE INSERT ({', '.join(WRITTEN)}) ON audit_entries FROM {ROLES}")
    op.execute(f"GRANT INSERT ON audit_entries TO {ROLES}")

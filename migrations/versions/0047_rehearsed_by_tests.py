"""The worker may hold a recovery plan while it asks for the rehearsal of a restore test

Revision ID: 0047
Revises: 0046
"""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # SELECT ... FOR UPDATE needs it, of one column at least; nothing is written.
    op.execute("GRANT UPDATE (updated_at) ON recovery_plans TO holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("REVOKE UPDATE (updated_at) ON recovery_plans FROM holdfast_worker")

"""Proofs by level, what refuted them, and jobs that give way to others

Revision ID: 0050
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    proofs = sa.Column("proofs", postgresql.JSONB(), server_default="{}", nullable=False)
    op.add_column("protected_items", proofs)
    op.add_column("protected_items", sa.Column("refuted_at", sa.DateTime(timezone=True)))
    # The few items that a restore test has judged: what it proved, and what a later one refuted.
    op.execute(
        "UPDATE protected_items SET proofs = jsonb_build_object(proven_level, "
        "jsonb_build_object('at', to_jsonb(last_proven_at), 'rto_seconds', to_jsonb(rto_seconds))) "
        "WHERE last_proven_at IS NOT NULL AND proven_level IS NOT NULL"
    )
    op.execute(
        "UPDATE protected_items AS item SET refuted_at = run.at FROM (SELECT tenant, protected_item_id, "
        "max(ended_at) AS at FROM restore_test_runs WHERE outcome IN ('failed', 'timed_out') AND ended_at IS NOT NULL "
        "GROUP BY tenant, protected_item_id) AS run "
        "WHERE run.tenant = item.tenant AND run.protected_item_id = item.id"
    )
    # Last, for its lock.
    op.add_column("jobs", sa.Column("is_background", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("jobs", "is_background")
    op.drop_column("protected_items", "refuted_at")
    op.drop_column("protected_items", "proofs")

"""Restore tests that are approved when they are defined, and rounds that keep what they were asked with

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("restore_tests", sa.Column("rounds", sa.Integer(), server_default="0", nullable=False))
    op.add_column("restore_tests", sa.Column("approval_id", postgresql.UUID(as_uuid=True)))
    op.add_column("restore_test_runs", sa.Column("vault_id", sa.Text(), server_default="", nullable=False))
    op.add_column("restore_test_runs", sa.Column("secrets", sa.Text()))
    op.create_index(
        "ix_restore_test_runs_unsigned",
        "restore_test_runs",
        ["id"],
        postgresql_where=sa.text("state = 'ended' AND waits_for IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_restore_test_runs_unsigned", "restore_test_runs")
    op.drop_column("restore_test_runs", "secrets")
    op.drop_column("restore_test_runs", "vault_id")
    op.drop_column("restore_tests", "approval_id")
    op.drop_column("restore_tests", "rounds")

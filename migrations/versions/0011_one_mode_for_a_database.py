"""The mode that a database is used in, recorded by the first process that uses it: Azure's, or a simulator's

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "installation",
        sa.Column("id", sa.SmallInteger(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one_row")),
        sa.CheckConstraint("mode IN ('azure', 'simulator')", name=op.f("ck_installation_mode")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    # Nobody changes it: an operator who means it deletes the row as the table's owner (docs/operating.md, Simulator mode).
    op.execute("GRANT SELECT ON installation TO holdfast_api, holdfast_worker")
    op.execute("GRANT INSERT (mode) ON installation TO holdfast_api, holdfast_worker")
    op.execute("ALTER TABLE installation ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE installation FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY of_all ON installation TO holdfast_api, holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("installation")

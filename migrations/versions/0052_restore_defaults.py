"""Where restores go by default, and from where a restore took each value of its target

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
TABLE = "restore_defaults"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("restores", sa.Column("target_sources", postgresql.JSONB(), nullable=True))
    op.create_table(
        TABLE,
        sa.Column("id", postgresql.UUID(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("vault_id", postgresql.UUID(), nullable=True),
        sa.Column("resource_group_id", sa.Text(), nullable=True),
        sa.Column("subnet_id", sa.Text(), nullable=True),
        sa.Column("staging_storage_account_id", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vault_id"], ["vaults.id"], name=op.f("fk_restore_defaults_vault_id_vaults"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restore_defaults")),
    )
    for name, column, rows in (
        ("uq_restore_defaults_tenant", "tenant", "vault_id IS NULL"),
        ("uq_restore_defaults_vault", "vault_id", "vault_id IS NOT NULL"),
    ):
        op.create_index(name, TABLE, [column], unique=True, postgresql_where=sa.text(rows))
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO holdfast_api, holdfast_worker")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {TABLE} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"CREATE POLICY of_all ON {TABLE} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table(TABLE)
    op.drop_column("restores", "target_sources")

"""Every machine that a tenant may see, and what changed outside

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("estate_vms", "estate_scopes", "estate_facts", "estate_drifts")
MINE = "(SELECT nullif(current_setting('holdfast.tenant', true), ''))"
NOW = sa.text("clock_timestamp()")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "estate_readings",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("began_at", TIME),
        sa.Column("due_at", TIME, server_default=NOW, nullable=False),
        sa.Column("lease_until", TIME),
        sa.Column("fence", sa.BigInteger, server_default="0", nullable=False),
    )
    _machines()
    _scopes()
    _drift()
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON estate_readings TO holdfast_api, holdfast_worker")
    for table in TABLES:
        _wall(table)


def _machines() -> None:
    op.create_table(
        "estate_vms",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("vm_key", sa.Text, primary_key=True),
        sa.Column("vm_id", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("os", sa.Text),
        sa.Column("size", sa.Text),
        sa.Column("disks", JSONB, server_default="[]", nullable=False),
        sa.Column("tags", JSONB, server_default="{}", nullable=False),
        sa.Column("tags_folded", JSONB, server_default="{}", nullable=False),
        sa.Column("item_vault_id", sa.Text),
        sa.Column("item_vault_key", sa.Text),
        sa.Column("item_state", sa.Text),
        sa.Column("items_known", sa.Boolean, server_default="false", nullable=False),
        sa.Column("is_current", sa.Boolean, server_default="true", nullable=False),
        sa.Column("as_of", TIME, server_default=NOW, nullable=False),
    )


def _scopes() -> None:
    op.create_table(
        "estate_scopes",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("read_at", TIME),
        sa.Column("checked_at", TIME),
        sa.Column("code", sa.Text),
        sa.Column("detail", sa.Text),
    )


def _drift() -> None:
    op.create_table(
        "estate_facts",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("subject_key", sa.Text, primary_key=True),
        sa.Column("subject", JSONB, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("checked_at", TIME, server_default=NOW, nullable=False),
    )
    op.create_table(
        "estate_drifts",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject_key", sa.Text, nullable=False),
        sa.Column("subject", JSONB, nullable=False),
        sa.Column("before", JSONB, nullable=False),
        sa.Column("after", JSONB),
        sa.Column("azure_job_id", sa.Text),
        sa.Column("seen_at", TIME, server_default=NOW, nullable=False),
        sa.Column("resolved_at", TIME),
    )
    op.create_index("ix_estate_drifts_tenant_id", "estate_drifts", ["tenant", "id"])
    op.create_index(
        "uq_estate_drifts_open", "estate_drifts", ["tenant", "subject_key", "kind"], unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )


def _wall(table: str) -> None:
    """As in 0003: the API's role sees and writes its tenant's rows, a worker everything, the owner nothing."""
    mine = f"tenant = {MINE}"
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO holdfast_api, holdfast_worker")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({mine}) WITH CHECK ({mine})")
    op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in (*TABLES, "estate_readings"):
        op.drop_table(table)

"""Policies of Azure that are assigned for protection rules

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
TABLE = "azure_policies"
RIGHTS = {"holdfast_api": "SELECT, INSERT, UPDATE, DELETE", "holdfast_worker": "SELECT, UPDATE, DELETE"}
NOW = sa.text("clock_timestamp()")


def tz() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("rule_id", postgresql.UUID(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wanted", postgresql.JSONB(), nullable=False),
        sa.Column("vault_id", postgresql.UUID(), nullable=False),
        sa.Column("policy_id", postgresql.UUID(), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.Column("unproven", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("touched", postgresql.JSONB(), nullable=False),
        sa.Column("roles", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("remediation", postgresql.JSONB()),
        sa.Column("progress", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("job_id", postgresql.UUID(), nullable=False),
        sa.Column("created_at", tz(), server_default=NOW, nullable=False),
        sa.Column("updated_at", tz(), server_default=NOW, nullable=False),
        sa.Column("as_of", tz()),
        sa.PrimaryKeyConstraint("rule_id", name="pk_azure_policies"),
    )
    op.create_index("ix_azure_policies_tenant", TABLE, ["tenant"])
    op.create_index("ix_azure_policies_vault_id", TABLE, ["vault_id"])
    for role, words in RIGHTS.items():
        op.execute(f"GRANT {words} ON {TABLE} TO {role}")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {TABLE} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"CREATE POLICY of_all ON {TABLE} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table(TABLE)

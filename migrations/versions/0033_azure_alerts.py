"""Azure's own alerts of vaults, and the receivers that Azure calls

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
TABLE = "azure_alerts"
RIGHTS = {"holdfast_api": "SELECT, INSERT, UPDATE, DELETE", "holdfast_worker": "SELECT, UPDATE, DELETE"}
NOW = sa.text("clock_timestamp()")

# Azure's call names no tenant: the row says which one. It is found by the digest of a secret only, while its tenant is
# there.
RECEIVER = """
CREATE FUNCTION holdfast_alert_receiver(token_digest text) RETURNS TABLE (tenant text, vault_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT alerts.tenant, alerts.vault_id FROM azure_alerts AS alerts
    WHERE (alerts.token_digest = $1 OR alerts.pending_digest = $1)
        AND EXISTS (SELECT FROM tenants WHERE tenants.id = alerts.tenant)
$$
"""
FUNCTION = "holdfast_alert_receiver(text)"


def tz() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("vault_id", postgresql.UUID(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("action_group_id", sa.Text()),
        sa.Column("emails", postgresql.JSONB(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.Column("receive", sa.Boolean(), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.Column("touched_groups", postgresql.JSONB(), nullable=False),
        sa.Column("token_digest", sa.Text()),
        sa.Column("pending_digest", sa.Text()),
        sa.Column("pending_job", postgresql.UUID()),
        sa.Column("job_id", postgresql.UUID(), nullable=False),
        sa.Column("heard_at", tz()),
        sa.Column("look_at", tz()),
        sa.Column("created_at", tz(), server_default=NOW, nullable=False),
        sa.Column("updated_at", tz(), server_default=NOW, nullable=False),
        sa.Column("as_of", tz()),
        sa.PrimaryKeyConstraint("vault_id", name="pk_azure_alerts"),
        sa.UniqueConstraint("token_digest", name="uq_azure_alerts_token_digest"),
        sa.UniqueConstraint("pending_digest", name="uq_azure_alerts_pending_digest"),
    )
    op.create_index("ix_azure_alerts_tenant", TABLE, ["tenant"])
    for role, words in RIGHTS.items():
        op.execute(f"GRANT {words} ON {TABLE} TO {role}")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {TABLE} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"CREATE POLICY of_all ON {TABLE} TO holdfast_worker USING (true) WITH CHECK (true)")
    op.execute(RECEIVER)
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute(f"REVOKE ALL ON FUNCTION {FUNCTION} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {FUNCTION} TO holdfast_api, holdfast_worker")
    op.execute(f"ALTER FUNCTION {FUNCTION} OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DROP FUNCTION {FUNCTION}")
    op.drop_table(TABLE)

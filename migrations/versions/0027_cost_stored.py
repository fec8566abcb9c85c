"""How much each vault stores, as Azure said last

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
TABLE = "cost_stored"
RIGHTS = {"holdfast_api": "SELECT", "holdfast_worker": "SELECT, INSERT, UPDATE, DELETE"}
NOW = sa.text("clock_timestamp()")


def tz() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("vault_id", postgresql.UUID(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("local_bytes", sa.BigInteger()),
        sa.Column("geo_bytes", sa.BigInteger()),
        sa.Column("items", sa.BigInteger()),
        sa.Column("as_of", tz()),
        sa.Column("asked_at", tz(), server_default=NOW, nullable=False),
        sa.Column("is_denied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id", name="pk_cost_stored"),
    )
    for role, words in RIGHTS.items():
        op.execute(f"GRANT {words} ON {TABLE} TO {role}")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {TABLE} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"CREATE POLICY of_all ON {TABLE} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table(TABLE)

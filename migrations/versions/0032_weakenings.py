"""What was weakened from outside, weighed: the blast radius, and an event of each change of it

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

UUID = postgresql.UUID(as_uuid=True)
JSONB = postgresql.JSONB()
TZ = sa.DateTime(timezone=True)
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
TOLD = "id vault_id vault kind subjects change radius seen_at weighed_at resolved_at".split()
DATA = "jsonb_build_object(" + ", ".join(f"'{name}', NEW.{name}" for name in TOLD) + ")"
TELL = f"""
CREATE FUNCTION holdfast_event_of_weakening() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, vault_id, labels, data, was) VALUES
        (NEW.tenant, 'holdfast.vault.weakened', CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'updated' END,
         'weakening', NEW.id::text, NEW.vault_id, NULL, {DATA}, NULL);
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("vaults", sa.Column("is_guarded", sa.Boolean()))
    op.add_column("vaults", sa.Column("gone_since", TZ))
    op.add_column("vault_watches", sa.Column("vault_read_at", TZ))
    op.add_column("estate_facts", sa.Column("counted", JSONB, server_default="[]", nullable=False))
    op.create_table(
        "estate_weakenings",
        sa.Column("id", UUID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("vault_id", UUID, nullable=False),
        sa.Column("vault", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("subjects", JSONB, nullable=False),
        sa.Column("change", JSONB, nullable=False),
        sa.Column("radius", JSONB, nullable=False),
        sa.Column("seen_at", TZ, nullable=False),
        sa.Column("weighed_at", TZ, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("resolved_at", TZ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estate_weakenings")),
    )
    op.create_index(
        "uq_estate_weakenings_open",
        "estate_weakenings",
        ["tenant", "vault_id", "kind"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.execute("ALTER TABLE estate_weakenings ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE estate_weakenings FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON estate_weakenings TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute("CREATE POLICY of_all ON estate_weakenings TO holdfast_worker USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT ON estate_weakenings TO holdfast_api")
    op.execute("GRANT SELECT, INSERT, UPDATE ON estate_weakenings TO holdfast_worker")
    op.execute(TELL)
    for name, when in (("told_made", "INSERT"), ("told_changed", "UPDATE")):
        op.execute(
            f"CREATE TRIGGER {name} AFTER {when} ON estate_weakenings FOR EACH ROW "
            "EXECUTE FUNCTION holdfast_event_of_weakening()"
        )
    # After the triggers: who makes a trigger must be allowed its function.
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute("REVOKE ALL ON FUNCTION holdfast_event_of_weakening() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION holdfast_event_of_weakening() TO holdfast_worker")
    op.execute("ALTER FUNCTION holdfast_event_of_weakening() OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("estate_weakenings")
    op.execute("DROP FUNCTION holdfast_event_of_weakening()")
    op.drop_column("estate_facts", "counted")
    op.drop_column("vault_watches", "vault_read_at")
    op.drop_column("vaults", "gone_since")
    op.drop_column("vaults", "is_guarded")

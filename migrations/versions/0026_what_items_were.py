"""What each protected item was, and since when; links that are over are told from links that never were

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

UUID = postgresql.UUID(as_uuid=True)
TZ = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
# Nobody but the trigger writes a row, and nobody changes one.
RIGHTS = {"holdfast_api": "SELECT", "holdfast_worker": "SELECT, INSERT, DELETE"}

# By a trigger, because rows of items are written and deleted at many places, and each of them must be seen.
NOTE = """
CREATE FUNCTION holdfast_note_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO item_history (tenant, protected_item_id, vm_id, vm_key, vault_id, protected_since)
        VALUES (OLD.tenant, OLD.id, OLD.vm_id, OLD.vm_key, OLD.vault_id, OLD.created_at);
    ELSE
        INSERT INTO item_history (tenant, protected_item_id, vm_id, vm_key, vault_id, protected_since, state, policy_id)
        VALUES (NEW.tenant, NEW.id, NEW.vm_id, NEW.vm_key, NEW.vault_id, NEW.created_at, NEW.state, NEW.policy_id);
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER noted AFTER INSERT OR DELETE ON protected_items FOR EACH ROW EXECUTE FUNCTION holdfast_note_item()",
    "CREATE TRIGGER noted_again AFTER UPDATE OF state, policy_id ON protected_items FOR EACH ROW "
    "WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.policy_id IS DISTINCT FROM NEW.policy_id) "
    "EXECUTE FUNCTION holdfast_note_item()",
)
FILL = """
INSERT INTO item_history (tenant, protected_item_id, vm_id, vm_key, vault_id, protected_since, state, policy_id)
SELECT tenant, id, vm_id, vm_key, vault_id, created_at, state, policy_id FROM protected_items
"""
KNOWN = """
CREATE FUNCTION holdfast_report_link_is_over(token_digest text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM report_links AS link WHERE link.digest = token_digest)
$$
"""
NOTE_FUNCTION, KNOWN_FUNCTION = "holdfast_note_item()", "holdfast_report_link_is_over(text)"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "item_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("protected_item_id", UUID, nullable=False),
        sa.Column("vm_id", sa.Text(), nullable=False),
        sa.Column("vm_key", sa.Text(), nullable=False),
        sa.Column("vault_id", UUID, nullable=False),
        sa.Column("protected_since", TZ, nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("policy_id", UUID, nullable=True),
        sa.Column("at", TZ, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_history")),
    )
    op.create_index("ix_item_history_tenant_at", "item_history", ["tenant", "at"])
    op.create_index("ix_item_history_protected_item_id", "item_history", ["protected_item_id", "at"])
    op.create_index("ix_item_history_at", "item_history", ["at"])
    for role, words in RIGHTS.items():
        op.execute(f"GRANT {words} ON item_history TO {role}")
    op.execute("ALTER TABLE item_history ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE item_history FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON item_history TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute("CREATE POLICY of_all ON item_history TO holdfast_worker USING (true) WITH CHECK (true)")
    op.execute(NOTE)
    op.execute(KNOWN)
    for trigger in TRIGGERS:  # before the functions are given away: who makes a trigger must be allowed its function
        op.execute(trigger)
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    for function in (NOTE_FUNCTION, KNOWN_FUNCTION):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO holdfast_api, holdfast_worker")
        op.execute(f"ALTER FUNCTION {function} OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")
    _fill()
    op.drop_column("report_schedules", "checked_at")


def _fill() -> None:
    """After the triggers: what is written by another from now on waits for this transaction, and is noted after it."""
    connection = op.get_bind()
    before = connection.execute(sa.text("SELECT current_setting('role')")).scalar_one()
    become = sa.text("SELECT set_config('role', :role, true)")
    connection.execute(become, {"role": "holdfast_worker"})  # the owner, without a role, sees no row (0003)
    connection.execute(sa.text(FILL))
    connection.execute(become, {"role": before})


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("report_schedules", sa.Column("checked_at", TZ))
    for trigger in ("noted", "noted_again"):
        op.execute(f"DROP TRIGGER {trigger} ON protected_items")
    for function in (NOTE_FUNCTION, KNOWN_FUNCTION):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("item_history")

"""Whether an item was seen before its first backup: only its history said so, and that is pruned

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

NAME = "seen_before_first_backup"
TABLES = ("protected_items", "item_history")
PENDING = "('protecting', 'initial_backup_pending')"
HEAD = "RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN"
SEE_ITEM = f"""
CREATE FUNCTION holdfast_see_item() {HEAD}
    NEW.{NAME} := NEW.{NAME} OR NEW.state IN {PENDING};
    RETURN NEW;
END $$
"""
# Each row says it of all rows before it: what is pruned is an older one, or all of an item.
SEE_HISTORY = f"""
CREATE FUNCTION holdfast_see_history() {HEAD}
    NEW.{NAME} := coalesce(NEW.state IN {PENDING}, false) OR EXISTS (
        SELECT FROM item_history AS older WHERE older.protected_item_id = NEW.protected_item_id AND older.{NAME});
    RETURN NEW;
END $$
"""
FILL = (
    f"UPDATE item_history SET {NAME} = true WHERE protected_item_id IN "
    f"(SELECT protected_item_id FROM item_history WHERE state IN {PENDING})",
    f"UPDATE protected_items SET {NAME} = true WHERE state IN {PENDING} "
    f"OR id IN (SELECT protected_item_id FROM item_history WHERE {NAME})",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in TABLES:
        op.add_column(table, sa.Column(NAME, sa.Boolean(), server_default="false", nullable=False))
    op.execute(SEE_ITEM)
    op.execute(SEE_HISTORY)
    op.execute(
        "CREATE TRIGGER seen BEFORE INSERT OR UPDATE OF state ON protected_items FOR EACH ROW "
        "EXECUTE FUNCTION holdfast_see_item()"
    )
    op.execute(
        "CREATE TRIGGER seen BEFORE INSERT ON item_history FOR EACH ROW EXECUTE FUNCTION holdfast_see_history()"
    )
    op.execute("GRANT UPDATE ON item_history TO holdfast_worker")
    connection = op.get_bind()
    before = connection.execute(sa.text("SELECT current_setting('role')")).scalar_one()
    become = sa.text("SELECT set_config('role', :role, true)")
    connection.execute(become, {"role": "holdfast_worker"})  # the owner, without a role, sees no row (0003)
    for statement in FILL:
        op.execute(statement)
    connection.execute(become, {"role": before})
    op.execute("REVOKE UPDATE ON item_history FROM holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, function in zip(TABLES, ("holdfast_see_item()", "holdfast_see_history()"), strict=True):
        op.execute(f"DROP TRIGGER seen ON {table}")
        op.execute(f"DROP FUNCTION {function}")
        op.drop_column(table, NAME)

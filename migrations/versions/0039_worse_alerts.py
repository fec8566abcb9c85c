"""Alerts that became worse are announced again; what was weakened in vaults that are gone is deleted

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

FUNCTION = "holdfast_event_of_alert()"
MADE = (
    "CREATE TRIGGER told_changed AFTER UPDATE OF told_at, resolved_at ON alerts FOR EACH ROW WHEN (%s) "
    f"EXECUTE FUNCTION {FUNCTION}"
)
BEFORE = "NEW.told_at IS NOT NULL AND (OLD.told_at IS NULL OR OLD.resolved_at IS DISTINCT FROM NEW.resolved_at)"
AFTER = (
    "NEW.told_at IS NOT NULL AND (OLD.told_at IS NULL OR OLD.told_at < NEW.told_at "
    "OR OLD.resolved_at IS DISTINCT FROM NEW.resolved_at)"
)


def _as_its_owner(statement: str) -> None:
    connection = op.get_bind()
    before = connection.execute(sa.text("SELECT current_setting('role')")).scalar_one()
    become = sa.text("SELECT set_config('role', :role, true)")
    connection.execute(become, {"role": "holdfast_worker"})
    op.execute(statement)
    connection.execute(become, {"role": before})


def _due(where: str, when: str) -> None:
    op.drop_index("ix_alerts_due_at", "alerts")
    op.create_index("ix_alerts_due_at", "alerts", ["due_at"], postgresql_where=sa.text(where))
    op.execute("DROP TRIGGER told_changed ON alerts")
    _as_its_owner(f"GRANT EXECUTE ON FUNCTION {FUNCTION} TO PUBLIC")  # who makes a trigger must be allowed its function
    op.execute(MADE % when)
    _as_its_owner(f"REVOKE EXECUTE ON FUNCTION {FUNCTION} FROM PUBLIC")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("alerts", sa.Column("told_size", sa.Integer()))
    op.add_column("alerts", sa.Column("is_worse", sa.Boolean(), server_default="false", nullable=False))
    _due("(told_at IS NULL OR is_worse) AND resolved_at IS NULL", AFTER)
    op.execute("GRANT DELETE ON estate_weakenings TO holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("REVOKE DELETE ON estate_weakenings FROM holdfast_worker")
    _due("told_at IS NULL AND resolved_at IS NULL", BEFORE)
    op.drop_column("alerts", "is_worse")
    op.drop_column("alerts", "told_size")

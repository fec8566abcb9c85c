"""Protected items are found by the name of their VM, by their health, and by the age of their newest point

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_protected_items_tenant_vm_name", ["tenant", "vm_name_key", "id"], None),
    ("ix_protected_items_tenant_health", ["tenant", "health", "id"], None),
    ("ix_protected_items_tenant_vm_missing", ["tenant", "id"], "vm_missing"),
    ("ix_protected_items_tenant_last_point", ["tenant", "last_recovery_point_at"], None),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    name_key = sa.Column("vm_name_key", sa.Text(), sa.Computed("split_part(vm_key, '/', 9)", persisted=True))
    op.add_column("protected_items", name_key)
    op.alter_column("protected_items", "vm_name_key", nullable=False)
    for name, columns, rows in INDEXES:
        where = sa.text(rows) if rows is not None else None
        op.create_index(name, "protected_items", columns, postgresql_where=where)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, _, _ in INDEXES:
        op.drop_index(name, "protected_items")
    op.drop_column("protected_items", "vm_name_key")

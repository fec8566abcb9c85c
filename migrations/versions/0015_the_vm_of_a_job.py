"""A job keeps the VM that it is about, and is found by it

Revision ID: 0015
Revises: 0014

Jobs of before get theirs from what was asked; those that others started from the item, or from the name in Azure's list.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_jobs_tenant_vm_id", ["tenant", "vm_key", "id"], "vm_key IS NOT NULL"),
    ("ix_jobs_tenant_vm_name_id", ["tenant", "vm_name_key", "id"], "vm_name_key IS NOT NULL"),
)
# How each job says its VM, and of a job that others started the VM of its item.
SAID = """
SELECT jobs.id, CASE WHEN jobs.origin = 'azure' THEN coalesce(item.vm_id, jobs.ask ->> 'azure')
                ELSE jobs.ask #>> '{item,vm}' END AS said
FROM jobs LEFT JOIN protected_items AS item ON item.id = jobs.protected_item_id AND jobs.origin = 'azure'
"""
EACH = f"SELECT DISTINCT said FROM ({SAID}) AS of WHERE said <> ''"  # noqa: S608 - constants of this module
FILL = f"""
UPDATE jobs SET vm = known.vm, vm_key = known.vm_key, vm_name_key = known.vm_name_key
FROM ({SAID}) AS of
JOIN jsonb_to_recordset(:known) AS known (said text, vm jsonb, vm_key text, vm_name_key text) ON known.said = of.said
WHERE jobs.id = of.id
"""  # noqa: S608


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("jobs", sa.Column("vm", postgresql.JSONB(), nullable=True))
    op.add_column("jobs", sa.Column("vm_key", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("vm_name_key", sa.Text(), nullable=True))
    _fill()
    for name, columns, rows in INDEXES:
        op.create_index(name, "jobs", columns, unique=False, postgresql_where=sa.text(rows))


def _fill() -> None:
    """Each VM is read once and written into all of its jobs: Postgres folds letters by another rule than Azure."""
    connection = op.get_bind()
    before = connection.execute(sa.text("SELECT current_setting('role')")).scalar_one()
    become = sa.text("SELECT set_config('role', :role, true)")
    connection.execute(become, {"role": "holdfast_worker"})  # the owner, without a role, sees no row (0003)
    known = [vm for said in connection.execute(sa.text(EACH)).scalars() if (vm := _read(said)) is not None]
    if known:
        fill = sa.text(FILL).bindparams(sa.bindparam("known", type_=postgresql.JSONB()))
        connection.execute(fill, {"known": known})
    connection.execute(become, {"role": before})


def _read(said: str) -> dict[str, Any] | None:
    """What was asked (JSON), an item's ARM id, or the name in Azure's list: iaasvmcontainerv2;{group};{name}."""
    vm: dict[str, Any]
    match said.split("/" if said.startswith("/") else ";"):
        case ["", _, subscription, _, group, _, _, _, name]:
            vm = {"subscription_id": subscription, "resource_group": group, "name": name}
        case ["iaasvmcontainerv2", str(group), str(name)] if group and name:
            vm = {"subscription_id": None, "resource_group": group, "name": name}
        case _:
            try:
                asked = json.loads(said)
                vm = {one: asked[one] for one in ("subscription_id", "resource_group", "name")}
            except (ValueError, KeyError, TypeError):
                return None  # nothing that this version wrote
    id_ = (
        f"/subscriptions/{vm['subscription_id']}/resourceGroups/{vm['resource_group']}"
        f"/providers/Microsoft.Compute/virtualMachines/{vm['name']}"
    )
    key = _fold(id_) if vm["subscription_id"] is not None else None
    return {"said": said, "vm": vm, "vm_key": key, "vm_name_key": _fold(vm["name"])}


def _fold(text: str) -> str:
    """As app/core/letter_case.py did when this was written."""
    small = ((letter, letter.lower()) for letter in text)
    return "".join(low if letter == "\u0130" or low.upper() == letter else letter for letter, low in small)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, _, _ in INDEXES:
        op.drop_index(name, table_name="jobs")
    for name in ("vm_name_key", "vm_key", "vm"):
        op.drop_column("jobs", name)

"""Functions that run as the worker see no temporary tables of whoever calls them

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "holdfast_jobs_in_flight()",
    "holdfast_orphans()",
    "holdfast_queue_before(uuid)",
    "holdfast_vaults_managed(text[])",
    "holdfast_tenant_holds(text)",
    "holdfast_audit_queue()",
    "holdfast_audit_unsealed()",
)
"""Every one that is SECURITY DEFINER."""

# Where pg_temp is not named it is searched first: a temporary table or view of the caller's would stand in for ours,
# and what it holds (a trigger, a function) would run as the worker. Named last, it hides nothing (PostgreSQL's manual,
# CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely").
SAFE = "pg_catalog, public, pg_temp"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _search(SAFE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _search("pg_catalog, public")


def _search(path: str) -> None:
    """As the worker: the functions are his, and the migrating owner may become him without inheriting (0003)."""
    op.execute("SET LOCAL ROLE holdfast_worker")
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION public.{function} SET search_path = {path}")
    op.execute("RESET ROLE")

"""An attempt may have started more than one orphan, and each of them is counted

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HEAD = """
CREATE FUNCTION public.holdfast_orphans() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
"""
# attempts.azure_job_id names them, with commas between; a replica of before names the last one, which is one.
NOW = (
    HEAD
    + """
    SELECT coalesce(sum(greatest(cardinality(string_to_array(azure_job_id, ',')), 1)), 0)::bigint
    FROM attempts WHERE state = 'orphaned'
$$
"""
)
BEFORE = HEAD + "SELECT count(*) FROM attempts WHERE state = 'orphaned' $$"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _replace(NOW)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _replace(BEFORE)


def _replace(definition: str) -> None:
    """As the worker, whose the function is, and who may make things in this schema for that long only (0006)."""
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute("SET LOCAL ROLE holdfast_worker")
    op.execute("DROP FUNCTION public.holdfast_orphans()")
    op.execute(definition)
    op.execute("REVOKE ALL ON FUNCTION public.holdfast_orphans() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION public.holdfast_orphans() TO holdfast_api")
    op.execute("RESET ROLE")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")

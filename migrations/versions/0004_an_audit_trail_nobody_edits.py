"""An audit trail that nobody edits: who may insert, who may read, and a trigger that refuses the rest to everybody

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEPT = ("audit_entries", "audit_seals")
"""Insert-only."""

# What the platform's transactions do concerns whoever it is done to: they may write to any chain, and read their own.
READS = (
    "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), '')) "
    "OR (tenant = '' AND (SELECT current_setting('holdfast.platform', true) = 'on'))"
)
WRITES = (
    "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), '')) "
    "OR (SELECT current_setting('holdfast.platform', true) = 'on')"
)

# Grants stop our roles; this stops whoever owns the tables, or is a superuser, from doing it by mistake. One who does
# it on purpose drops the trigger first, and is found by `holdfast audit verify`.
REFUSE = """
CREATE FUNCTION holdfast_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'the audit trail is kept as it was written: no % of %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""
# As the worker: the API's role may not touch the queue, it can neither hide an entry from the sealer nor invent one.
QUEUE = """
CREATE FUNCTION holdfast_audit_queue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$ BEGIN
    INSERT INTO audit_unsealed (tenant, entry_id) VALUES (NEW.tenant, NEW.id);
    RETURN NULL;
END $$
"""
COUNT = """
CREATE FUNCTION holdfast_audit_unsealed() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT count(*) FROM audit_unsealed
$$
"""
AS_WORKER = ("holdfast_audit_queue()", "holdfast_audit_unsealed()")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in KEPT:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO holdfast_api, holdfast_worker")
        _wall(table)
        op.execute(f"CREATE POLICY of_tenant ON {table} FOR SELECT TO holdfast_api USING ({READS})")
    op.execute("REVOKE INSERT ON audit_seals FROM holdfast_api")
    op.execute(f"CREATE POLICY by_tenant ON audit_entries FOR INSERT TO holdfast_api WITH CHECK ({WRITES})")
    op.execute("GRANT SELECT, INSERT, DELETE ON audit_unsealed TO holdfast_worker")
    _wall("audit_unsealed")
    op.execute(REFUSE)
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION holdfast_audit_is_kept()"
        )
    op.execute(QUEUE)
    # While the function is still the migrating owner's: afterwards he may not name it any more.
    op.execute(
        "CREATE TRIGGER queued AFTER INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION holdfast_audit_queue()"
    )
    op.execute(COUNT)
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    for function in AS_WORKER:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO holdfast_api, holdfast_worker")
        op.execute(f"ALTER FUNCTION {function} OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def _wall(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER queued ON audit_entries")
    for table in KEPT:
        op.execute(f"DROP TRIGGER kept ON {table}")
        op.execute(f"DROP POLICY of_tenant ON {table}")
    op.execute("DROP POLICY by_tenant ON audit_entries")
    for function in (*AS_WORKER, "holdfast_audit_is_kept()"):
        op.execute(f"DROP FUNCTION {function}")
    for table in (*KEPT, "audit_unsealed"):
        op.execute(f"DROP POLICY of_all ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"REVOKE ALL ON {table} FROM holdfast_api, holdfast_worker")

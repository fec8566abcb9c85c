"""A database that is away while an entry is written."""

AWAY = """
CREATE FUNCTION trail_is_away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'the trail cannot be written' USING ERRCODE = 'cannot_connect_now';
END $$;
CREATE TRIGGER away BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION trail_is_away();
ALTER TABLE audit_entries DISABLE TRIGGER away;
"""

"""What the database itself refuses: changing or deleting an event or a disposal certificate, or moving the chain's end back.

Held by triggers, so that neither a mistake in our code nor a statement typed at a console can do it unseen. Who owns the database
can drop a trigger; what they then change is found by ``childfirst audit verify``.
"""

from __future__ import annotations

from typing import Any

EVENTS = "audit_event"
HEAD = "audit_head"
CERTIFICATES = "audit_disposalcertificate"
HOLDS = "audit_legalhold"

_SQLITE = {
    "audit_event_no_update": f"BEFORE UPDATE ON {EVENTS} BEGIN SELECT RAISE(ABORT, 'An audit event cannot be changed.'); END",
    "audit_event_no_delete": f"BEFORE DELETE ON {EVENTS} BEGIN SELECT RAISE(ABORT, 'An audit event cannot be deleted.'); END",
    "audit_head_no_delete": f"BEFORE DELETE ON {HEAD} BEGIN SELECT RAISE(ABORT, 'The end of the trail cannot be deleted.'); END",
    "audit_certificate_no_update": f"BEFORE UPDATE ON {CERTIFICATES} BEGIN SELECT RAISE(ABORT, 'A disposal certificate cannot be changed.'); END",
    "audit_certificate_no_delete": f"BEFORE DELETE ON {CERTIFICATES} BEGIN SELECT RAISE(ABORT, 'A disposal certificate cannot be deleted.'); END",
    "audit_hold_no_delete": f"BEFORE DELETE ON {HOLDS} BEGIN SELECT RAISE(ABORT, 'A legal hold is lifted, not deleted.'); END",
    "audit_head_forward": (
        f"BEFORE UPDATE ON {HEAD} WHEN NEW.number <= OLD.number "
        "BEGIN SELECT RAISE(ABORT, 'The end of the trail only moves forward.'); END"
    ),
}

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$
"""

_POSTGRESQL = {
    ("audit_event_no_update", EVENTS): "BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse('An audit event cannot be changed.')",
    ("audit_event_no_delete", EVENTS): "BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse('An audit event cannot be deleted.')",
    ("audit_event_no_truncate", EVENTS): "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse('Audit events cannot be deleted.')",
    ("audit_head_no_delete", HEAD): "BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse('The end of the trail cannot be deleted.')",
    ("audit_head_no_truncate", HEAD): "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse('The end of the trail cannot be deleted.')",
    ("audit_certificate_no_update", CERTIFICATES): "BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse('A disposal certificate cannot be changed.')",
    ("audit_certificate_no_delete", CERTIFICATES): "BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse('A disposal certificate cannot be deleted.')",
    ("audit_certificate_no_truncate", CERTIFICATES): "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse('Disposal certificates cannot be deleted.')",
    ("audit_hold_no_delete", HOLDS): "BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse('A legal hold is lifted, not deleted.')",
    ("audit_hold_no_truncate", HOLDS): "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse('A legal hold is lifted, not deleted.')",
    ("audit_head_forward", HEAD): (
        "BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NEW.number <= OLD.number) "
        "EXECUTE FUNCTION audit_refuse('The end of the trail only moves forward.')"
    ),
}  # fmt: skip


def install(connection: Any) -> None:
    """Put the triggers into the database. Raises NotImplementedError for a database that we do not know."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, body in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
        elif connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
            for (name, table), body in _POSTGRESQL.items():
                cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {body.format(table=table)}")
        else:
            raise NotImplementedError(f"The trail cannot be held append-only in a {connection.vendor} database.")


def remove(connection: Any) -> None:
    """Take the triggers out: for undoing the migration, and for emptying a test database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        elif connection.vendor == "postgresql":
            for name, table in _POSTGRESQL:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def missing(connection: Any) -> list[str]:
    """Names of triggers that should be in the database and are not."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = set(_SQLITE)
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal")
            wanted = {name for name, _ in _POSTGRESQL}
        found = {row[0] for row in cursor.fetchall()}
    return sorted(wanted - found)

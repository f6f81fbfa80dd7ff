"""What the database itself refuses: changing or deleting a row of the ledger of published cells.

As with the audit trail, triggers hold it, so that neither a mistake in our code nor a statement typed at a console can do it
unseen. Who owns the database can drop a trigger; a release whose rows are then missing or changed is found by the digest that
the release and the trail keep, and nothing is built until it is put back.
"""

from __future__ import annotations

from typing import Any

TABLE = "release_ledgertable"
_SENTENCES = {
    "update": "What was published cannot be changed in the ledger.",
    "delete": "What was published cannot be taken out of the ledger.",
}
_FUNCTION = """
CREATE OR REPLACE FUNCTION release_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$
"""


def install(connection: Any) -> None:
    """Put the triggers into the database. Raises NotImplementedError for a database that we do not know."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb, sentence in _SENTENCES.items():
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS release_ledger_no_{verb} BEFORE {verb.upper()} ON {TABLE} "
                    f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
                )
        elif connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            for verb, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
                sentence = _SENTENCES.get(verb, _SENTENCES["delete"])
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER release_ledger_no_{verb} BEFORE {verb.upper()} ON {TABLE} "
                    f"FOR EACH {each} EXECUTE FUNCTION release_refuse('{sentence}')"
                )
        else:
            raise NotImplementedError(f"The ledger cannot be held append-only in a {connection.vendor} database.")


def remove(connection: Any) -> None:
    """Take the triggers out: for undoing the migration, and for emptying a test database."""
    with connection.cursor() as cursor:
        for verb in ("update", "delete", "truncate"):
            where = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS release_ledger_no_{verb}{where}")

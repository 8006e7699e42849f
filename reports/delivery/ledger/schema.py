"""The tables of the ledger, in the order in which they came to be.

A migration that was released is never changed: what it did is in people's files.
"""

from collections.abc import Callable
from sqlite3 import Connection


Migration = Callable[[Connection], None]

#: In order; the ledger's version is how many of them were applied.
MIGRATIONS: list[Migration] = []

#: Marks an SQLite file as a ledger of ours.
APPLICATION = 0x6470_6C31


def migration(change: Migration) -> Migration:
    """Add ``change`` to the migrations; its name is recorded where it is applied."""
    MIGRATIONS.append(change)
    return change


@migration
def field_changes(db: Connection) -> None:
    """What syncs saw change, which Sales Cloud forgets."""
    db.execute("""
        CREATE TABLE field_change (
            object TEXT NOT NULL,
            record_id TEXT NOT NULL,
            field TEXT NOT NULL,
            at TEXT NOT NULL,
            old TEXT,
            new TEXT,
            PRIMARY KEY (object, record_id, field, at)
        ) STRICT, WITHOUT ROWID
    """)


@migration
def reviews(db: Connection) -> None:
    """Reviews, each with the deals as they were."""
    db.execute("""
        CREATE TABLE review (
            cycle TEXT NOT NULL,
            rep_id TEXT NOT NULL,
            manager_id TEXT,
            held_on TEXT NOT NULL,
            as_of TEXT NOT NULL,
            snapshot TEXT NOT NULL,
            frozen BLOB NOT NULL,
            discussed TEXT NOT NULL,
            flagged TEXT NOT NULL,
            rules TEXT NOT NULL,
            UNIQUE (cycle, rep_id)
        ) STRICT
    """)
    db.execute("CREATE INDEX review_of_rep ON review (rep_id, as_of)")


@migration
def proposals(db: Connection) -> None:
    """Next steps that packets proposed, and what became of them."""
    db.execute("""
        CREATE TABLE proposal (
            id TEXT PRIMARY KEY,
            cycle TEXT NOT NULL,
            rep_id TEXT NOT NULL,
            deal_id TEXT NOT NULL,
            obstacle TEXT NOT NULL,
            what TEXT NOT NULL,
            owner TEXT NOT NULL,
            due TEXT NOT NULL,
            metric TEXT NOT NULL,
            proposed_at TEXT NOT NULL,
            taken_by TEXT,
            taken_at TEXT,
            carried INTEGER NOT NULL,
            code TEXT NOT NULL,
            outcome TEXT,
            evidence TEXT,
            settled_at TEXT
        ) STRICT
    """)
    db.execute("CREATE INDEX proposal_of_rep ON proposal (rep_id, outcome)")


@migration
def alerts_and_runs(db: Connection) -> None:
    """Alerts to ops, and what each run did."""
    db.execute("""
        CREATE TABLE alert (
            as_of TEXT PRIMARY KEY,
            said TEXT NOT NULL
        ) STRICT
    """)
    db.execute("""
        CREATE TABLE run (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            started TEXT NOT NULL,
            ended TEXT NOT NULL,
            summary TEXT NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX run_of_kind ON run (kind, number)")


@migration
def deliveries(db: Connection) -> None:
    """One row a letter and its recipient; its bytes apart, which are forgotten."""
    db.execute("""
        CREATE TABLE delivery (
            message_id TEXT PRIMARY KEY,
            cycle TEXT NOT NULL,
            kind TEXT NOT NULL,
            rep_id TEXT NOT NULL,
            recipient TEXT NOT NULL,
            revision INTEGER NOT NULL,
            snapshot TEXT NOT NULL,
            rules TEXT NOT NULL,
            deal_ids TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN (
                'stored', 'claimed', 'sending', 'accepted', 'deferred', 'refused',
                'in doubt', 'held', 'cancelled'
            )),
            reason TEXT NOT NULL DEFAULT '',
            reply TEXT NOT NULL DEFAULT '',
            attempts INTEGER NOT NULL DEFAULT 0,
            claimed_by TEXT,
            waiting_since TEXT NOT NULL,
            next_at TEXT,
            changed_at TEXT NOT NULL,
            UNIQUE (cycle, kind, rep_id, recipient, revision)
        ) STRICT
    """)
    db.execute("""
        CREATE TABLE letter (
            message_id TEXT PRIMARY KEY REFERENCES delivery (message_id),
            packed BLOB NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX delivery_by_state ON delivery (state, next_at)")


@migration
def audit(db: Connection) -> None:
    """What happened to deliveries: a chain of hashes that only grows."""
    db.execute("""
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            message_id TEXT NOT NULL,
            event TEXT NOT NULL,
            detail TEXT NOT NULL,
            hash TEXT NOT NULL
        ) STRICT
    """)
    for change in ("UPDATE", "DELETE"):
        db.execute(f"""
            CREATE TRIGGER audit_without_{change} BEFORE {change} ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END
        """)


@migration
def task_writes(db: Connection) -> None:
    """Proposals that are entered in Sales Cloud as tasks, and how far each is."""
    db.execute("""
        CREATE TABLE task_write (
            proposal_id TEXT PRIMARY KEY,
            owner_id TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN (
                'planned', 'claimed', 'done', 'refused', 'dropped'
            )),
            task_id TEXT,
            reason TEXT NOT NULL DEFAULT '',
            at TEXT NOT NULL
        ) STRICT
    """)


@migration
def first_seen_choices(db: Connection) -> None:
    """When values of picklists were first seen, which a new mirror cannot know."""
    db.execute("""
        CREATE TABLE first_seen (
            object TEXT NOT NULL,
            field TEXT NOT NULL,
            value TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (object, field, value)
        ) STRICT, WITHOUT ROWID
    """)


@migration
def clock_readings(db: Connection) -> None:
    """What the stage clock said at each review; empty for those before."""
    db.execute("ALTER TABLE review ADD COLUMN clock TEXT NOT NULL DEFAULT ''")

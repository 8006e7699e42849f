import errno
import json
import sqlite3
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from reports.delivery.clocked import clock_text
from reports.delivery.ledger import Ledger, file
from reports.delivery.ledger.errors import LedgerError
from reports.delivery.ledger.schema import MIGRATIONS
from reports.delivery.records import Proposal, Review, State
from reports.findings import ClockReading, DealReview, OwnerKind
from reports.model import OpportunityId, UserId
from tests.builders import a_deal
from tests.letters import ADA, BO, MINE, NOW, a_key, a_letter, minutes


REP = UserId("005Hs00000ADAAAIA5")
DEAL, OTHER = (OpportunityId(one) for one in MINE)
RAW = b"Subject: hello\r\n\r\nBody\r\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.open(path) as ledger:
        yield ledger


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change as a sync hands it over."""

    object: str = "Opportunity"
    record_id: str = MINE[0]
    field: str = "StageName"
    at: datetime = NOW
    old: str | None = "Proposal"
    new: str | None = "Negotiation"


LATER = datetime(2027, 1, 1, tzinfo=UTC)


def a_review(day: int = 24, **differences: object) -> Review:
    values: dict[str, object] = {
        "cycle": f"2026-11-{day}",
        "rep_id": REP,
        "manager_id": None,
        "held_on": date(2026, 11, day),
        "as_of": datetime(2026, 11, day, 7, tzinfo=UTC),
        "snapshot": "s1",
        "frozen": '{"deals": ["Größe"]}',
        "discussed": (DEAL,),
        "flagged": (DEAL, OTHER),
        "rules": "r1",
        **differences,
    }
    return Review(**values)  # type: ignore[arg-type]


def a_reading(*, days: int, over: bool) -> ClockReading:
    return ClockReading(
        days=days,
        limit=33,
        over=over,
        slowing=over,
        winners_left=0.123456,
        chance=0.2,
        chance_ratio=0.5,
        won=57,
        tier=2,
        learned=True,
    )


def a_proposal(**differences: object) -> Proposal:
    values: dict[str, object] = {
        "id": "DP-1",
        "cycle": "2026-11-24",
        "rep_id": REP,
        "deal_id": DEAL,
        "obstacle": "no meeting booked",
        "what": "Book a meeting with the buyer",
        "owner": OwnerKind.MANAGER,
        "due": date(2026, 11, 30),
        "metric": "meetings",
        "code": "stalled-nothing-scheduled",
        "proposed_at": NOW,
        **differences,
    }
    return Proposal(**values)  # type: ignore[arg-type]


def in_doubt(ledger: Ledger, recipient: str = ADA) -> str:
    """A delivery whose run died after the final dot."""
    letter = a_letter(recipient)
    ledger.store(letter, RAW, NOW)
    ledger.claim(letter.key, NOW)
    ledger.sending(letter.key, NOW)
    ledger.recover(minutes(1))
    return letter.key.message_id


# The file


def test_file_and_folder_are_for_their_owner_only(path: Path, ledger: Ledger) -> None:
    ledger.keep_run("sync", NOW, NOW, {})

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()} == {
        0o600
    }


def test_what_was_kept_is_there_when_it_is_opened_again(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.keep_run("sync", NOW, minutes(2), {"rows": 7})

    with Ledger.open(path) as ledger:
        run = ledger.last_run("sync")
    assert run is not None
    assert (run.started, run.ended, run.summary) == (NOW, minutes(2), {"rows": 7})


def test_every_commit_waits_for_the_disk(ledger: Ledger) -> None:
    def pragma(name: str) -> object:
        return ledger.file.rows(f"PRAGMA {name}")[0][0]

    assert (pragma("journal_mode"), pragma("synchronous")) == ("wal", 2)
    assert (pragma("foreign_keys"), pragma("secure_delete")) == (1, 1)


def test_every_table_is_strict_and_every_migration_is_recorded(
    path: Path, ledger: Ledger
) -> None:
    ledger.keep_run("sync", NOW, NOW, {})

    with closing(sqlite3.connect(path)) as db:
        loose = db.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict "
            "AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        applied = db.execute("SELECT name FROM migration ORDER BY number").fetchall()
    assert loose == []
    assert [name for (name,) in applied] == [one.__name__ for one in MIGRATIONS]


def test_a_ledger_of_an_older_version_is_brought_up_to_date(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr("reports.delivery.ledger.file.MIGRATIONS", MIGRATIONS[:4])
        with Ledger.open(path) as ledger:
            ledger.keep_run("sync", NOW, NOW, {})

    with Ledger.open(path) as ledger:
        assert ledger.store(a_letter(), RAW, NOW) is State.STORED
        assert ledger.last_run("sync") is not None


def test_a_ledger_from_before_first_seen_values_learns_to_keep_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hot = ("Task", "Priority", "Hot")
    with monkeypatch.context() as older:
        older.setattr("reports.delivery.ledger.file.MIGRATIONS", MIGRATIONS[:7])
        Ledger.open(path).close()

    with Ledger.open(path) as ledger:
        ledger.first_seen({hot: NOW})
        again = ledger.first_seen({hot: NOW + timedelta(days=1)})

    assert again == {hot: NOW}


def test_a_migration_that_fails_leaves_no_trace(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (a TEXT) STRICT")
        db.execute("not SQL")

    Ledger.open(path).close()
    with monkeypatch.context() as newer:
        newer.setattr("reports.delivery.ledger.file.MIGRATIONS", [*MIGRATIONS, half])
        with pytest.raises(LedgerError, match="mistake in dealpacket"):
            Ledger.open(path)

    with Ledger.open(path) as ledger:
        assert ledger.file.rows("SELECT * FROM sqlite_master WHERE name='half'") == []


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def overwritten(path: Path) -> None:
    path.write_bytes(b"not a database at all, " * 1000)


def scribbled(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\x07" * 4096
    path.write_bytes(content)


def another_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (a)")


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (newer, "a newer dealpacket wrote it (schema 99, this one knows "),
        (truncated, "it is damaged"),
        (emptied, "it is damaged (it is empty); restore the latest backup"),
        (overwritten, "it is not a ledger; restore the latest backup"),
        (scribbled, "it is damaged"),
        (another_database, "it is not a ledger; restore the latest backup"),
        (Path.unlink, "is gone: restore the latest backup; to start a new ledger"),
    ],
)
def test_a_ledger_that_is_not_sound_is_refused_with_a_remedy(
    path: Path, harm: Callable[[Path], None], sentence: str
) -> None:
    with Ledger.open(path) as ledger:
        for number in range(40):
            ledger.store(a_letter(f"rep{number}@acme.example"), RAW * 50, NOW)
    harm(path)

    with pytest.raises(LedgerError) as caught:
        Ledger.open(path)
    assert sentence in str(caught.value)


def test_a_locked_ledger_says_so_at_once(path: Path) -> None:
    Ledger.open(path).close()

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            Ledger.open(path, patience=0.01) as ledger,
            pytest.raises(LedgerError, match="another program keeps it locked; wait"),
        ):
            ledger.keep_run("sync", NOW, NOW, {})


def test_a_full_disk_during_settle_leaves_the_claim_as_it_was(ledger: Ledger) -> None:
    ledger.store(a_letter(), RAW, NOW)
    ledger.claim(a_key(), NOW)
    ledger.sending(a_key(), NOW)
    pages = ledger.file.rows("PRAGMA page_count")[0][0]
    ledger.file.rows(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(LedgerError, match="the disk is full; free some space"):
        ledger.settle(a_key(), State.ACCEPTED, NOW, reply="250 " + "x" * 100_000)
    known = ledger.delivery(a_key())
    assert known is not None
    assert known.state is State.SENDING


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file", encoding="utf-8")

    with pytest.raises(LedgerError, match="let the user that runs dealpacket write"):
        Ledger.open(tmp_path / "var" / "ledger.db")


def test_a_file_that_cannot_be_written_is_a_sentence(ledger: Ledger) -> None:
    ledger.file.rows("PRAGMA query_only = ON")

    with pytest.raises(LedgerError, match="it cannot be written; let the user"):
        ledger.keep_run("sync", NOW, NOW, {})


def test_a_ledger_that_was_never_finished_is_started_anew(path: Path) -> None:
    path.parent.mkdir()
    path.with_name("ledger.db.new").write_bytes(b"half of a ledger")

    with Ledger.open(path) as ledger:
        assert ledger.last_run("sync") is None


def test_of_two_machines_that_make_a_ledger_at_once_one_makes_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = file.durable

    def meanwhile(unfinished: Path) -> None:
        monkeypatch.setattr(file, "durable", usual)
        with Ledger.open(path) as theirs:
            theirs.store(a_letter(), RAW, NOW)
        usual(unfinished)

    monkeypatch.setattr(file, "durable", meanwhile)
    with Ledger.open(path) as ours:
        assert ours.bytes_of(a_key()) == RAW
    assert sorted(one.name for one in path.parent.iterdir()) == [
        "ledger.db",
        "ledger.db.exists",
    ]


def test_a_disk_without_hard_links_holds_a_ledger_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    with Ledger.open(path) as ledger:
        assert ledger.last_run("sync") is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_backup_stands_alone_and_is_never_overwritten(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.store(a_letter(), RAW, NOW)
    copy = tmp_path / "copy.db"
    ledger.backup(copy)

    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with Ledger.open(copy) as restored:
        assert restored.bytes_of(a_key()) == RAW
    with pytest.raises(LedgerError, match="exists; name a new file"):
        ledger.backup(copy)


# The journal


def test_a_change_that_is_observed_again_is_kept_once(ledger: Ledger) -> None:
    ledger.observe([])
    ledger.observe([Change()])
    ledger.observe([Change(old="something else"), Change(field="Amount")])

    kept = [(one.field, one.old) for one in ledger.journal()]
    assert kept == [("Amount", "Proposal"), ("StageName", "Proposal")]


def test_the_journal_gives_back_what_was_observed_until_a_moment(
    ledger: Ledger,
) -> None:
    berlin = timezone(timedelta(hours=1))
    early = Change(at=NOW.astimezone(berlin), new=None)
    ledger.observe([Change(at=minutes(1)), early])

    (only,) = ledger.journal(until=NOW)
    assert (only.object, only.record_id, only.field) == (
        "Opportunity",
        MINE[0],
        "StageName",
    )
    assert (only.at, only.old, only.new) == (NOW, "Proposal", None)


def test_a_moment_without_zone_is_a_mistake_of_the_caller(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="aware moments"):
        ledger.observe([Change(at=NOW.replace(tzinfo=None))])


# Reviews, alerts and runs


def test_a_review_comes_back_as_it_was_and_the_first_stays(ledger: Ledger) -> None:
    ledger.keep_review(a_review())
    ledger.keep_review(a_review(snapshot="later"))

    assert ledger.reviews(REP, LATER, "none") == [a_review()]


def test_the_last_review_is_an_earlier_one_of_another_cycle(ledger: Ledger) -> None:
    for day in (10, 17, 24):
        ledger.keep_review(a_review(day))
    before = datetime(2026, 11, 24, 8, tzinfo=UTC)

    assert ledger.last_review(REP, before, "2026-11-24") == a_review(17)
    assert ledger.last_review(REP, before, "none") == a_review(24)
    assert ledger.last_review(REP, a_review(10).as_of, "none") is None


def test_flags_are_counted_back_to_the_first_review_without_them(
    ledger: Ledger,
) -> None:
    ledger.keep_review(a_review(3, flagged=(DEAL, OTHER)))
    ledger.keep_review(a_review(10, flagged=(DEAL,)))
    ledger.keep_review(a_review(17, flagged=(DEAL, OTHER)))
    ledger.keep_review(a_review(17, rep_id=UserId("another"), flagged=("006x",)))

    assert ledger.flag_counts(LATER, "none") == {DEAL: 3, OTHER: 1, "006x": 1}
    assert ledger.flag_counts(LATER, "2026-11-17") == {DEAL: 2}
    assert ledger.flag_counts(a_review(10).as_of, "none") == {DEAL: 1, OTHER: 1}


def test_what_the_stage_clock_said_is_kept_by_cycle(ledger: Ledger) -> None:
    silent, moving = (
        DealReview(
            deal=replace(a_deal(), id=deal_id),
            clock=a_reading(days=days, over=days > 33),
        )
        for deal_id, days in ((DEAL, 41), (OTHER, 20))
    )
    another = UserId("another")
    ledger.keep_review(a_review(10, clock=clock_text([silent], 1)))
    ledger.keep_review(a_review(10, rep_id=another, clock=clock_text([moving], 1)))
    ledger.keep_review(a_review(17, clock=clock_text([silent, moving], 0)))
    ledger.keep_review(a_review(3))
    at = datetime(2026, 11, 10, 7, tzinfo=UTC)

    assert ledger.clock_flags(LATER) == [(at, 1, {DEAL: True, OTHER: False})]
    assert ledger.clock_flags(at) == []


def test_a_reading_is_kept_raw(ledger: Ledger) -> None:
    unknown = replace(a_deal(), id=OTHER, days_in_stage=None)
    reviews = [
        DealReview(
            deal=replace(a_deal(), id=DEAL), clock=a_reading(days=41, over=True)
        ),
        DealReview(deal=unknown, clock=a_reading(days=0, over=False)),
    ]
    ledger.keep_review(a_review(clock=clock_text(reviews, 2)))

    (kept,) = ledger.reviews(REP, LATER, "none")
    assert json.loads(kept.clock) == {
        "tier": 2,
        "deals": {DEAL: [41, 33, 1, 0.1235, 0.5, 57]},
    }


def test_a_ledger_from_before_kept_readings_learns_to_keep_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr("reports.delivery.ledger.file.MIGRATIONS", MIGRATIONS[:8])
        with Ledger.open(path) as ledger, ledger.file.writing() as db:
            db.execute(
                "INSERT INTO review VALUES ('c', 'r', NULL, '2026-11-03', "
                "'2026-11-03T07:00:00.000000+00:00', 's', ?, '[]', '[]', 'r')",
                [zlib.compress(b"{}")],
            )

    with Ledger.open(path) as ledger:
        ledger.keep_review(a_review(clock=clock_text([], 1)))
        assert [one.clock for one in ledger.reviews(UserId("r"), LATER, "none")] == [""]
        assert ledger.clock_flags(LATER) == []


def test_the_reviews_of_a_cycle_are_found_by_the_cycle_held_last(
    ledger: Ledger,
) -> None:
    for day in (3, 10):
        ledger.keep_review(a_review(day))

    assert ledger.last_cycle(date(2026, 11, 9)) == "2026-11-3"
    assert ledger.last_cycle(date(2026, 11, 10)) == "2026-11-10"
    assert ledger.last_cycle(date(2026, 11, 2)) is None
    assert ledger.reviews_of("2026-11-3") == [a_review(3)]


def test_old_reviews_are_forgotten_but_for_the_latest_of_each_rep(
    ledger: Ledger,
) -> None:
    lonely = UserId("005Hs00000BOBBBIA5")
    for review in (a_review(3), a_review(10), a_review(3, rep_id=lonely)):
        ledger.keep_review(review)

    now = datetime(2027, 11, 1, tzinfo=UTC)
    assert ledger.forget_reviews(now) == 1
    assert [one.held_on.day for one in ledger.reviews(REP, now, "none")] == [10]
    assert len(ledger.reviews(lonely, now, "none")) == 1


def test_the_last_alert_is_what_the_next_one_is_measured_against(
    ledger: Ledger,
) -> None:
    assert ledger.last_alert() is None

    ledger.keep_alert(NOW, {"open": 41})
    ledger.keep_alert(minutes(5), {"open": 50})
    assert ledger.last_alert() == {"open": 50}
    assert ledger.last_alert(before=minutes(5)) == {"open": 41}


def test_the_last_run_is_that_of_its_kind(ledger: Ledger) -> None:
    ledger.keep_run("sync", NOW, NOW, {"rows": 1})
    ledger.keep_run("packets", NOW, NOW, {"sent": 2})

    assert [ledger.last_run(kind) is None for kind in ("sync", "hygiene")] == [
        False,
        True,
    ]


# Promises


def test_a_proposal_is_kept_once_and_grows_older(ledger: Ledger) -> None:
    ledger.keep_proposals([a_proposal(), a_proposal(what="Else", carried=2)])

    assert ledger.proposals(REP) == [a_proposal(carried=2)]


def test_a_review_looks_at_what_is_open_or_was_settled_at_it(ledger: Ledger) -> None:
    ledger.keep_proposals(
        [a_proposal(), a_proposal(id="DP-2"), a_proposal(id="DP-3", cycle="next")]
    )
    ledger.settle_promise("DP-2", "kept", '{"cycle": "next"}', LATER)
    found = {
        (cycle, at.year): [one.id for one in ledger.proposals_at(REP, cycle, at)]
        for cycle in ("next", "after")
        for at in (NOW - timedelta(days=365), LATER)
    }

    assert found == {
        ("next", 2025): [],
        ("next", 2027): ["DP-1", "DP-2"],
        ("after", 2025): [],
        ("after", 2027): ["DP-1", "DP-3"],
    }


def test_a_promise_is_taken_once_and_settled_once(ledger: Ledger) -> None:
    ledger.keep_proposals([a_proposal(), a_proposal(id="DP-2")])
    taken = [ledger.take("DP-1", task, NOW) for task in ("00T1", "00T2")]
    settled = [
        ledger.settle_promise("DP-1", outcome, "[]", minutes(1))
        for outcome in ("kept", "broken")
    ]

    assert (taken, settled) == ([True, False], [True, False])
    assert ledger.proposals() == [a_proposal(id="DP-2")]
    assert ledger.proposals("005stranger") == []  # type: ignore[arg-type]
    assert ledger.proposals(open_only=False)[0] == a_proposal(
        taken_by="00T1",
        taken_at=NOW,
        outcome="kept",
        evidence="[]",
        settled_at=minutes(1),
    )


# Deliveries


def test_bytes_are_kept_before_the_first_attempt_and_stay(ledger: Ledger) -> None:
    first = ledger.store(a_letter(), RAW, NOW)
    again = ledger.store(a_letter(snapshot="s2"), b"other bytes", minutes(1))

    known = ledger.delivery(a_key())
    assert (first, again) == (State.STORED, State.STORED)
    assert ledger.bytes_of(a_key()) == RAW
    assert known is not None
    assert (known.snapshot, known.key, known.deal_ids) == (
        "s1",
        a_key(),
        frozenset(MINE),
    )


def test_a_letter_that_was_held_is_judged_again_with_new_bytes(ledger: Ledger) -> None:
    ledger.store(a_letter(), RAW, NOW)
    ledger.settle(a_key(), State.HELD, NOW, reason="a deal of somebody else")

    assert ledger.store(a_letter(snapshot="s2"), b"better", minutes(1)) is State.STORED
    assert ledger.bytes_of(a_key()) == b"better"


def test_only_one_claim_is_granted(ledger: Ledger) -> None:
    ledger.store(a_letter(), RAW, NOW)

    assert [ledger.claim(a_key(), NOW) for _ in range(3)] == [True, False, False]
    assert not ledger.claim(a_key(BO), NOW)


def test_a_deferred_letter_is_due_at_its_moment(ledger: Ledger) -> None:
    ledger.store(a_letter(), RAW, NOW)
    ledger.claim(a_key(), NOW)
    ledger.settle(a_key(), State.DEFERRED, NOW, reply="451", next_at=minutes(5))

    assert ledger.pending(minutes(4)) == []
    assert not ledger.claim(a_key(), minutes(4))
    (due,) = ledger.pending(minutes(5))
    assert (due.attempts, due.reply, due.next_at) == (1, "451", minutes(5))
    assert ledger.claim(a_key(), minutes(5))


@pytest.mark.parametrize("state", [State.ACCEPTED, State.REFUSED, State.CANCELLED])
def test_what_is_done_with_is_never_sent_again(ledger: Ledger, state: State) -> None:
    ledger.store(a_letter(), RAW, NOW)
    ledger.claim(a_key(), NOW)
    ledger.settle(a_key(), state, NOW, reply="250 ok")

    assert ledger.store(a_letter(), RAW, minutes(9)) is state
    assert ledger.pending(minutes(9999)) == []
    assert not ledger.claim(a_key(), minutes(9999))


def test_a_dead_claim_goes_back_and_a_dead_sending_is_in_doubt(ledger: Ledger) -> None:
    for recipient in (ADA, BO):
        ledger.store(a_letter(recipient), RAW, NOW)
        ledger.claim(a_key(recipient), NOW)
    ledger.sending(a_key(BO), NOW)

    doubts = ledger.recover(minutes(1))
    assert [one.key.recipient for one in doubts] == [BO]
    assert [one.key.recipient for one in ledger.pending(minutes(1))] == [ADA]
    assert ledger.in_doubt() == doubts
    assert not ledger.claim(a_key(BO), minutes(9999))


def test_a_claim_that_another_machine_took_back_cannot_be_sent(path: Path) -> None:
    with Ledger.open(path) as one, Ledger.open(path) as two:
        one.store(a_letter(), RAW, NOW)
        one.claim(a_key(), NOW)
        two.recover(NOW)
        claimed = two.claim(a_key(), NOW)

        with pytest.raises(LedgerError, match="somebody else took the letter over"):
            one.sending(a_key(), NOW)
        with pytest.raises(LedgerError, match="is claimed, it cannot become deferred"):
            one.settle(a_key(), State.DEFERRED, NOW)
    assert claimed


def test_who_learns_what_came_of_a_doubt_may_still_say_so(path: Path) -> None:
    with Ledger.open(path) as one, Ledger.open(path) as two:
        one.store(a_letter(), RAW, NOW)
        one.claim(a_key(), NOW)
        one.sending(a_key(), NOW)
        doubts = two.recover(NOW)
        one.settle(a_key(), State.ACCEPTED, NOW, reply="250 queued")

        assert [doubt.state for doubt in doubts] == [State.IN_DOUBT]
        assert two.in_doubt() == []


def test_a_person_releases_a_doubt_with_the_same_bytes(ledger: Ledger) -> None:
    message_id = in_doubt(ledger)

    released = ledger.release(message_id, minutes(60))
    assert (released.state, released.waiting_since) == (State.STORED, minutes(60))
    assert ledger.claim(a_key(), minutes(60))
    assert ledger.bytes_of(a_key()) == RAW


def test_a_person_drops_a_doubt_for_good(ledger: Ledger) -> None:
    message_id = in_doubt(ledger)

    dropped = ledger.drop(message_id, minutes(60))
    assert (dropped.state, dropped.reason) == (
        State.CANCELLED,
        "dropped by hand while in doubt",
    )
    with pytest.raises(LedgerError, match="is cancelled: it cannot be released"):
        ledger.release(message_id, minutes(61))


def test_an_unknown_message_cannot_be_released(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="knows no message <nobody@nowhere>"):
        ledger.release("<nobody@nowhere>", NOW)


def test_bytes_are_forgotten_only_when_nobody_may_need_them(ledger: Ledger) -> None:
    in_doubt(ledger, BO)
    ledger.store(a_letter(), RAW, NOW)
    ledger.claim(a_key(), NOW)
    ledger.settle(a_key(), State.ACCEPTED, NOW)

    assert ledger.forget(NOW) == 0
    assert ledger.forget(minutes(99)) == 1
    assert ledger.bytes_of(a_key()) is None
    assert ledger.bytes_of(a_key(BO)) == RAW
    assert ledger.delivery(a_key()) is not None


def test_what_was_forgotten_cannot_be_released(ledger: Ledger) -> None:
    ledger.store(a_letter(), RAW, NOW)
    ledger.settle(a_key(), State.REFUSED, NOW)
    ledger.forget(minutes(1))

    with pytest.raises(LedgerError, match="its bytes are no longer kept"):
        ledger.release(a_key().message_id, minutes(2))
    with pytest.raises(LedgerError, match="the ledger knows no message"):
        ledger.known(a_key(BO))


def test_deliveries_are_found_by_cycle_and_kind(ledger: Ledger) -> None:
    ledger.store(a_letter(BO), RAW, NOW)
    ledger.store(a_letter(), RAW, NOW)
    ledger.store(a_letter(key=replace(a_key(), cycle="2026-12-08")), RAW, NOW)

    found = ledger.deliveries("2026-11-24", a_key().kind)
    assert [one.key.recipient for one in found] == [ADA, BO]
    assert len(ledger.deliveries()) == 3


def test_the_audit_says_who_was_sent_what_from_which_snapshot(ledger: Ledger) -> None:
    ledger.store(a_letter(rules="r7"), RAW, NOW)
    ledger.claim(a_key(), NOW)
    ledger.sending(a_key(), NOW)
    ledger.settle(a_key(), State.ACCEPTED, minutes(1), reply="250 queued as 77")

    entries = ledger.audit(a_key().message_id)
    assert [one.event for one in entries] == [
        "stored",
        "claimed",
        "sending",
        "accepted",
    ]
    assert entries[0].detail["recipient"] == ADA
    assert (entries[0].detail["snapshot"], entries[0].detail["rules"]) == ("s1", "r7")
    assert (entries[3].at, entries[3].detail["reply"]) == (
        minutes(1),
        "250 queued as 77",
    )
    assert ledger.audit_break() is None


def test_the_audit_cannot_be_changed_without_being_noticed(
    path: Path, ledger: Ledger
) -> None:
    in_doubt(ledger)

    with closing(sqlite3.connect(path)) as db:
        with pytest.raises(sqlite3.IntegrityError, match="the audit only grows"):
            db.execute("UPDATE audit SET event = 'accepted' WHERE number = 3")
        db.execute("DROP TRIGGER audit_without_UPDATE")
        db.execute("UPDATE audit SET event = 'accepted' WHERE number = 3")
        db.commit()
    assert ledger.audit_break() == 3

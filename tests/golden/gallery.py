"""Every kind of message and page: as it usually is, empty, and at its worst."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from reports.findings import (
    DealReview,
    Evidence,
    Message,
    Outcome,
    OwnerKind,
    Packet,
    Promise,
    Snooze,
)
from reports.judgement.capture import NOTHING
from reports.judgement.habits import Habit
from reports.judgement.habits_told import told
from reports.judgement.judge import Judged, judge
from reports.judgement.policy import Policy
from reports.model import (
    Book,
    Deal,
    OpportunityId,
    Person,
    Problem,
    RecordId,
    UserId,
)
from reports.normal import Capture
from reports.packet.alerts import HygieneAlert, hygiene_alert, reminders
from reports.packet.assemble import assemble
from reports.packet.dealsheet import DealSheet, deal_sheets
from reports.packet.followup import FollowUp, follow_up
from reports.packet.issues import Previous
from reports.packet.rollup import RollUp, Talk, roll_up
from reports.said import many, say
from reports.words.archive import write_archive
from reports.words.entries import (
    alert_sheet,
    deal_sheet_sheet,
    follow_up_sheet,
    packet_sheet,
    roll_up_sheet,
)
from reports.words.render import Renderer
from reports.words.voices import voice
from tests.builders import (
    ACME,
    ADA,
    ADA_ID,
    BO,
    BO_ID,
    CLEO,
    CLEO_ID,
    DEE_ID,
    STAGES,
    a_book,
    a_deal,
    days_ago,
    days_ahead,
    numbered,
    some_norms,
)
from tests.golden.scenario import (
    BEFORE,
    BOOK,
    JUDGED,
    OUTLOOK,
    PROMISES,
    the_packet,
)


RENDERER = Renderer("https://acme.my.salesforce.com")
PERSIAN = RENDERER.to(voice("fa", "fa_IR", "Asia/Tehran"))
POLICY = Policy()
HABIT = told(
    Habit(
        kind="meeting",
        crude=1.92,
        adjusted=1.41,
        low=1.18,
        high=1.69,
        q=0.01,
        moments=400,
        deals=190,
    )
)

#: A step that nobody had promised, and that was done.
UNASKED = Promise(
    deal_id=OpportunityId("006000000000002AAA"),
    what="Agree a dated next meeting and send the invitation",
    owner=OwnerKind.REP,
    due=days_ago(3),
    outcome=Outcome.KEPT,
    evidence=(
        Evidence(
            text=say(
                "{what}: {subject}", what=say("Meeting"), subject="Re: the proposal"
            ),
            record_id=RecordId("00U1"),
            on=days_ago(5),
        ),
    ),
)

WAITING = "waiting for legal"
LONG = (
    "Vereinigte Donaudampfschifffahrtsgesellschaft Holding International GmbH & Co. KG "
    "- Rahmenvertrag Logistikplattform 2026 bis 2031, Los 7, zweite Ausschreibung"
)
NAMES = (
    LONG,
    "x" * 240,
    "<script>alert(1)</script> & \"quotes\" 'here'",
    "株式会社ノースウインド・ロジスティクス 次期基幹システム更新案件",
    "پروژه نوسازی انبار مرکزی شرکت آفتاب",
    "acme.com renewal www.globex.example/pay",
    "",
)
CURRENCIES = (("USD", True), ("EUR", True), ("JPY", False), ("CHF", True))


def worst_deal(number: int, deal: Deal) -> Deal:
    """A deal with something wrong that depends on its number."""
    currency, rated = CURRENCIES[number % len(CURRENCIES)]
    amount = None if number % 7 == 0 else Decimal(number**3 * 997) + Decimal("0.55")
    silent = number % 3 == 0
    return replace(
        deal,
        name=NAMES[number % len(NAMES)] if number % 2 else f"Deal {number}",
        account=LONG if number % 4 == 0 else deal.account,
        amount=amount,
        currency=currency,
        amount_base=amount if rated else None,
        stage=tuple(STAGES.values())[number % 5],
        close_date=days_ago(number * 3) if number % 2 else days_ahead(number * 9),
        days_in_stage=number * 11,
        entered_stage_on=days_ago(number * 11),
        days_open=number * 13 + 20,
        next_step=None if number % 2 else LONG,
        weeks_ours=(0,) * 8 if silent else (0, 0, 12, 150, 0, 3, 1, 0),
        weeks_theirs=(0,) * 8,
        last_inbound=None if silent else deal.last_inbound,
        last_two_way=None if silent else deal.last_two_way,
        last_touch=None if silent else deal.last_touch,
        last_outbound=None if silent else deal.last_outbound,
        roles=() if number % 5 == 0 else deal.roles,
        open_tasks=(),
    )


def worst_book() -> Book:
    """Sixty open deals in four currencies, most with something wrong."""
    deals = tuple(worst_deal(n, deal) for n, deal in enumerate(numbered(60), start=1))
    people = {**BOOK.people, ADA_ID: replace(ADA, name=f"Ada-Maria {LONG[:70]}")}
    return replace(BOOK, deals=deals, closed=BOOK.closed, people=people)


def judged(book: Book) -> Judged:
    return judge(book, some_norms(), POLICY)


def of(
    book: Book, verdicts: Judged, before: Book | None = None, *promises: Promise
) -> Packet:
    return assemble(
        book,
        verdicts,
        ADA_ID,
        cycle="2026-11a",
        snapshot="7f3a9c21",
        policy=POLICY,
        before=before,
        promises=promises,
    )


def worst_before(book: Book) -> Book:
    """Two weeks earlier: smaller, and dated differently."""
    deals = tuple(
        replace(
            deal,
            amount=deal.amount and deal.amount * 2,
            close_date=days_ago(40),
            stage=STAGES["Prospecting"],
        )
        for deal in book.deals[:45]
    )
    return replace(book, as_of=book.as_of - timedelta(days=14), deals=deals, closed=())


def many_promises(book: Book) -> Iterator[Promise]:
    for place, deal in enumerate(book.deals[:14]):
        yield Promise(
            deal_id=deal.id,
            what=LONG if place % 3 == 0 else "Send the contract",
            owner=tuple(OwnerKind)[place % 3],
            due=days_ahead(place - 7),
            outcome=tuple(Outcome)[place % 3],
        )


def unasked(book: Book) -> Iterator[Promise]:
    """Steps that nobody had promised, and that were done."""
    for deal in book.deals[:14]:
        yield replace(UNASKED, deal_id=deal.id, what=LONG)


def talks(*reps: Person) -> Iterator[Talk]:
    """One to come, one on record, one of which there is no record; and so on."""
    for place, rep in enumerate(reps):
        found = Evidence(
            text=say(
                "{what}: {subject}", what=say("Call"), subject="Call about the proposal"
            ),
            record_id=RecordId("00T1"),
            on=days_ago(10),
        )
        yield Talk(
            rep=rep,
            on=days_ago(14),
            due=days_ago(9) if place % 3 else days_ahead(1),
            outcome=(Outcome.OPEN, Outcome.KEPT, Outcome.BROKEN)[place % 3],
            evidence=(found,) if place % 3 == 1 else (),
        )


def worst_packet() -> Packet:
    book = worst_book()
    return of(book, judged(book), worst_before(book), *many_promises(book))


def first_packet() -> Packet:
    """A first review: nothing to compare with, nothing promised, no manager."""
    packet = of(BOOK, JUDGED)
    return replace(packet, manager=None, standing=None)


def empty_packet() -> Packet:
    """No open deal is left."""
    book = replace(BOOK, deals=())
    return of(book, judged(book), BEFORE)


def calm_packet() -> Packet:
    """Every deal moves."""
    book = a_book(*numbered(4))
    return of(book, judged(book), book)


def resting_packet() -> Packet:
    """The deal that had stopped waits for something known."""
    snooze = Snooze(until=date(2026, 12, 15), reason=WAITING)

    def rest(review: DealReview) -> DealReview:
        if not review.stalled:
            return review
        return replace(
            review,
            signals=(),
            resting=review.signals,
            actions=(),
            stalled=False,
            snooze=snooze,
        )

    reviews = {deal: rest(review) for deal, review in JUDGED.reviews.items()}
    return of(BOOK, replace(JUDGED, reviews=reviews), BEFORE, *PROMISES)


def blind_packet() -> Packet:
    """An organisation that has never logged a call, an email or a meeting."""
    silent = {
        "last_touch": None,
        "last_inbound": None,
        "last_two_way": None,
        "last_outbound": None,
        "calls": 0,
        "emails": 0,
        "meetings": 0,
        "weeks_ours": (0,) * 8,
        "weeks_theirs": (0,) * 8,
        "roles": (),
    }
    deals = [
        a_deal(
            id=OpportunityId(f"006000000000{n:03}AAA"),
            name=f"Deal {n}",
            entered=days_ago(n * 20),
            **silent,
        )
        for n in range(1, 7)
    ]
    org = replace(ACME, has=frozenset({"Opportunity", "User"}))
    book = a_book(*deals, org=org)
    unseen = Capture(
        user_id=ADA_ID,
        calls=0,
        emails=0,
        meetings=0,
        open_deals=6,
        trusted=False,
        because=NOTHING,
    )
    norms = some_norms(
        any_activity=False, tier=0, won=9, closed=14, capture={ADA_ID: unseen}
    )
    return of(book, judge(book, norms, POLICY))


def usual_alert() -> HygieneAlert:
    previous = Previous(
        keys=frozenset({("006000000000002AAA", "close-past", "CloseDate")}),
        over=frozenset(),
    )
    alert = hygiene_alert(BOOK, JUDGED, policy=POLICY, previous=previous)
    return replace(alert, habits=(HABIT,))


def worst_alert() -> HygieneAlert:
    book = worst_book()
    problems = [
        Problem(
            record_id=RecordId(f"005000000000{n:03}AAA"),
            object="Task",
            because=say(
                "The last sync did not finish {object}: {reason}.",
                object="Task",
                reason=LONG,
            ),
        )
        for n in range(12)
    ]
    return hygiene_alert(book, judged(book), policy=POLICY, problems=problems)


def clean_alert() -> HygieneAlert:
    book = a_book(*numbered(4))
    none = Previous(keys=frozenset(), over=frozenset({"close-past"}))
    return hygiene_alert(book, judged(book), policy=POLICY, previous=none)


def usual_check() -> FollowUp:
    return follow_up(
        BOOK, ADA_ID, cycle="2026-11a", promises=PROMISES, anyway=(UNASKED,)
    )


def worst_check() -> FollowUp:
    book = worst_book()
    return follow_up(
        book,
        ADA_ID,
        cycle="2026-11a",
        promises=tuple(many_promises(book)),
        anyway=tuple(unasked(book)),
    )


def kept_check() -> FollowUp:
    return follow_up(BOOK, ADA_ID, cycle="2026-11a", promises=PROMISES[:1])


def usual_reminder(on: Renderer) -> Message:
    (one,) = reminders(BOOK, JUDGED)
    return on.reminder(one)


def worst_reminder(on: Renderer) -> Message:
    book = worst_book()
    (one,) = reminders(book, judged(book))
    return on.reminder(one)


def packets() -> list[Packet]:
    """Two reps of one manager."""
    packet = the_packet()
    return [packet, replace(packet, rep=BO, promises=packet.promises[:1])]


def usual_roll_up() -> RollUp:
    found = roll_up(
        CLEO,
        packets(),
        reviews={ADA_ID: days_ahead(1)},
        talks=talks(BO, ADA),
        anyway={ADA_ID: [UNASKED]},
    )
    assert found
    return replace(found, outlook=OUTLOOK)


def empty_roll_up() -> RollUp:
    found = roll_up(CLEO, [calm_packet()])
    assert found
    return found


def worst_roll_up() -> RollUp:
    packet = worst_packet()
    reps = (
        replace(packet.rep, id=UserId(f"005000000000{n:03}AAA"), name=f"{LONG} {n:02}")
        for n in range(45)
    )
    actions = tuple(
        replace(action, owner=OwnerKind.MANAGER, what=LONG, obstacle=LONG)
        for action in packet.actions
    )
    packet = replace(packet, actions=actions)
    team = [replace(packet, rep=rep) for rep in reps]
    found = roll_up(
        CLEO,
        team,
        talks=talks(*(one.rep for one in team)),
        anyway={one.rep.id: list(unasked(worst_book())) for one in team},
    )
    assert found
    return found


def usual_sheet() -> DealSheet:
    packet = the_packet()
    team = replace(packet.focus[0].deal, team=(BO_ID,))
    shared = replace(packet.focus[0], deal=team)
    (sheet,) = deal_sheets([replace(packet, focus=(shared,))], BOOK)
    return sheet


def worst_sheet() -> DealSheet:
    packet = worst_packet()
    deal = replace(packet.focus[-1].deal, team=(BO_ID,), name=LONG)
    shared = replace(packet.focus[-1], deal=deal)
    (sheet,) = deal_sheets([replace(packet, focus=(shared,))], BOOK)
    return sheet


#: What is made, by the name of its picture.
GALLERY: Mapping[str, Callable[[Renderer], Message]] = {
    "packet-usual": lambda on: on.packet(the_packet()),
    "packet-first-review": lambda on: on.packet(first_packet()),
    "packet-all-on-track": lambda on: on.packet(calm_packet()),
    "packet-at-rest": lambda on: on.packet(resting_packet()),
    "packet-no-activity": lambda on: on.packet(blind_packet()),
    "packet-no-deals": lambda on: on.packet(empty_packet()),
    "packet-extreme": lambda on: on.packet(worst_packet()),
    "rollup-usual": lambda on: on.roll_up(usual_roll_up()),
    "rollup-nothing-asked": lambda on: on.roll_up(empty_roll_up()),
    "rollup-extreme": lambda on: on.roll_up(worst_roll_up()),
    "dealsheet-usual": lambda on: on.deal_sheet(usual_sheet()),
    "dealsheet-extreme": lambda on: on.deal_sheet(worst_sheet()),
    "reminder-usual": usual_reminder,
    "reminder-extreme": worst_reminder,
    "alert-usual": lambda on: on.alert(usual_alert()),
    "alert-all-clear": lambda on: on.alert(clean_alert()),
    "alert-extreme": lambda on: on.alert(worst_alert()),
    "followup-usual": lambda on: on.follow_up(usual_check()),
    "followup-all-kept": lambda on: on.follow_up(kept_check()),
    "followup-extreme": lambda on: on.follow_up(worst_check()),
}


def write_site(folder: Path, on: Renderer = RENDERER) -> dict[str, Path]:
    """An archive of two cycles, and the pages of it that are worth a look."""
    packet = the_packet()
    earlier = replace(packet, cycle="2026-10b", today=days_ago(14))
    other = replace(packet, rep=BO)
    extreme = replace(worst_packet(), rep=replace(ADA, id=DEE_ID, name=LONG))
    older = replace(usual_alert(), today=earlier.today)
    write_archive(
        folder,
        [packet_sheet(on, earlier), alert_sheet(on, older, "2026-10b")],
        voice=on.voice,
    )
    index = write_archive(
        folder,
        [
            *(packet_sheet(on, one) for one in (packet, other, extreme)),
            alert_sheet(on, usual_alert(), "2026-11a"),
            follow_up_sheet(on, usual_check()),
            roll_up_sheet(on, usual_roll_up()),
            deal_sheet_sheet(on, usual_sheet()),
        ],
        summary={"2026-11a": ((say("Reviews"), many(3, "packet")),)},
        voice=on.voice,
    )
    return {
        "index": index,
        "team": folder / f"manager/{CLEO_ID}.html",
        "packet": folder / f"packet/2026-11a/{ADA_ID}.html",
        "packet-extreme": folder / f"packet/2026-11a/{DEE_ID}.html",
        "hygiene": folder / f"hygiene/2026-11a/{packet.today}.html",
        "followup": folder / f"followup/2026-11a/{ADA_ID}.html",
        "rollup": folder / f"rollup/2026-11a/{CLEO_ID}.html",
        "dealsheet": folder / f"dealsheet/2026-11a/{packet.focus[0].deal.id}.html",
        "deals": folder / "deals.html",
    }

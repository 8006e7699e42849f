"""A review with everything in it, written out by hand so that no rule can change it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from reports.findings import (
    ActionItem,
    Answer,
    DealReview,
    Evidence,
    Fixer,
    HygieneIssue,
    Outcome,
    OwnerKind,
    Packet,
    Promise,
    Severity,
    Signal,
    Verdict,
)
from reports.judgement.judge import Judged
from reports.judgement.policy import Policy
from reports.judgement.proof import told
from reports.model import (
    ActivityKind,
    Deal,
    Direction,
    OpportunityId,
    Problem,
    Quota,
    RecordId,
)
from reports.outlook import Coverage, Forecast, Outlook, Proof, Record, Tally
from reports.packet.assemble import assemble
from reports.said import Said, counted, day, many, percent, say, sentences
from tests.builders import (
    ADA_ID,
    AS_OF,
    TODAY,
    a_book,
    a_closed_deal,
    a_deal,
    a_touch,
    days_ago,
    days_ahead,
    some_norms,
)


def deal_id(number: int) -> OpportunityId:
    return OpportunityId(f"006000000000{number:03}AAA")


def account_id(number: int) -> RecordId:
    return RecordId(f"001000000000{number:03}AAA")


SILENT = a_deal(
    id=deal_id(1),
    name="Kestrel Foods: depot rollout",
    account_id=account_id(1),
    account="Kestrel Foods",
    stage="Proposal",
    entered=days_ago(63),
    amount=Decimal("148000.00"),
    amount_base=Decimal("148000.00"),
    close_date=days_ahead(20),
    last_inbound=a_touch(days_ago(34)),
    last_two_way=a_touch(days_ago(34)),
    last_touch=a_touch(days_ago(9)),
    last_outbound=a_touch(
        days_ago(9),
        kind=ActivityKind.CALL,
        direction=Direction.OUTBOUND,
        record_id="00T000000000001AAA",
        subject="Call about the proposal",
    ),
    weeks_ours=(2, 1, 4, 1, 0, 2, 1, 0),
    weeks_theirs=(1, 0, 2, 1, 0, 0, 0, 0),
    next_step="Call Renata about the revised quote",
    next_step_since=days_ago(30),
)
OVERDUE = a_deal(
    id=deal_id(2),
    name="Blue Anchor Insurance <renewal> & more",
    account_id=account_id(2),
    account="Blue Anchor",
    stage="Negotiation",
    entered=days_ago(12),
    amount=Decimal("61500.50"),
    amount_base=Decimal("61500.50"),
    close_date=days_ago(4),
)
STEPLESS = a_deal(
    id=deal_id(3),
    name="شرکت آفتاب - analytics",
    account_id=account_id(3),
    account="شرکت آفتاب",
    stage="Discovery",
    entered=days_ago(8),
    amount=Decimal("40000.00"),
    currency="EUR",
    amount_base=Decimal("44000.00"),
    next_step=None,
    next_step_since=None,
    open_tasks=(),
)
HEALTHY = a_deal(
    id=deal_id(4),
    name="Northwind rollout",
    account_id=account_id(4),
    next_meeting=a_touch(
        days_ahead(6), kind=ActivityKind.MEETING, direction=Direction.TWO_WAY
    ),
)
EMPTY = a_deal(
    id=deal_id(5),
    name="Quill Press pilot",
    created_on=days_ago(5),
    account_id=account_id(5),
    account="Quill Press",
    stage="Prospecting",
    amount=None,
    amount_base=None,
    close_date=None,
    last_touch=None,
    last_inbound=None,
    last_two_way=None,
    last_outbound=None,
)
WON = a_closed_deal(
    id=deal_id(6), name="Tern Logistics", closed_on=days_ago(3), amount=Decimal(25000)
)
LOST = a_closed_deal(
    id=deal_id(7), name="Osprey Media", won=False, closed_on=days_ago(5)
)


def on(ago: int) -> Said:
    """The day that was so many days ago."""
    return day(days_ago(ago), TODAY)


def a_signal(
    deal: Deal, code: str, severity: Severity, because: str, *, good: bool = False
) -> Signal:
    return Signal(
        code=code,
        deal_id=deal.id,
        severity=severity,
        because=because,
        threshold=say("default"),
        remedy=say("Agree the next step with the buyer."),
        positive=good,
    )


def an_action(
    deal: Deal, obstacle: str, what: str, owner: OwnerKind, due: date
) -> ActionItem:
    return ActionItem(
        deal_id=deal.id,
        obstacle=obstacle,
        what=what,
        owner=owner,
        due=due,
        metric=say("a reply from the buyer"),
        value=deal.amount_base or Decimal(0),
        mark=f"[dp:ABCDEFG{deal.id[14]}]",
    )


def an_issue(
    deal: Deal, code: str, field: str, because: str, severity: Severity
) -> HygieneIssue:
    return HygieneIssue(
        code=code,
        deal_id=deal.id,
        field=field,
        because=because,
        severity=severity,
        family="date",
        fixer=Fixer.REP,
    )


QUESTIONS = (
    Answer(
        text=say("Has the buyer answered the proposal?"),
        verdict=Verdict.YES,
        evidence=(
            Evidence(
                text=say(
                    "{way} {kind}: {subject}",
                    way=say("inbound"),
                    kind=say("email"),
                    subject="Re: the proposal",
                ),
                record_id=RecordId("02s000000000001AAA"),
                on=days_ago(34),
            ),
        ),
    ),
    Answer(
        text=say("Does the price match what they would buy?"), verdict=Verdict.UNKNOWN
    ),
)


def signing(deal: Deal, close: Said) -> Answer:
    told = say("Close date: {day}", day=close)
    return Answer(
        text=say("Is the signing date agreed, with the decision maker?"),
        verdict=Verdict.NO,
        evidence=(Evidence(text=told, record_id=RecordId(deal.id)),),
    )


NORM = say(
    "{tenths} in 10 deals we went on to win had left {stage} by day {day} ({behind})",
    tenths=8,
    stage="Proposal",
    day=42,
    behind=many(57, "won deal"),
)

REVIEWS = (
    DealReview(
        deal=SILENT,
        signals=(
            a_signal(
                SILENT,
                "stalled-buyer-silent",
                Severity.CRITICAL,
                sentences(
                    say(
                        "{stay}; the limit is {limit}",
                        stay=say(
                            "{days} in {stage}, since {day}",
                            days=many(63, "day"),
                            stage="Proposal",
                            day=on(63),
                        ),
                        limit=42,
                    ),
                    say(
                        "The buyer was last heard on {day}, {days} ago",
                        day=on(34),
                        days=many(34, "day"),
                    ),
                ),
            ),
            a_signal(
                SILENT,
                "close-date-pushed-again",
                Severity.MEDIUM,
                say(
                    "Pushed {times} by {days} in all, last {push}.",
                    times=many(3, "time"),
                    days=many(61, "day"),
                    push=say(
                        "from {old} to {new} on {day}",
                        old=on(11),
                        new=on(-20),
                        day=on(15),
                    ),
                ),
            ),
        ),
        hygiene=(
            an_issue(
                SILENT,
                "next-step-stale",
                "NextStep",
                say(
                    "The next step has been the same since {day}, for {days}.",
                    day=on(30),
                    days=many(30, "day"),
                ),
                Severity.MEDIUM,
            ),
        ),
        questions=(*QUESTIONS, signing(SILENT, on(-20))),
        actions=(
            an_action(
                SILENT,
                say("The buyer of a large deal does not answer"),
                say("Have an executive call the decision maker"),
                OwnerKind.EXECUTIVE,
                days_ahead(6),
            ),
        ),
        urgency=Decimal(148000),
        stalled=True,
        norm=NORM,
    ),
    DealReview(
        deal=OVERDUE,
        signals=(
            a_signal(
                OVERDUE,
                "close-date-passed",
                Severity.HIGH,
                say(
                    "The close date was {day}, {days} ago.",
                    day=on(4),
                    days=many(4, "day"),
                ),
            ),
        ),
        hygiene=(
            an_issue(
                OVERDUE,
                "close-past",
                "CloseDate",
                say(
                    "The close date, {day}, passed {days} ago.",
                    day=on(4),
                    days=many(4, "day"),
                ),
                Severity.CRITICAL,
            ),
        ),
        questions=(signing(OVERDUE, on(4)),),
        actions=(
            an_action(
                OVERDUE,
                say("The close date has passed"),
                say("Decide: close it, or set the date the buyer has confirmed"),
                OwnerKind.REP,
                days_ahead(1),
            ),
        ),
        urgency=Decimal(61500),
    ),
    DealReview(
        deal=STEPLESS,
        signals=(
            a_signal(
                STEPLESS,
                "no-next-step",
                Severity.MEDIUM,
                say(
                    "In {stage} with no next step, no task and no meeting after {day}.",
                    stage="Discovery",
                    day=on(0),
                ),
            ),
        ),
        hygiene=(
            an_issue(
                STEPLESS,
                "next-step-empty",
                "NextStep",
                say("No next step is entered, and no task or meeting is ahead."),
                Severity.CRITICAL,
            ),
        ),
        actions=(
            an_action(
                STEPLESS,
                say("Nothing is planned"),
                say("Agree the next step with the buyer and enter it with its date"),
                OwnerKind.MANAGER,
                days_ahead(5),
            ),
        ),
        urgency=Decimal(11000),
    ),
    DealReview(
        deal=HEALTHY,
        signals=(
            a_signal(
                HEALTHY,
                "meeting-booked",
                Severity.LOW,
                say("A meeting is booked for {day}.", day=on(-6)),
                good=True,
            ),
        ),
        urgency=Decimal(12000),
    ),
    DealReview(
        deal=EMPTY,
        hygiene=(
            an_issue(
                EMPTY,
                "amount-missing",
                "Amount",
                say("The amount is empty in {stage}.", stage="Prospecting"),
                Severity.HIGH,
            ),
        ),
    ),
)

BOOK = a_book(
    *(review.deal for review in REVIEWS),
    WON,
    LOST,
    quotas=(
        Quota(
            user_id=ADA_ID,
            start=date(2026, 10, 1),
            end=date(2026, 12, 31),
            amount=Decimal(400_000),
            currency="USD",
        ),
    ),
)
#: As of the review two weeks before.
BEFORE = replace(
    BOOK,
    as_of=AS_OF - timedelta(days=14),
    deals=(
        replace(SILENT, amount=Decimal("160000.00"), close_date=days_ago(11)),
        OVERDUE,
        replace(STEPLESS, stage=BOOK.stages["Qualification"]),
        HEALTHY,
        replace(WON, is_closed=False, stage=BOOK.stages["Proposal"]),
        replace(LOST, is_closed=False, stage=BOOK.stages["Proposal"]),
    ),
    closed=(),
)
JUDGED = Judged(
    norms=some_norms(),
    reviews={review.deal.id: review for review in REVIEWS},
    closed_hygiene=(),
    problems=(
        Problem(
            record_id=RecordId(ADA_ID),
            object="User",
            because=say(
                "Activity seems not to be captured: {why} Rules about silence are "
                "held back on these deals.",
                why=say(
                    "{logged}; {usual} would be usual.",
                    logged=counted(
                        1,
                        "{count} activity on {deals} in 30 days",
                        "{count} activities on {deals} in 30 days",
                        deals=many(8, "open deal"),
                    ),
                    usual=24,
                ),
            ),
        ),
    ),
)
PROMISES = (
    Promise(
        deal_id=deal_id(6),
        what="Book the closing meeting",
        owner=OwnerKind.REP,
        due=days_ago(7),
        outcome=Outcome.KEPT,
        evidence=(
            Evidence(
                text=say(
                    "{what}: {subject}",
                    what=say("Meeting held"),
                    subject="Closing with Renata",
                ),
                on=days_ago(8),
            ),
        ),
    ),
    Promise(
        deal_id=deal_id(1),
        what="Call the sponsor at Kestrel",
        owner=OwnerKind.MANAGER,
        due=days_ago(6),
        outcome=Outcome.BROKEN,
        carried=2,
    ),
    Promise(
        deal_id=deal_id(2),
        what="Send the contract",
        owner=OwnerKind.REP,
        due=days_ahead(1),
        outcome=Outcome.OPEN,
    ),
)


OUTLOOK = Outlook(
    end=date(2026, 12, 31),
    currency="USD",
    quota=Decimal(400_000),
    forecast=Forecast(
        end=date(2026, 12, 31),
        won=Decimal(25_000),
        low=Decimal(85_000),
        middle=Decimal(190_000),
        high=Decimal(345_000),
        deals=5,
        left_out=1,
        created=Decimal(20_000),
        periods=6,
        exposure=0.84,
        quota=Decimal(400_000),
        chance=0.05,
    ),
    record=Record(ranges=96, held=75),
    coverage=Coverage(
        due=Decimal("209500.50"),
        to_go=Decimal(355_000),
        ratio=0.59,
        needed=2.4,
        low=1.9,
        high=3.1,
        source=say(
            "of what was due at this point of {periods} earlier periods, {share} was "
            "won",
            periods=6,
            share=percent(0.42),
        ),
    ),
)


PROOF = Proof(
    dates=tuple(days_ago(90 + 28 * back) for back in reversed(range(6))),
    replayed=6,
    horizon_days=90,
    flagged=Tally(n=1_284, won=77, deals=402),
    unflagged=Tally(n=1_960, won=431, deals=711),
    low=-0.19,
    high=-0.13,
)


def the_packet() -> Packet:
    """Ada's review with everything in it."""
    packet = assemble(
        BOOK,
        JUDGED,
        ADA_ID,
        cycle="2026-11a",
        snapshot="7f3a9c21",
        policy=Policy(),
        before=BEFORE,
        promises=PROMISES,
    )
    return replace(packet, outlook=OUTLOOK, proof=told(PROOF))


__all__ = ["BEFORE", "BOOK", "JUDGED", "OUTLOOK", "PROMISES", "TODAY", "the_packet"]

"""A deal on the agenda as a card: why, how long, who spoke, what to do."""

from dataclasses import dataclass, replace
from datetime import date

from reports.findings import (
    ActionItem,
    Answer,
    DealReview,
    Evidence,
    Packet,
    Severity,
    Verdict,
)
from reports.labels import ACTIVITIES
from reports.model import Deal, Stage
from reports.normal import StageNorm
from reports.packet.agenda import problems
from reports.said import Said, day, joined, many, money, say, sentence
from reports.words.bars import Part, Week, age, age_bar, weeks
from reports.words.headline import OWNERS
from reports.words.links import Links
from reports.words.text import Name, shown


#: How many reasons a card gives; the rest is a count.
REASONS = 3
#: How many records stand behind an answer.
RECORDS = 2
#: How much is shown of a next step, and of a record.
STEP, RECORD = 140, 60

ANSWERS = {
    Verdict.YES: say("Yes"),
    Verdict.NO: say("No"),
    Verdict.UNKNOWN: say("Can’t tell"),  # noqa: RUF001 - an apostrophe as it is set
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record behind a statement."""

    text: str
    when: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A stage question with its answer in words."""

    text: str
    verdict: str  #: yes, no or unknown
    answer: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An obstacle with who takes which step by when."""

    obstacle: str
    what: str
    owner: str
    due: str
    metric: str
    task: str | None  #: where it is taken on


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything that is said about one deal of the agenda."""

    number: int  #: its place on the agenda; 0 where it stands alone
    id: str
    name: str
    account: str | None
    facts: str
    reasons: tuple[str, ...]
    serious: bool
    more: int  #: reasons that are not shown
    good: tuple[str, ...]
    age: str | None
    norm: str | None
    bar: tuple[Part, ...]
    weeks: tuple[Week, ...]  #: empty when nothing is in them, or there is no room
    silent: bool  #: nobody called or wrote in any of them
    spoken: str
    next_step: str | None
    next_meeting: str | None
    questions: tuple[Question, ...]
    asks: tuple[Ask, ...]
    view: str | None
    edit: str | None
    brief: str | None  #: for text, where an address must fit a line


def cards(packet: Packet, links: Links) -> tuple[Card, ...]:
    """The cards of a packet, in the order of its agenda."""
    return tuple(
        card(packet, review, number, links)
        for number, review in enumerate(packet.focus, start=1)
    )


def card(packet: Packet, review: DealReview, number: int, links: Links) -> Card:
    """One deal's card."""
    deal, today = review.deal, packet.today
    norm = packet.norms.get(deal.id)
    found = problems(review)
    meeting = deal.next_meeting
    return Card(
        number=number,
        id=deal.id,
        name=deal.name,
        account=None if deal.name.startswith(deal.account or "") else deal.account,
        facts=facts(packet, deal),
        reasons=tuple(signal.because for signal in found[:REASONS]),
        serious=any(signal.severity >= Severity.HIGH for signal in found),
        more=max(0, len(found) - REASONS),
        good=tuple(signal.because for signal in review.signals if signal.positive),
        age=age(on_clock(review), norm),
        norm=norm_told(review, norm),
        bar=age_bar(on_clock(review), norm),
        weeks=() if silent(deal) else weeks(deal, today),
        silent=silent(deal),
        spoken=spoken(packet, deal),
        next_step=planned(packet, deal),
        next_meeting=day(meeting.on, today) if meeting else None,
        questions=tuple(question(answer, packet, links) for answer in review.questions),
        asks=tuple(ask(action, packet, links) for action in review.actions),
        view=links.deal(deal.id),
        edit=links.edit(deal.id),
        brief=links.brief(deal.id),
    )


def norm_told(review: DealReview, norm: StageNorm | None) -> Said | None:
    """When won deals had left the stage; no word of it before half of them had."""
    days = on_clock(review).days_in_stage
    half = norm.median_won if norm else None
    if not review.norm or (days is not None and half is not None and days < half):
        return None
    return sentence(review.norm)


def on_clock(review: DealReview) -> Deal:
    """The deal with the days that its clock has run; a renewal's starts later."""
    if review.clock is None or review.deal.days_in_stage is None:
        return review.deal
    return replace(review.deal, days_in_stage=review.clock.days)


def silent(deal: Deal) -> bool:
    """Whether nobody called or wrote in the last eight weeks."""
    return not any((*deal.weeks_ours, *deal.weeks_theirs))


def slimmer(whole: Card, *, records: int, weeks: bool) -> Card:
    """A card with at most so many ``records`` an answer, with or without its weeks."""
    return replace(
        whole,
        weeks=whole.weeks if weeks else (),
        questions=tuple(
            replace(one, records=one.records[:records]) for one in whole.questions
        ),
    )


def planned(packet: Packet, deal: Deal) -> str | None:
    """The next step as it is entered, and since when."""
    step = Name(deal.next_step or "", STEP)
    if not step.given:
        return None
    since = deal.next_step_since
    if since is None:
        return step
    return say("{step} (since {day})", step=step, day=day(since, packet.today))


def facts(packet: Packet, deal: Deal) -> Said:
    """Amount, stage and close date in a row."""
    return joined(
        " · ",
        [
            money(deal.amount, deal.currency),
            staged(deal.stage),
            closing(deal, packet.today),
        ],
    )


def staged(stage: Stage) -> str:
    """The stage, and how far along it is."""
    if not (stage.position and stage.of):
        return stage.name
    return say(
        "{stage} (stage {number} of {all})",
        stage=stage.name,
        number=stage.position,
        all=stage.of,
    )


def closing(deal: Deal, today: date) -> Said:
    """The close date, in the tense it has today."""
    if deal.close_date is None:
        return say("no close date")
    when = day(deal.close_date, today)
    if deal.close_date < today:
        return say("was to close {day}", day=when)
    return say("closes {day}", day=when)


def spoken(packet: Packet, deal: Deal) -> Said:
    """When either side was last heard, and how often there was anything."""
    kinds = ((deal.calls, "call"), (deal.emails, "email"), (deal.meetings, "meeting"))
    touches = [many(count, noun) for count, noun in kinds if count]
    heard = last_words(deal, packet.today)
    if not touches:
        return heard
    return joined(" ", [heard, say("{touches} in all.", touches=joined(", ", touches))])


def last_words(deal: Deal, today: date) -> Said:
    """When either side was last heard, in words."""
    theirs, ours = deal.last_two_way, deal.last_outbound
    if theirs and ours:
        return say(
            "The buyer was last heard on {day} ({kind}); our last word was on "
            "{our_day} ({our_kind}).",
            day=day(theirs.on, today),
            kind=ACTIVITIES[theirs.kind],
            our_day=day(ours.on, today),
            our_kind=ACTIVITIES[ours.kind],
        )
    if theirs:
        return say(
            "The buyer was last heard on {day} ({kind}); none from us is on record.",
            day=day(theirs.on, today),
            kind=ACTIVITIES[theirs.kind],
        )
    if ours:
        return say(
            "No word from the buyer is on record; our last word was on {day} ({kind}).",
            day=day(ours.on, today),
            kind=ACTIVITIES[ours.kind],
        )
    return say("No word from the buyer is on record; none from us either.")


def question(answer: Answer, packet: Packet, links: Links) -> Question:
    """A stage question; what nobody logged is never a no."""
    return Question(
        text=answer.text,
        verdict=answer.verdict.value,
        answer=ANSWERS[answer.verdict],
        records=tuple(record(one, packet, links) for one in answer.evidence[:RECORDS]),
    )


def record(one: Evidence, packet: Packet, links: Links) -> Record:
    """A record with its link."""
    when = day(one.on, packet.today) if one.on else ""
    text = one.text if isinstance(one.text, Said) else shown(one.text, RECORD)
    return Record(
        text=text,
        when="" if when and when in text else when,
        url=links.record(one.record_id),
    )


def ask(action: ActionItem, packet: Packet, links: Links) -> Ask:
    """An obstacle with its owner, step and date."""
    return Ask(
        obstacle=action.obstacle,
        what=action.what,
        owner=OWNERS[action.owner],
        due=day(action.due, packet.today),
        metric=action.metric,
        task=links.task(action),
    )

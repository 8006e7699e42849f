"""The end-of-week check-in on what was agreed at a review, as letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.delivery.records import DeliveryKey, Letter, LetterKind, Proposal, Review
from reports.judgement.policy import Policy
from reports.packet.followup import FollowUp, follow_up
from reports.runs.packets import own, reachable, readings
from reports.runs.reading import Reading
from reports.words.render import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One rep's check-in with its letters."""

    check: FollowUp
    letters: tuple[Letter, ...]


def check_in(
    reading: Reading,
    review: Review,
    proposals: Sequence[Proposal],
    policy: Policy,
    renderer: Renderer,
) -> Checked | None:
    """The check-in of one review; None when nothing was promised at it."""
    became = readings(reading, review.rep_id, proposals, policy)
    promises, anyway = became.asked, [one.promise for one in became.done_anyway]
    if not promises or review.rep_id not in reading.book.people:
        return None
    found = follow_up(
        reading.book,
        review.rep_id,
        cycle=review.cycle,
        promises=promises,
        anyway=anyway,
        snapshot=reading.snapshot,
    )
    people = [one for one in (found.rep, found.manager) if one and reachable(one)]
    return Checked(
        check=found,
        letters=tuple(
            Letter(
                key=DeliveryKey(
                    cycle=review.cycle,
                    kind=LetterKind.FOLLOW_UP,
                    rep_id=review.rep_id,
                    recipient=person.email or "",
                ),
                message=message,
                to_name=person.name,
                reply_to=reachable(found.rep, found.manager),
                at=reading.book.as_of,
                snapshot=reading.snapshot,
                answers=DeliveryKey(
                    cycle=review.cycle,
                    kind=LetterKind.PACKET,
                    rep_id=review.rep_id,
                    recipient=person.email or "",
                ).message_id,
                deal_ids=own(reading.book, review.rep_id, None)
                | {promise.deal_id for promise in (*promises, *anyway)},
                locale=language,
            )
            for person, message, language in renderer.told(
                people, lambda theirs: theirs.follow_up(found)
            )
        ),
    )

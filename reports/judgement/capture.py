"""Whether silence can be believed: no activity is not the same as none captured.

An owner whose open deals show far less than the team's usual, or none of a kind
that everybody else has, is more likely not captured than silent. Then flags that
rest on silence are held back and ops are told, once. Where only a part seems to be
missing, ops are told and nothing is held back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import median

from reports.judgement.logged import Part, parts
from reports.judgement.policy import CapturePolicy
from reports.model import Book, Problem, RecordId, UserId
from reports.normal import UNCAPTURED, Capture, OwnerActivity
from reports.said import Said, counted, joined, many, mark, percent, say


KINDS = ("calls", "emails", "meetings")

#: Kinds whose absence is a hole; meetings are rare enough to be truly absent.
NONE_OF = {
    "calls": mark("No calls on {deals} in 30 days; {usual} would be usual."),
    "emails": mark("No emails on {deals} in 30 days; {usual} would be usual."),
}


def any_activity(book: Book, owners: Iterable[OwnerActivity]) -> bool:
    """Whether the organisation has logged any activity at all."""
    return any(total(owner) for owner in owners) or any(
        deal.last_touch or deal.calls or deal.emails or deal.meetings
        for deals in (book.deals, book.closed)
        for deal in deals
    )


def total(owner: OwnerActivity) -> int:
    """Everything that was logged for an owner's open deals in the last 30 days."""
    return owner.calls + owner.emails + owner.meetings


def captures(
    owners: Mapping[UserId, OwnerActivity], policy: CapturePolicy, *, any_at_all: bool
) -> dict[UserId, Capture]:
    """For every owner whether silence can be believed, and why."""
    usual = usual_per_deal(owners.values(), policy)
    return {
        owner.user_id: Capture(
            user_id=owner.user_id,
            calls=owner.calls,
            emails=owner.emails,
            meetings=owner.meetings,
            open_deals=owner.open_deals,
            trusted=doubt is None,
            because=doubt or logged(owner),
        )
        for owner in owners.values()
        for doubt in (doubts(owner, usual, policy) if any_at_all else NOTHING,)
    }


def with_parts(
    book: Book, captured: Mapping[UserId, Capture], policy: CapturePolicy
) -> dict[UserId, Capture]:
    """The same, with those of whom only a part seems to be on record.

    Their flags stay: the stage clock does not ask for activity.
    """
    trusted = [capture.user_id for capture in captured.values() if capture.trusted]
    missing = {
        owner: part_missing(part)
        for owner, part in parts(book, trusted, policy).items()
        if part.high < policy.part_of_usual
    }
    return {
        owner: replace(capture, partly=missing.get(owner))
        for owner, capture in captured.items()
    }


def part_missing(part: Part) -> Said:
    """What is on record of deals that moved, beside what is usual."""
    return counted(
        part.contacts,
        "{count} call or email in eight weeks on {deals} that moved on, where {usual} "
        "would be usual: {low} to {high} of what others have on record.",
        "{count} calls and emails in eight weeks on {deals} that moved on, where "
        "{usual} would be usual: {low} to {high} of what others have on record.",
        deals=many(part.deals, "deal"),
        usual=part.usual,
        low=percent(part.low),
        high=percent(part.high),
    )


NOTHING = say("No activity is logged on any deal of the organisation.")


def usual_per_deal(
    owners: Iterable[OwnerActivity], policy: CapturePolicy
) -> dict[str, float]:
    """What is usually logged per open deal, by kind and in all."""
    rows = [owner for owner in owners if owner.open_deals >= policy.min_deals]
    if not rows:
        return dict.fromkeys((*KINDS, "all"), 0.0)
    per_deal = {
        kind: median(getattr(owner, kind) / owner.open_deals for owner in rows)
        for kind in KINDS
    }
    return per_deal | {"all": median(total(owner) / owner.open_deals for owner in rows)}


def doubts(
    owner: OwnerActivity, usual: Mapping[str, float], policy: CapturePolicy
) -> Said | None:
    """Why silence on this owner's deals may be a hole in capture; None if it is not."""
    if owner.open_deals < policy.min_deals:
        return None
    expected = usual["all"] * owner.open_deals
    if (
        expected >= policy.min_expected
        and total(owner) < policy.share_of_median * expected
    ):
        return say(
            "{logged}; {usual} would be usual.",
            logged=logged(owner),
            usual=round(expected),
        )
    for kind, none in NONE_OF.items():
        expected = usual[kind] * owner.open_deals
        if getattr(owner, kind) == 0 and expected >= policy.min_expected:
            deals = many(owner.open_deals, "open deal")
            return say(none, deals=deals, usual=round(expected))
    return None


def logged(owner: OwnerActivity) -> Said:
    """What was logged, as a sentence without its end."""
    return counted(
        total(owner),
        "{count} activity on {deals} in 30 days",
        "{count} activities on {deals} in 30 days",
        deals=many(owner.open_deals, "open deal"),
    )


def holes(book: Book, captured: Mapping[UserId, Capture]) -> tuple[Problem, ...]:
    """One problem for ops per owner without trust, or one for the whole org.

    Of who has left nothing is to be expected; that deals have no active owner is told
    by a rule of its own.
    """
    if any(capture.because == NOTHING for capture in captured.values()):
        return (
            Problem(
                record_id=book.org.id,
                object="Organization",
                because=joined(
                    " ", (NOTHING, say("Rules about silence are switched off."))
                ),
            ),
        )
    return tuple(
        Problem(record_id=RecordId(capture.user_id), object="User", because=found)
        for capture in captured.values()
        if is_here(capture, book) and (found := hole_of(capture))
    )


def is_here(capture: Capture, book: Book) -> bool:
    """Whether the owner still works here, as far as is known."""
    owner = book.people.get(capture.user_id)
    return owner is None or owner.active


def hole_of(capture: Capture) -> Said | None:
    """What ops should know about the record of an owner's activity."""
    if not capture.trusted:
        return say(UNCAPTURED, why=capture.because)
    if capture.partly:
        return say(
            "Part of the activity seems not to be captured: {why} Stalls are told as "
            "ever; who was silent may be wrong.",
            why=capture.partly,
        )
    return None

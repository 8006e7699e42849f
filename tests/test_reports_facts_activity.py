"""Activities: what counts, once, in which direction, and as of when."""

from datetime import UTC, date, datetime
from typing import Any

from reports.facts.book import read_book
from reports.model import ActivityKind, Deal, Direction, RecordId, Touch, UserId
from tests.mirrors import ADA, DEAL, HEALTHY, changed, engine_of


T = datetime(2026, 3, 10, 12, tzinfo=UTC)
BO = "003000000000BO0AAA"
CAT = "003000000000CATAAA"


def deal(**tables: Any) -> Deal:
    with engine_of(**tables) as engine:
        book = read_book(engine, T)
    return book.deals[0]


def task(**fields: Any) -> dict[str, Any]:
    return {
        "Id": "00T000000000001AAA",
        "WhatId": DEAL,
        "OwnerId": ADA,
        "Subject": "Called",
        "TaskSubtype": "Call",
        "IsClosed": True,
        "CompletedDateTime": "2026-03-09 09:00:00",
        "CreatedDate": "2026-03-01 09:00:00",
        **fields,
    }


def mail(**fields: Any) -> dict[str, Any]:
    return {
        "Id": "02s000000000001AAA",
        "RelatedToId": DEAL,
        "Incoming": False,
        "Status": "3",
        "Subject": "Offer",
        "MessageDate": "2026-03-08 09:00:00",
        "CreatedById": ADA,
        "CreatedDate": "2026-03-08 09:01:00",
        **fields,
    }


def event(**fields: Any) -> dict[str, Any]:
    return {
        "Id": "00U000000000001AAA",
        "WhatId": DEAL,
        "OwnerId": ADA,
        "Subject": "Demo",
        "StartDateTime": "2026-03-05 14:00:00",
        "EndDateTime": "2026-03-05 15:00:00",
        "CreatedDate": "2026-03-01 09:00:00",
        **fields,
    }


def role(contact: str = BO, **fields: Any) -> dict[str, Any]:
    return {
        "Id": f"00K{contact[3:]}",
        "OpportunityId": DEAL,
        "ContactId": contact,
        "Role": "Decision Maker",
        "IsPrimary": False,
        "CreatedDate": "2026-01-06 00:00:00",
        **fields,
    }


def contact(found: str = BO, **fields: Any) -> dict[str, Any]:
    return {"Id": found, "Name": "Bo Okoye", "Email": "bo@globex.example", **fields}


# Calls


def test_a_call_is_known_by_any_of_four_signs() -> None:
    found = deal(
        Task=[
            task(Id="00T1"),
            task(Id="00T2", TaskSubtype="Task", CallType="Outbound"),
            task(Id="00T3", TaskSubtype="Task", CallDurationInSeconds=30),
            task(Id="00T4", TaskSubtype=None, Type="Call"),
            task(Id="00T5", TaskSubtype="Task", Type="Prep"),
            task(Id="00T6", TaskSubtype="ListEmail"),
        ]
    )

    assert (found.calls, found.emails) == (4, 0)


def test_a_call_counts_from_its_completion() -> None:
    found = deal(
        Task=[
            task(Id="00T1", CompletedDateTime="2026-03-10 12:00:00"),
            task(Id="00T2", CompletedDateTime="2026-03-10 12:00:00.001"),
            task(Id="00T3", CreatedDate="2026-03-11 00:00:00"),
            task(Id="00T4", CompletedDateTime=None, IsClosed=False),
            task(Id="00T5", gone_at="2026-03-10 00:00:00"),
            task(Id="00T6", gone_at="2026-03-11 00:00:00"),
            task(Id="00T7", IsRecurrence=True),
        ]
    )

    assert found.calls == 2
    assert [open_task.record_id for open_task in found.open_tasks] == ["00T2", "00T4"]


def test_a_closed_task_without_completion_counts_on_its_due_day() -> None:
    logged = task(CompletedDateTime=None, ActivityDate="2026-03-02")
    planned = task(Id="00T2", CompletedDateTime=None, ActivityDate="2026-03-11")

    found = deal(Task=[logged, planned])
    assert found.calls == 1
    assert found.last_touch is not None
    assert found.last_touch.on == date(2026, 3, 2)


def test_directions_of_calls() -> None:
    found = deal(
        Task=[
            task(Id="00T1", CallType="Inbound", CompletedDateTime="2026-03-01 10:00"),
            task(Id="00T2", CallType="Outbound", CompletedDateTime="2026-03-02 10:00"),
            task(
                Id="00T3",
                CallDurationInSeconds=120,
                CompletedDateTime="2026-03-03 10:00",
            ),
            task(
                Id="00T4",
                CallDurationInSeconds=900,
                CallDisposition="Left Voicemail",
                CompletedDateTime="2026-03-04 10:00",
            ),
            task(Id="00T5", CallType="Internal", CompletedDateTime="2026-03-05 10:00"),
        ]
    )

    assert found.calls == 5
    assert [
        touch and touch.record_id
        for touch in (
            found.last_inbound,
            found.last_two_way,
            found.last_outbound,
            found.last_touch,
        )
    ] == ["00T1", "00T3", "00T4", "00T4"]


def test_a_conversation_that_we_began_is_also_our_last_attempt() -> None:
    found = deal(Task=[task(CallDurationInSeconds=600)])

    assert found.last_outbound == found.last_two_way
    assert found.last_touch == Touch(
        kind=ActivityKind.CALL,
        direction=Direction.TWO_WAY,
        at=datetime(2026, 3, 9, 9, tzinfo=UTC),
        on=date(2026, 3, 9),
        record_id=RecordId("00T000000000001AAA"),
        subject="Called",
        user_id=UserId(ADA),
    )


# E-mails


def test_a_mail_and_the_task_that_mirrors_it_are_one() -> None:
    found = deal(
        EmailMessage=[mail(ActivityId="00T1")],
        Task=[
            task(Id="00T1", TaskSubtype="Email"),
            task(Id="00T2", TaskSubtype="Email"),
        ],
    )

    assert (found.emails, found.calls) == (2, 0)


def test_a_mirrored_task_counts_again_once_its_mail_is_gone() -> None:
    found = deal(
        EmailMessage=[mail(ActivityId="00T1", gone_at="2026-03-09 00:00:00")],
        Task=[task(Id="00T1", TaskSubtype="Email")],
    )

    assert found.emails == 1


def test_drafts_bounces_and_machines_are_apart() -> None:
    found = deal(
        EmailMessage=[
            mail(Id="02s1", Status="5"),
            mail(Id="02s2", IsBounced=True),
            mail(Id="02s3", AutomationType="AiAutomated"),
            mail(Id="02s4", AutomationType="AiAssisted"),
        ]
    )

    assert (found.emails, found.bounced_emails, found.automated_emails) == (1, 1, 1)
    assert found.outbound_21d == 1
    assert found.last_touch is not None
    assert found.last_touch.record_id == "02s4"


def test_attempts_are_ours_since_the_buyers_last_word() -> None:
    mails = [
        mail(Id="02s1", MessageDate="2026-03-01 09:00:00"),
        mail(Id="02s2", MessageDate="2026-03-02 09:00:00", Incoming=True),
        mail(Id="02s3", MessageDate="2026-03-03 09:00:00"),
        mail(Id="02s4", MessageDate="2026-03-04 09:00:00", IsBounced=True),
        mail(Id="02s5", MessageDate="2026-03-05 09:00:00"),
    ]
    answered = deal(EmailMessage=mails)
    never = deal(EmailMessage=mails[:1])
    heard = deal(EmailMessage=mails[:2])

    assert (answered.attempts, answered.attempts_since) == (2, date(2026, 3, 3))
    assert (never.attempts, never.attempts_since) == (1, date(2026, 3, 1))
    assert (heard.attempts, heard.attempts_since) == (0, None)


def test_an_incoming_mail_is_inbound() -> None:
    found = deal(EmailMessage=[mail(Incoming=True, FromAddress="cat@globex.example")])

    assert found.last_inbound is not None
    assert found.last_inbound == found.last_two_way
    assert (found.last_outbound, found.inbound_21d) == (None, 1)


def test_a_senders_clock_cannot_outrun_the_record_by_more_than_a_day() -> None:
    found = deal(
        EmailMessage=[
            mail(MessageDate="2027-01-01 00:00:00", CreatedDate="2026-03-01 09:00:00")
        ]
    )

    assert found.last_touch is not None
    assert found.last_touch.at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_mail_recorded_later_was_unknown() -> None:
    late = mail(MessageDate="2026-03-01 09:00:00", CreatedDate="2026-03-10 12:00:01")

    assert deal(EmailMessage=[late]).emails == 0


def test_a_mail_on_another_record_follows_its_task_to_the_deal() -> None:
    found = deal(
        EmailMessage=[mail(RelatedToId="001ACME", ActivityId="00T1")],
        Task=[task(Id="00T1", TaskSubtype="Email")],
    )

    assert found.emails == 1


# Meetings


def test_meetings_past_and_coming() -> None:
    found = deal(
        Event=[
            event(Id="00U1"),
            event(Id="00U2", EndDateTime="2026-03-10 12:00:00"),
            event(
                Id="00U3",
                StartDateTime="2026-03-20 09:00:00",
                EndDateTime="2026-03-20 10:00:00",
            ),
            event(
                Id="00U4",
                StartDateTime="2026-03-12 09:00:00",
                EndDateTime="2026-03-12 10:00:00",
            ),
        ]
    )

    assert found.meetings == 2
    assert found.last_meeting is not None
    assert found.last_meeting.record_id == "00U2"
    assert found.last_two_way == found.last_meeting
    assert found.next_meeting is not None
    assert found.next_meeting.record_id == "00U4"


def test_copies_masters_and_meetings_booked_later_do_not_count() -> None:
    coming = {"StartDateTime": "2026-03-12 09:00", "EndDateTime": "2026-03-12 10:00"}

    found = deal(
        Event=[
            event(Id="00U1", IsChild=True),
            event(Id="00U2", IsRecurrence=True),
            event(Id="00U3", CreatedDate="2026-03-10 12:00:01", **coming),
            event(Id="00U4", gone_at="2026-03-09 00:00:00", **coming),
        ]
    )

    assert (found.meetings, found.next_meeting) == (0, None)


def test_a_meeting_cancelled_later_was_still_coming() -> None:
    found = deal(
        Event=[
            event(
                StartDateTime="2026-03-12 09:00",
                EndDateTime="2026-03-12 10:00",
                gone_at="2026-03-11 00:00:00",
            )
        ]
    )

    assert found.next_meeting is not None


def test_a_meeting_that_is_going_on_is_not_over() -> None:
    found = deal(
        Event=[event(StartDateTime="2026-03-10 11:30", EndDateTime="2026-03-10 12:30")]
    )

    assert (found.meetings, found.next_meeting is not None) == (0, True)


def test_a_whole_day_is_not_shifted_and_lasts_to_its_end() -> None:
    user = {**HEALTHY["User"][0], "TimeZoneSidKey": "America/Los_Angeles"}
    today = event(
        IsAllDayEvent=True,
        ActivityDate="2026-03-10",
        StartDateTime="2026-03-10 00:00:00",
        EndDateTime="2026-03-10 00:00:00",
    )

    found = deal(User=[user], Event=[today])
    assert found.next_meeting is not None
    assert found.next_meeting.on == date(2026, 3, 10)


def test_a_meeting_without_an_end_ends_by_its_duration() -> None:
    found = deal(
        Event=[
            event(
                StartDateTime="2026-03-10 11:30",
                EndDateTime=None,
                DurationInMinutes=30,
            )
        ]
    )

    assert found.meetings == 1


# Whose deal: directly, or by way of a contact


def test_what_names_a_contact_only_goes_to_the_contacts_deal() -> None:
    found = deal(
        OpportunityContactRole=[role()],
        Task=[task(WhatId=None, WhoId=BO, CallType="Inbound")],
    )

    assert (found.calls, found.by_contact) == (0, 1)
    assert found.last_inbound is not None
    assert found.last_inbound.certain is False


def test_what_names_another_deal_stays_there() -> None:
    found = deal(
        OpportunityContactRole=[role()],
        Task=[task(WhatId="006OTHER", WhoId=BO)],
    )

    assert (found.by_contact, found.last_touch) == (0, None)


def test_what_a_contact_did_before_the_deal_is_not_the_deals() -> None:
    found = deal(
        OpportunityContactRole=[role()],
        Task=[
            task(
                WhatId=None,
                WhoId=BO,
                CreatedDate="2025-12-01 09:00",
                CompletedDateTime="2025-12-02 09:00",
            )
        ],
    )

    assert found.by_contact == 0


def test_a_contact_in_two_roles_is_attributed_once() -> None:
    found = deal(
        OpportunityContactRole=[role(), role(Id="00K2", Role="Evaluator")],
        Task=[task(WhatId=None, WhoId=BO)],
    )

    assert (found.by_contact, len(found.roles)) == (1, 2)


# Counts


def test_weeks_are_spans_of_seven_days_back_from_the_moment() -> None:
    def at(moment: str, place: int, **fields: Any) -> dict[str, Any]:
        return mail(Id=f"02s{place}", MessageDate=moment, CreatedDate=moment, **fields)

    found = deal(
        EmailMessage=[
            at("2026-03-10 12:00:00", 1),
            at("2026-03-03 12:00:01", 2),
            at("2026-03-03 12:00:00", 3),
            at("2026-01-13 12:00:01", 4, Incoming=True),
            at("2026-01-13 12:00:00", 5),
        ]
    )

    assert found.weeks_ours == (0, 0, 0, 0, 0, 0, 1, 2)
    assert found.weeks_theirs == (1, 0, 0, 0, 0, 0, 0, 0)
    assert (found.emails, found.outbound_21d, found.emails_30d) == (5, 3, 3)


def test_contacts_engaged_are_people_each_once() -> None:
    found = deal(
        OpportunityContactRole=[role(), role(CAT)],
        Contact=[contact(), contact(CAT, Email="Cat@Globex.example")],
        Task=[task(WhoId=BO, CallType="Inbound")],
        EmailMessage=[
            mail(Id="02s1", Incoming=True, FromAddress="bo@globex.example"),
            mail(Id="02s2", Incoming=True, FromAddress="cat@globex.example "),
            mail(Id="02s3", Incoming=True, FromAddress="new@globex.example"),
            mail(Id="02s4", FromAddress="ada@acme.example"),
        ],
        Event=[event()],
        EventRelation=[
            {"Id": "0RE1", "EventId": event()["Id"], "RelationId": CAT},
            {"Id": "0RE2", "EventId": event()["Id"], "RelationId": ADA},
            {
                "Id": "0RE3",
                "EventId": event()["Id"],
                "RelationId": "003NO",
                "Status": "Declined",
            },
        ],
    )

    assert found.contacts_engaged_30d == 3


# What stands around a deal


def test_roles_come_primary_first_with_their_contact() -> None:
    found = deal(
        OpportunityContactRole=[
            role(),
            role(CAT, IsPrimary=True),
            role("003LATE", CreatedDate="2026-03-11 00:00:00"),
            role("003GONE", gone_at="2026-02-01 00:00:00"),
        ],
        Contact=[
            contact(EmailBouncedDate="2026-03-01 00:00:00"),
            contact(CAT, Name=None, LastName="Cat", EmailBouncedDate="2026-04-01"),
        ],
    )

    assert [(r.name, r.is_primary, r.bounced) for r in found.roles] == [
        ("Cat", True, False),
        ("Bo Okoye", False, True),
    ]


def test_a_role_without_its_contact_is_kept() -> None:
    assert deal(OpportunityContactRole=[role()]).roles[0].name == f"Contact {BO}"


def test_the_team_is_without_the_owner() -> None:
    def member(place: int, user: str) -> dict[str, Any]:
        return {"Id": f"00q{place}", "OpportunityId": DEAL, "UserId": user}

    found = deal(
        OpportunityTeamMember=[member(1, ADA), member(2, "005DEE"), member(3, "005DEE")]
    )

    assert found.team == ("005DEE",)


def test_line_items_add_up() -> None:
    def item(place: int, **fields: Any) -> dict[str, Any]:
        created = {"CreatedDate": "2026-02-01 00:00:00"}
        return {"Id": f"00k{place}", "OpportunityId": DEAL, **created, **fields}

    found = deal(
        OpportunityLineItem=[
            item(1, TotalPrice="100.10"),
            item(2, UnitPrice="25.00", Quantity=2),
            item(3, TotalPrice=1, CreatedDate="2026-03-11 00:00:00"),
        ]
    )

    assert (found.line_items, str(found.line_total)) == (2, "150.10")


def test_a_line_item_whose_product_nobody_could_hold_adds_nothing() -> None:
    created = {"OpportunityId": DEAL, "CreatedDate": "2026-02-01 00:00:00"}
    most = "999999999999999999"
    found = deal(
        OpportunityLineItem=[
            {"Id": "00k1", "UnitPrice": most, "Quantity": most, **created},
            {"Id": "00k2", "TotalPrice": most, **created},
            {"Id": "00k3", "TotalPrice": most, **created},
        ]
    )

    assert (found.line_items, str(found.line_total)) == (3, "1999999999999999998.00")


def test_names_of_account_and_record_type() -> None:
    found = deal(
        Opportunity=[changed(AccountId="001A", RecordTypeId="012A")],
        Account=[{"Id": "001A", "Name": "Globex"}],
        RecordType=[{"Id": "012A", "Name": "Renewal"}],
    )

    assert (found.account, found.record_type) == ("Globex", "Renewal")


def test_a_completed_task_that_is_dated_ahead_is_counted() -> None:
    tasks = [
        task(Id="00T1", ActivityDate="2026-03-11"),
        task(Id="00T2", ActivityDate="2026-03-10"),
        task(
            Id="00T3",
            ActivityDate="2026-04-01",
            CompletedDateTime="2026-03-11 09:00:00",
        ),
        task(Id="00T4", ActivityDate="2026-04-01", gone_at="2026-03-02 09:00:00"),
    ]

    assert deal(Task=tasks).done_ahead == 1

import json
from dataclasses import replace

from reports.judgement.judge import judge
from reports.judgement.policy import AlertLimits, Policy
from reports.model import Book, Problem, RecordId
from reports.normal import UNCAPTURED
from reports.packet.alerts import (
    HygieneAlert,
    hygiene_alert,
    previous_of,
    reminders,
)
from reports.packet.as_json import alert_json, reminder_json
from reports.packet.issues import Crossing, Filled, Previous, is_over
from reports.said import say
from reports.words.alert_page import alert_page
from reports.words.alert_rows import rule_row
from reports.words.links import Links
from tests.builders import (
    ACME,
    ADA,
    ADA_ID,
    BO_ID,
    CAST,
    DEE_ID,
    a_book,
    a_deal,
    days_ago,
    numbered,
    some_norms,
)


def alert_of(
    book: Book,
    *,
    problems: tuple[Problem, ...] = (),
    previous: Previous | None = None,
) -> HygieneAlert:
    judged = judge(book, some_norms(), Policy())
    return hygiene_alert(
        book, judged, policy=Policy(), problems=problems, previous=previous
    )


SYNC = Problem(
    record_id=RecordId("00D000000000ACMEAA"),
    object="Task",
    because="Task was not read: the request timed out.",
)
LATE = a_book(*numbered(10, close_date=days_ago(9)))


def test_problems_of_the_pipe_come_first_with_missing_objects() -> None:
    book = a_book(org=replace(ACME, has=ACME.has - {"EmailMessage"}))

    alert = alert_of(book, problems=(SYNC,))

    assert [problem.object for problem in alert.pipe] == ["Task", "EmailMessage"]


def unseen(owner: RecordId, why: str) -> Problem:
    told = say(UNCAPTURED, why=say(why))
    return Problem(record_id=owner, object="User", because=told)


def test_what_is_alike_of_several_owners_is_told_once() -> None:
    ada, bo = RecordId(ADA_ID), RecordId(BO_ID)
    two = (unseen(ada, "No calls."), SYNC, unseen(bo, "No emails."))
    names: dict[str, str] = {ada: "Ada Lund", bo: "Bo Okoye"}
    alert = replace(alert_of(a_book()), pipe=two, names=names)

    several = alert_page(alert, Links(None)).pipe.rows
    alone = alert_page(replace(alert, pipe=two[:2]), Links(None)).pipe.rows

    assert several == (
        (
            "Activity seems not to be captured of several owners; rules about silence "
            "are held back on their deals."
        ),
        "Ada Lund: No calls.",
        "Task was not read: the request timed out.",
        "Bo Okoye: No emails.",
    )
    assert alone[0] == (
        "Ada Lund: Activity seems not to be captured: No calls. Rules about silence "
        "are held back on these deals."
    )


def test_a_rule_over_its_limit_is_counted_with_its_money() -> None:
    rule = alert_of(LATE).rules[0]

    assert (rule.code, rule.failing, rule.applicable) == ("close-past", 10, 10)
    assert rule.over
    assert [str(money.amount) for money in rule.money] == ["480000.00"]


def test_a_share_over_the_limit_of_too_few_deals_says_so() -> None:
    few = a_book(*numbered(2, close_date=days_ago(9)))

    said = [rule_row(alert_of(book).rules[0]).state for book in (few, LATE)]

    assert said == ["limit 5 %, too few", "over limit 5 %"]


def test_a_rule_that_is_not_far_below_its_limit_is_not_said_to_be_over_it() -> None:
    late = alert_of(LATE).rules[0]

    nearly = replace(late, failing=9, applicable=200)

    assert rule_row(nearly).state == "limit 5 %, not far below it yet"


def test_large_counts_have_their_groups() -> None:
    alert = alert_of(a_book(*numbered(1200, close_date=days_ago(9))))

    page = alert_page(alert, Links(None))

    assert page.heading.startswith("1,200 of 1,200 deals: ")
    assert page.rules.rows[0].failing == "1,200 of 1,200"
    assert page.fields[-1].filled == "1,200 of 1,200"


def test_a_healthy_book_has_no_issue() -> None:
    alert = alert_of(a_book())

    assert alert.findings == ()
    assert alert.over == ()


def test_new_and_gone_are_told_against_the_last_alert() -> None:
    last = previous_of(json.loads(json.dumps(alert_json(alert_of(LATE)))))
    fixed = a_book(*numbered(8, close_date=days_ago(9)), *numbered(10)[8:])

    alert = alert_of(fixed, previous=last)

    assert alert.new == ()
    assert {key[1] for key in last.keys} >= {"close-past"}
    assert alert.rules[0].before == 10
    assert alert.gone >= 2


def test_crossing_a_limit_is_told_once_in_either_direction() -> None:
    none = Previous(keys=frozenset(), over=frozenset())

    raised = alert_of(LATE, previous=none)
    same = alert_of(LATE, previous=previous_of(alert_json(raised)))
    cleared = alert_of(a_book(), previous=previous_of(alert_json(raised)))

    assert next(rule.crossing for rule in raised.over) is Crossing.RAISED
    assert same.crossed == ()
    assert {rule.crossing for rule in cleared.crossed} == {Crossing.CLEARED}


def test_an_alert_clears_lower_than_it_is_raised() -> None:
    limits = AlertLimits()

    assert is_over(20, 100, 0.20, limits, was=False)
    assert not is_over(19, 100, 0.20, limits, was=False)
    assert is_over(15, 100, 0.20, limits, was=True)
    assert not is_over(14, 100, 0.20, limits, was=True)


def test_a_few_deals_are_no_alarm() -> None:
    assert not is_over(2, 2, 0.05, AlertLimits(), was=False)


def test_completeness_is_counted_by_field() -> None:
    book = a_book(*numbered(3, next_step=None), *numbered(5)[3:])

    assert alert_of(book).fields[0] == Filled(field="NextStep", filled=2, of=5)


def test_every_rep_with_something_to_fill_is_reminded() -> None:
    book = a_book(
        a_deal(close_date=days_ago(9)),
        a_deal(id=numbered(2)[1].id, owner_id=DEE_ID, close_date=days_ago(9)),
        people=CAST,
    )

    found = reminders(book, judge(book, some_norms(), Policy()))

    assert {one.rep.id for one in found} == {ADA.id, DEE_ID}
    assert reminder_json(found[0])["fields"][0]["field"] == "CloseDate"


def test_the_json_lists_every_issue_with_its_deal() -> None:
    alert = alert_of(LATE)

    issues = alert_json(alert)["issues"]

    assert len(issues) == len(alert.findings)
    assert issues[0]["owner"] == "ada@acme.example"
    assert issues[0]["amount"] == "48000.00"

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.findings import Message
from reports.words.lint import check, lint


GOOD = Message(
    subject="Ada L. · review 12 Nov",
    html='<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>'
    '<table aria-label="Deals"><tr><th scope="col">Deal</th></tr>'
    '<tr><td style="color:#1b2430"><a href="https://a.example/x">A</a><br>b</td></tr>'
    "</table></body></html>",
    text="Ada's review\n",
)


#: Pieces of HTML in an order that nobody would write.
PIECES = (
    "<table>", "</table>", "<tr>", "</tr>", "<td style='color:#777777'>", "</td>",
    "<b", "<!--", "-->", "<br/>", "<img>", "&#xD800;", "</", "a", "<style>", "]]>",
    "<a href='x' id='1'>", "\x00", "<p style=';;:color:#zz'>",
)  # fmt: skip


def test_a_sound_message_has_no_fault() -> None:
    assert lint(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("</table>", "", "</body> closes <table>"),
        ("</td></tr></table>", "</tr></td></table>", "</tr> closes <td>"),
        ("<br>b", "<span>b", "</td> closes <span>"),
        ('<tr><th scope="col">', '<tr><tr><th scope="col">', "<tr> inside <tr>"),
        (' scope="col"', "", "a <th> without scope"),
        (' aria-label="Deals"', "", "a data table without aria-label"),
        (' lang="en"', "", "no lang on <html>"),
        ("https://a.example/x", "http://a.example/x", "is not https"),
        ("https://a.example/x", "javascript:alert(1)", "is not https"),
        ("<br>b", '<img src="https://a.example/x.png">', "an <img> without alt"),
        ("<br>b", "<svg></svg>", "<svg> does not belong in a mail"),
        ("<br>b", "<script>1</script>", "<script> does not belong in a mail"),
        ("<br>b", '<b onclick="x">b</b>', "onclick on <b>"),
        ("<br>b", '<b id="d"></b><b id="d"></b>', "the id 'd' is there 2 times"),
        (
            "<br>b",
            '<b style="color:#999999">b</b>',
            "#999999 on #ffffff is hard to read",
        ),
        (
            "color:#1b2430",
            "background-color:#0b57a8",
            "#000000 on #0b57a8 is hard to read",
        ),
        (
            '<td style="color:#1b2430">',
            '<td bgcolor="#0b57a8">',
            "#000000 on #0b57a8 is hard to read",
        ),
        ("<br>b", "\x92", "the HTML holds control characters"),
        ("color:#1b2430", "display:flex", "display:flex is ignored"),
        ("color:#1b2430", "display: flex", "display:flex is ignored"),
        ("color:#1b2430", "background:url(https://a.example)", "url( is ignored"),
        ("color:#1b2430", "position:absolute", "position is ignored"),
        ("<br>b", "b" * 100_000, "bytes as it travels"),
        ("<title>", "<style>" + "a" * 9000 + "</style><title>", "style block has"),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, fault: str) -> None:
    broken = GOOD.html.replace(old, new, 1)

    faults = lint(replace(GOOD, html=broken))

    assert broken != GOOD.html
    assert any(fault in found for found in faults), faults


def test_whoever_decides_gets_sentences() -> None:
    assert check(GOOD) == ()
    assert check(replace(GOOD, subject="", text="x" * 79)) == (
        "The subject is empty.",
        f"1 lines of text are wider than 78: {'x' * 40!r}.",
    )


@given(st.text(), st.text(), st.lists(st.sampled_from(PIECES)).map("".join))
def test_nothing_stops_the_linter(subject: str, text: str, html: str) -> None:
    for sentence in check(Message(subject=subject, html=html, text=text)):
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("subject", "fault"),
    [
        ("", "the subject is empty"),
        ("x" * 61, "the subject has 61 characters, 60 are shown"),
        ("a\r\nBcc: all@acme.example", "the subject holds control characters"),
    ],
)
def test_a_subject_is_short_and_one_line(subject: str, fault: str) -> None:
    assert lint(replace(GOOD, subject=subject)) == [fault]


def test_marks_of_direction_take_no_room_in_a_subject() -> None:
    assert lint(replace(GOOD, subject=f"\u2068{'x' * 60}\u2069")) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (" \n", "the text part is empty"),
        ("x" * 79, "1 lines of text are wider than 78: 'xxxx"),
        ("a\x1b[31m", "the text holds control characters"),
    ],
)
def test_a_text_part_is_narrow_and_clean(text: str, fault: str) -> None:
    (found,) = lint(replace(GOOD, text=text))

    assert found.startswith(fault)

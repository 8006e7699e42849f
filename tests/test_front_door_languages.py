"""Each reader of one packet is written to in their own language, through the door."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.front_door import Furnished, House, moved_in


def letter(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.fixture(scope="module")
def read(
    of_one_rep: Furnished, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, EmailMessage]:
    """The two letters about the packet of a rep who reads Persian; to be looked at."""
    with moved_in(of_one_rep, tmp_path_factory.mktemp("read")) as house:
        return letters_of(house)


def letters_of(house: House) -> dict[str, EmailMessage]:
    packets = house.call("packets", "--dry-run", "--json").json["packets"]
    reps = [one["rep"]["email"] for one in packets if one["rep"]["email"]]
    lines = [f'"{address.upper()}" = "fa_IR"' for address in reps]
    house.configure("\n".join(["[languages]", *lines]))
    assert house.call("packets").code == 0
    mails = [letter(raw) for raw in house.letters("*packet*").values()]
    rep, manager = next(
        replies
        for mail in mails
        if len(replies := [one.addr_spec for one in mail["Reply-To"].addresses]) > 1
    )
    about = [mail for mail in mails if f"{rep}, {manager}" in mail["Reply-To"]]
    found = {mail["To"].addresses[0].addr_spec: mail for mail in about}
    return {"rep": found[rep], "manager": found[manager]}


def test_rep_and_manager_of_one_packet_read_two_languages(
    read: dict[str, EmailMessage],
) -> None:
    persian, english = body(read["rep"], "html"), body(read["manager"], "html")

    assert read["rep"]["Content-Language"] == "fa-IR"
    assert '<html lang="fa-IR" dir="rtl">' in persian
    assert "دستور جلسه" in persian
    assert "Agenda" not in persian
    assert str(read["manager"]["Content-Language"]).startswith("en")
    assert 'dir="ltr"' in english
    assert "Agenda" in english


def test_the_plain_text_and_the_subject_are_in_the_same_language(
    read: dict[str, EmailMessage],
) -> None:
    assert "دستور جلسه" in body(read["rep"], "plain")
    assert "بازبینی" in str(read["rep"]["Subject"])
    assert "review" in str(read["manager"]["Subject"])


def test_both_letters_tell_of_the_same_deals(read: dict[str, EmailMessage]) -> None:
    def links(mail: EmailMessage) -> set[str]:
        return {
            part.split("/")[0]
            for part in body(mail, "html").split("/lightning/r/Opportunity/")[1:]
        }

    # Persian takes more bytes, so that its table of all deals may end earlier.
    assert set() != links(read["rep"]) <= links(read["manager"])

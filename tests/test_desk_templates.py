"""Templates of an installation's own, at the front door."""

from pathlib import Path

from tests.front_door import House


def own(house: House, name: str, source: str) -> Path:
    """Let the installation have one template."""
    path = house.folder / "letters" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
    house.configure('[delivery]\ntemplates = "letters"')
    return path


def test_letters_are_written_by_ones_own_template(house: House) -> None:
    own(house, "packet.subject.jinja", "Deals of {{ page.packet.rep.name }}")
    said = house.call("packets", "--json").json

    assert {one["subject"] for one in said["packets"]} == {
        f"Deals of {one['rep']['name']}" for one in said["packets"]
    }
    assert "templates" in house.call("doctor").out


def test_a_broken_template_is_told_before_anything_is_made(house: House) -> None:
    path = own(house, "packet.subject.jinja", "Deals\n{{ page.packet.rep.name")
    packets, tick, doctor = (house.call(one) for one in ("packets", "tick", "doctor"))

    told = f"{path}: line 2: unexpected end of template"
    assert (packets.code, tick.code, doctor.code) == (2, 2, 1)
    assert packets.err.startswith(f"dealpacket: {told}")
    assert told in tick.err
    assert told in doctor.out
    assert house.letters() == {}


def test_a_template_that_some_data_break_ends_the_round_whole(house: House) -> None:
    source = "{{ page.packet.manager.nick if page.packet.rep.name < 'E' else 'ok' }}"
    path = own(house, "packet.subject.jinja", source)
    said = house.call("packets")

    assert said.code == 2
    assert f"dealpacket: {path}: line 1: " in said.err
    assert "has no attribute 'nick'" in said.err
    assert house.letters() == {}
    assert house.deliveries() == []

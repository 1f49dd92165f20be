"""A researcher's page: a protocol is written, mended, and looked at as a dry run."""

import os
import re
from html import unescape

import pytest

from app.catalog import service as catalog
from app.contacts import service as contacts
from app.protocols import declaring


@pytest.fixture
def study(workspace, clock):
    channels = ["web", "email", "sms", "phone"]
    return catalog.open_study(workspace, "s", questionnaire="post_delivery", channels=channels, now=clock.now())


def test_a_protocol_is_saved_and_tells_who_would_get_what(signed_in, workspace, study, clock):
    client, address = signed_in("researcher"), f"/protocols/{study.id}"
    given = {
        "name": "Anna",
        "time_zone": "Europe/Warsaw",
        "email": "a@example.org",
        "phone": "+48601234567",
        "consent_sms": "yes",
    }
    contacts.upsert(workspace, {**given, "external_id": "c1"}, "test", clock.now())
    assert "no protocol" in client.get(address).text
    page = client.get(address + "/edit")
    assert (
        unescape(page.text.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]).strip()
        == declaring.EXAMPLE.strip()
    )
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]

    def save(source):
        return client.post(address + "/edit", data={"csrf_token": token, "source": source})

    wrong = save("mode: often\nsteps:\n  - channel: fax")
    assert wrong.status_code == 422
    assert re.findall(r"Line (\d)", wrong.text) == ["1", "3"]
    assert "channel: fax" in wrong.text
    assert save(declaring.EXAMPLE).status_code == 303
    assert catalog.study(workspace, study.id).protocol["steps"][1] == {"channel": "sms", "after_days": 7}

    seen = unescape(client.get(address + "?at=2026-12-01T23:30").text)
    row = re.search(r'<li class="cv-panel mb-2">\s*<a[^>]*>Anna.*?</li>', seen, re.S)[0]
    assert "Text message, Invitation" in row, "no consent for mail, so the text is first"
    assert "Email: There is no consent" in row
    assert client.get(address + "?at=soon").status_code == 422
    manager = signed_in("manager")
    assert manager.get(address).status_code == 200
    assert manager.get(address + "/edit").status_code == 403


def test_the_commands(app, workspace, study, clock, tmp_path):
    run, file, people = app.test_cli_runner(), tmp_path / "p.yaml", tmp_path / "people.csv"
    file.write_text("mode: often\n")
    wrong = run.invoke(args=["canvass", "protocol", "set", "s", str(file)])
    assert (wrong.exit_code, f"{file}:1:" in wrong.stderr) == (1, True)
    early = run.invoke(args=["canvass", "protocol", "start", "s", "--all"])
    assert (early.exit_code, "no protocol" in early.stderr) == (1, True)
    file.write_text(declaring.EXAMPLE)
    assert run.invoke(args=["canvass", "protocol", "set", "s", str(file)]).exit_code == 0
    assert run.invoke(args=["canvass", "protocol", "show", "s"]).output.startswith("mode: sequential\n")
    for number in range(3):
        fields = {"external_id": f"c{number}", "email": f"{number}@example.org", "time_zone": "UTC"}
        contacts.upsert(workspace, fields | ({"consent_email": "yes"} if number else {}), "test", clock.now())
    seen = run.invoke(args=["canvass", "protocol", "plan", "s", "--at", "2027-01-01T03:00"])
    assert "c1\t2027-01-01 08:00\temail invitation\tsms: There is no" in seen.output
    assert "c0\t-\tNo channel reaches them." in seen.output
    people.write_text("external_id\nc1\nnobody\n")
    some = run.invoke(args=["canvass", "protocol", "start", "s", "--contacts", str(people)])
    assert (some.exit_code, "begins for 1 people" in some.output) == (3, True)
    assert "begins for 2 people; for 1 it has" in run.invoke(args=["canvass", "protocol", "start", "s", "--all"]).output


def test_the_words_of_a_wave_are_looked_at(signed_in, study, clock):
    declaring.declare(study, declaring.EXAMPLE, clock.now(), "test")
    client, address = signed_in("researcher"), f"/studio/studies/{study.id}/mail"
    page = client.get(address + "?purpose=reminder/1").text
    assert "<h2>Two minutes for a better service?</h2>" in page
    assert re.findall(r'<option value="([^"]+)"', page) == ["invitation", "resume", "reminder/1", "partial/1"]
    assert "you can go on where you stopped" in client.get(address + "?purpose=partial/1").text


def test_its_pages_are_accessible_and_fit(served, context, page, signed_in, workspace, study, clock, axe):
    declaring.declare(study, declaring.EXAMPLE, clock.now(), "test")
    given = {"name": "Żaneta Wiśniewska-Brzęczyszczykiewicz", "email": "a@example.org", "consent_email": "yes"}
    contacts.upsert(workspace, {**given, "external_id": "c1"}, "test", clock.now())
    cookie = signed_in("researcher").get_cookie("session")
    context.add_cookies([{"name": "session", "value": cookie.value, "url": served}])
    for name in ("", "/edit"):
        page.goto(f"{served}/protocols/{study.id}{name}")
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if folder := os.environ.get("SCREENSHOTS"):
                page.screenshot(path=f"{folder}/{name[1:] or 'show'}-{width}.png", full_page=True)

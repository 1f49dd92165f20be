"""What the doctor finds in DNS, asked of a dictionary."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.core.clock import FixedClock
from app.delivery.mail_dns import check
from app.delivery.providers.mime import Key
from app.doctor import Sick, check_mail_dns
from tests.delivery.dkim_key import PRIVATE, PUBLIC
from tests.interviews.conftest import open_study

KEY = Key("example.com", "s1", PRIVATE.encode())
GOOD = {
    "in.example.com": ["v=spf1 mx include:relay.example -all", "some-site-verification=1"],
    "relay.example": ["v=spf1 ip4:192.0.2.0/24 -all"],
    "s1._domainkey.example.com": [f"v=DKIM1; k=rsa; p={PUBLIC}"],
    "_dmarc.example.com": ["v=DMARC1; p=reject; adkim=s"],
}


def asked(**changed: list[str]) -> Callable[[str], list[str]]:
    records = {**GOOD, **changed}
    return lambda name: records.get(name, [])


def test_all_is_well() -> None:
    assert check("example.com", "in.example.com", KEY, asked()) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"in.example.com": []}, "has 0 SPF records"),
        ({"in.example.com": ["v=spf1 -all", "v=spf1 mx -all"]}, "has 2 SPF records"),
        ({"in.example.com": ["v=spf1 mx +all"]}, "lets everybody send"),
        ({"in.example.com": ["v=spf1 " + "a " * 11 + "-all"]}, "more than 10"),
        ({"relay.example": ["v=spf1 include:relay.example -all"]}, "more than 10"),
        ({"s1._domainkey.example.com": []}, "no DKIM record"),
        ({"s1._domainkey.example.com": [f"v=DKIM1; k=rsa; p={PUBLIC[:60]}A{PUBLIC[61:]}"]}, "is not the public key"),
        ({"s1._domainkey.example.com": ["v=DKIM1; p="]}, "is not the public key"),
        ({"_dmarc.example.com": []}, "no DMARC record"),
        ({"_dmarc.example.com": ["v=spf1 -all"]}, "no DMARC record"),
    ],
)
def test_what_is_missing_or_wrong(changed: dict[str, list[str]], said: str) -> None:
    (found,) = check("example.com", "in.example.com", KEY, asked(**changed))
    assert said in found


@pytest.mark.parametrize(
    ("sender", "returns_to", "key", "dmarc", "passes"),
    [
        ("example.com", "in.example.com", None, "v=DMARC1; p=none", True),
        ("mail.example.com", "in.example.com", None, "v=DMARC1; p=none", True),  # the policy of the domain above
        ("example.com", "in.example.com", None, "v=DMARC1; p=none; aspf=s", False),
        ("example.com", "in.example.com", KEY, "v=DMARC1; p=none; aspf=s; adkim=s", True),
        ("mail.example.com", "in.example.com", KEY, "v=DMARC1; p=none; aspf=s; adkim=s", False),
        ("example.com", "bounces.relay.example", KEY, "v=DMARC1; p=none", True),
        ("example.com", "bounces.relay.example", None, "v=DMARC1; p=none", False),
        ("example.com", "notexample.com", None, "v=DMARC1; p=none", False),
    ],
)
def test_alignment(sender: str, returns_to: str, key: Key | None, dmarc: str, passes: bool) -> None:
    found = check(sender, returns_to, key, asked(**{"_dmarc.example.com": [dmarc], returns_to: ["v=spf1 mx -all"]}))
    assert ([] if passes else ["neither the return path"]) == [each[: len("neither the return path")] for each in found]


def test_the_doctor_asks_for_the_senders_in_the_settings_and_of_studies(
    app: Flask, workspace: str, clock: FixedClock
) -> None:
    app.config |= {"MAIL_FROM": "The Shop <shop@example.com>", "MAIL_BOX": "mail@in.example.com"}
    assert check_mail_dns(asked()) == "SPF, no DKIM of ours and DMARC agree for example.com"
    open_study(workspace, clock, "other", "nps", senders={"email": "Other <hello@other.example>"})
    with pytest.raises(Sick, match=r"^there is no DMARC record: publish one at _dmarc\.other\.example"):
        check_mail_dns(asked())
    app.config["MAIL_BOX"] = ""
    with pytest.raises(Sick, match=r"example\.com has 0 SPF records"):
        check_mail_dns(asked())


def test_the_doctor_asks_nobody_for_a_machine_without_a_name(app: Flask) -> None:
    app.config["MAIL_FROM"] = "no-reply@127.0.0.1"
    assert "not asked" in check_mail_dns(asked())

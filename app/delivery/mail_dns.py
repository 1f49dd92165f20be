"""What DNS must say so that mails of ours are believed: SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489), aligned."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from app.delivery.outcome import Outgoing
from app.delivery.providers.mime import Key, write

Lookup = Callable[[str], list[str]]
"""The TXT records at a name, [] for none. OSError or a DNS exception when nobody answers."""

MOST_LOOKUPS = 10  # RFC 7208, 4.6.4
ELSEWHERE = re.compile(r"(?:include:|redirect=)(.+)")


def txt(name: str) -> list[str]:
    """Ask the system's resolver."""
    import dns.resolver  # 0.2 s, for the doctor alone

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=5)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def check(sender: str, returns_to: str, key: Key | None, lookup: Lookup) -> list[str]:
    """What is wrong and how to mend it, for mails from the domain `sender` that return to the domain `returns_to`, signed with
    `key` (None: not by us)."""
    found = [*_spf(returns_to, lookup), *(_dkim(sender, key, lookup) if key else ())]
    policy = _policy(sender, lookup)
    if policy is None:
        return [*found, f"there is no DMARC record: publish one at _dmarc.{sender}, at first `v=DMARC1; p=none`"]
    home, tags = policy
    by_spf = _aligned(returns_to, sender, home, tags.get("aspf", "r"))
    by_dkim = key is not None and _aligned(key.domain, sender, home, tags.get("adkim", "r"))
    if not (by_spf or by_dkim):
        signer = key.domain if key else "none"
        found.append(
            f"neither the return path ({returns_to}) nor a signature of ours ({signer}) belongs to {sender}, so DMARC fails unless "
            f"the mail server signs as {sender}: set MAIL_BOX, or MAIL_DKIM_KEY and MAIL_DKIM_DOMAIN, to names of it"
        )
    return found


def _spf(domain: str, lookup: Lookup) -> Iterator[str]:
    records = _spf_records(domain, lookup)
    if len(records) != 1:
        yield f"{domain} has {len(records)} SPF records, one is wanted: say there which servers send, as `v=spf1 mx -all` does"
        return
    if records[0].split()[-1] in ("all", "+all"):
        yield f"the SPF record of {domain} lets everybody send (+all): end it with ~all or -all"
    if _lookups(domain, lookup) > MOST_LOOKUPS:
        yield f"the SPF record of {domain} asks for more than {MOST_LOOKUPS} further records, so it counts as broken: shorten it"


def _spf_records(domain: str, lookup: Lookup) -> list[str]:
    return [each for each in lookup(domain) if each.lower().split(" ")[0] == "v=spf1"]


def _lookups(domain: str, lookup: Lookup, depth: int = 0) -> int:
    """How many questions to DNS a record costs, its includes and theirs with it."""
    count = 0
    for record in _spf_records(domain, lookup)[:1] if depth <= MOST_LOOKUPS else ():
        for term in (each.lstrip("+-~?").partition("/")[0] for each in record.lower().split()[1:]):
            elsewhere = ELSEWHERE.fullmatch(term)
            if elsewhere and count <= MOST_LOOKUPS:
                count += 1 + _lookups(elsewhere[1], lookup, depth + 1)
            elif term.partition(":")[0] in ("a", "mx", "ptr", "exists"):
                count += 1
    return count


def _dkim(sender: str, key: Key, lookup: Lookup) -> Iterator[str]:
    """Signs a mail and verifies it as a receiver does."""
    import dkim

    mail = Outgoing("0", f"doctor@{sender}", f"doctor@{sender}", "DKIM", "DKIM", datetime(2000, 1, 1, tzinfo=UTC))
    name = f"{key.selector}._domainkey.{key.domain}"
    records = lookup(name)
    if not records:
        yield f"there is no DKIM record: publish the public key of MAIL_DKIM_KEY at {name}"
        return
    written = write(mail, sender, key)
    assert isinstance(written, bytes)
    if not dkim.verify(written, dnsfunc=lambda name, timeout=5: records[0].encode()):
        yield f"the DKIM record at {name} is not the public key of MAIL_DKIM_KEY: publish that one, or choose another selector"


def _policy(domain: str, lookup: Lookup) -> tuple[str, dict[str, str]] | None:
    """The DMARC record that holds for a domain, with the domain where it stands: its own, or the nearest one above it."""
    labels = domain.split(".")
    for at in range(len(labels) - 1):
        home = ".".join(labels[at:])
        for record in lookup(f"_dmarc.{home}"):
            if record.replace(" ", "").startswith("v=DMARC1"):
                tags = (part.partition("=") for part in record.split(";"))
                return home, {name.strip(): value.strip() for name, _, value in tags}
    return None


def _aligned(domain: str, sender: str, home: str, mode: str) -> bool:
    """Strict (s): the same domain; relaxed (r): of the same organisation, the one that publishes the policy."""
    return domain == sender or (mode != "s" and (domain == home or domain.endswith(f".{home}")))

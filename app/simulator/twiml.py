"""Reading the TwiML that answers an inbound text: https://www.twilio.com/docs/messaging/twiml"""

from dataclasses import dataclass
from xml.etree import ElementTree

from app.simulator.webhook import Answer

XML_TYPES = ("text/xml", "application/xml", "text/html", "")


@dataclass(frozen=True)
class Reply:
    """One text to send back; `status_callback` may be relative to the webhook's address."""

    body: str
    status_callback: str | None = None


@dataclass(frozen=True)
class TwimlError:
    """One of https://www.twilio.com/docs/api/errors, which Twilio would show in its console."""

    code: int
    message: str


def read_twiml(answer: Answer) -> list[Reply] | TwimlError:
    """The texts an answer asks for."""
    if answer.status is None:
        return TwimlError(11200, f"HTTP retrieval failure: {answer.problem}")
    if not 200 <= answer.status < 300:
        return TwimlError(11200, f"HTTP retrieval failure: the application answered {answer.status}")
    if not answer.body.strip():
        return []
    if answer.content_type == "text/plain":
        return [Reply(answer.body)]
    if answer.content_type not in XML_TYPES:
        return TwimlError(12300, f"Invalid Content-Type: {answer.content_type}")
    try:
        root = ElementTree.fromstring(answer.body)  # noqa: S314  (the product's own answer)
    except ElementTree.ParseError as error:
        return TwimlError(12100, f"Document parse failure: {error}")
    return _replies(root)


def _replies(root: ElementTree.Element) -> list[Reply] | TwimlError:
    if root.tag != "Response":
        return TwimlError(12100, f"Document parse failure: the root is <{root.tag}>, not <Response>")
    replies = []
    for verb in root:
        if verb.tag != "Message":
            return TwimlError(12200, f"Schema validation warning: the simulator knows <Message> only, not <{verb.tag}>")
        parts = verb.findall("Body")
        body = "".join("".join(part.itertext()) for part in parts) if parts else "".join(verb.itertext())
        if not body.strip():
            return TwimlError(14103, "Message: invalid body: it is empty")
        replies.append(Reply(body, verb.get("statusCallback") or verb.get("action")))
    return replies

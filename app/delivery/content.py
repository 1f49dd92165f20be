"""What identifies a text after it was sent, without keeping it."""

import hashlib
import unicodedata

TRIAL = "Sent from your Twilio trial account - "


def content_hash(text: str) -> str:
    """SHA-256 of a text. White space counts as one space and Twilio's trial banner not at all: providers change both."""
    words = unicodedata.normalize("NFC", text).removeprefix(TRIAL).split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()

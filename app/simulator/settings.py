"""What the simulator is told when it starts."""

from dataclasses import dataclass
from pathlib import Path

# Twilio's own test number that always accepts: https://www.twilio.com/docs/iam/test-credentials
DEFAULT_NUMBER = "+15005550006"
# What the product's development settings expect; worth nothing at Twilio
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "simulated"  # noqa: S105


@dataclass(frozen=True)
class Settings:
    """`receipt_delay` is in seconds, before each delivery receipt. `opt_out` is "default", "advanced" or "off".

    `mail_in`: host and port of the SMTP server that takes the product's own mail: bounces, complaints, replies; "" when none does.
    """

    account_sid: str
    auth_token: str
    product_url: str
    data: Path
    host: str = "127.0.0.1"
    port: int = 8026
    smtp_port: int = 8025
    number: str = DEFAULT_NUMBER
    webhook_path: str = "/webhooks/twilio/sms"
    opt_out: str = "default"
    receipt_delay: float = 0.25
    mail_in: str = ""

    @property
    def webhook_url(self) -> str:
        """Where an inbound text is posted."""
        return self.product_url.rstrip("/") + self.webhook_path

"""Email: invitations, reminders and links to go on; what is tapped is answered on the web."""

from app.channels.email.channel import EmailChannel
from app.interviews.channel import register

register(EmailChannel())

"""SMS: the interview as a conversation, one question a message."""

from app.channels.sms.channel import SmsChannel
from app.interviews.channel import register

register(SmsChannel())

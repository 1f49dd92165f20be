"""Messages of two contacts that become one."""

from app.contacts.moving import repoint
from app.delivery.models import MessageRow

repoint(MessageRow)

"""Cases of two contacts that become one."""

from app.contacts.moving import repoint
from app.fieldwork.models import CaseRow

repoint(CaseRow)

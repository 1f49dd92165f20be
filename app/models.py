"""Every table, imported once so that migrations and tests see the whole schema."""

from app import events as events
from app import heartbeat as heartbeat
from app import rate_limit as rate_limit
from app.accounts import models as accounts  # noqa: F401
from app.catalog import models as catalog  # noqa: F401
from app.channels.email import models as email  # noqa: F401
from app.channels.sms import models as sms  # noqa: F401
from app.contacts import group_models as contact_groups  # noqa: F401
from app.contacts import models as contacts  # noqa: F401
from app.contacts import segment_models as segments  # noqa: F401
from app.delivery import models as delivery  # noqa: F401
from app.delivery import senders as delivery_senders  # noqa: F401
from app.fieldwork import models as fieldwork  # noqa: F401
from app.files import models as files  # noqa: F401
from app.interviews import models as interviews  # noqa: F401
from app.protocols import models as protocols  # noqa: F401
from app.samples import models as samples  # noqa: F401

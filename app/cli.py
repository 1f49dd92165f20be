"""`flask canvass …`: every command, collected from the packages."""

from flask.cli import AppGroup

from app import backup, doctor, serve, time_travel
from app.accounts import commands as accounts
from app.catalog import commands as catalog
from app.channels.email import commands as email
from app.contacts import commands as contacts
from app.contacts import segment_commands as segments
from app.delivery import commands as delivery
from app.fieldwork import commands as fieldwork
from app.insights import commands as insights
from app.journeys import commands as journeys
from app.protocols import commands as protocols
from app.samples import commands as samples
from app.studio import commands as studio

canvass = AppGroup("canvass", help="Run and look after Canvass.")

# Every command of the product; a package adds its line here.
COMMANDS = (
    *accounts.commands,
    *catalog.commands,
    *studio.commands,
    *contacts.commands,
    *segments.commands,
    *delivery.commands,
    *email.commands,
    *fieldwork.commands,
    *samples.commands,
    *journeys.commands,
    *protocols.commands,
    *insights.commands,
    *serve.commands,
    *backup.commands,
    *doctor.commands,
    *time_travel.commands,
)

for command in COMMANDS:
    canvass.add_command(command)

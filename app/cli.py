"""`flask canvass …`: every command, collected from the packages."""

from flask.cli import AppGroup

from app import backup, serve, time_travel

canvass = AppGroup("canvass", help="Run and look after Canvass.")

# Every command of the product; a package adds its line here.
COMMANDS = (*serve.commands, *backup.commands, *time_travel.commands)

for command in COMMANDS:
    canvass.add_command(command)

"""Where the device is."""

from app.engine.types.devices import DeviceType


class Location(DeviceType):
    name = "location"


TYPE = Location()

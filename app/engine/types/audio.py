"""A sound recording."""

from app.engine.types.devices import DeviceType


class Audio(DeviceType):
    name = "audio"


TYPE = Audio()

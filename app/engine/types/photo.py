"""A photo taken on the spot."""

from app.engine.types.devices import DeviceType


class Photo(DeviceType):
    name = "photo"


TYPE = Photo()

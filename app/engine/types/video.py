"""A film taken on the spot."""

from app.engine.types.devices import DeviceType


class Video(DeviceType):
    name = "video"


TYPE = Video()

"""A signature drawn on the screen."""

from app.engine.types.devices import DeviceType


class Signature(DeviceType):
    name = "signature"


TYPE = Signature()

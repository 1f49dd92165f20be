"""A bar code or QR code read by the camera."""

from app.engine.types.devices import DeviceType


class Barcode(DeviceType):
    name = "barcode"


TYPE = Barcode()

"""One of several pictures. A choice's ``image`` is the name of a file of the workspace, its label the words for the picture."""

from typing import ClassVar

from app.core.problems import N_
from app.engine.question_type import DEGRADED, FULL, LINK, ChoiceType

DESCRIBED = N_("The pictures are described by their labels.")


class ImageChoice(ChoiceType):
    name = "image_choice"
    images = True
    channels: ClassVar = {"web": FULL, "sms": LINK, "phone": DEGRADED, "field": DEGRADED}
    degradations: ClassVar = {
        "sms": N_("The pictures are shown on the web page that a link opens."),
        "phone": DESCRIBED,
        "field": DESCRIBED,
    }


TYPE = ImageChoice()

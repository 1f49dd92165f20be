"""Rendering: a screen as a web page, an SMS, a script, a mail. Pure: texts come through the ``translate`` that is passed in."""

"""A separate program that plays the outside world for Canvass: Twilio's side, a mail server, a mailbox and a phone on screen.

It shares no state with the product: the two talk over HTTP and SMTP only, as they would with the real services.
"""

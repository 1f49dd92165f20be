"""The researcher's pages: write a questionnaire, see it on every channel, put it in the field."""

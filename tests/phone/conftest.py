"""What fieldwork's tests use, and an interviewer's browser."""

import re

import pytest

from tests.fieldwork.conftest import call_list as call_list
from tests.fieldwork.conftest import person as person
from tests.fieldwork.conftest import study as study


class Interviewer:
    """An interviewer's browser without JavaScript: it follows redirects and posts the forms of the page it shows."""

    def __init__(self, client):
        self.client = client
        self.page = None

    def get(self, address):
        return self._show(self.client.get(address))

    def _show(self, page):
        for _ in range(5):
            if page.status_code not in (302, 303):
                break
            page = self.client.get(page.location)
        self.page = page
        return page

    def submit(self, action, **fields):
        """Post the form of the page whose address ends with `action`, with its hidden fields."""
        for form in re.findall(r"<form.*?</form>", self.page.text, re.S):
            address = re.search(r'action="([^"]*)"', form)
            if address and address[1].endswith(action):
                hidden = dict(re.findall(r'type="hidden" (?:id="\w+" )?name="([^"]+)" value="([^"]*)"', form))
                return self._show(self.client.post(address[1], data={**hidden, **fields}))
        raise AssertionError(f"no form {action} in {self.page.text}")

    def next(self):
        self.get("/calls/")
        return self.submit("/next")

    def call(self):
        """Next, call, and the person agrees."""
        self.next()
        self.submit("/dial")
        return self.submit("/begin")


@pytest.fixture
def interviewer(signed_in):
    def make(*roles, **told):
        return Interviewer(signed_in(*(roles or ("interviewer",)), **told))

    return make

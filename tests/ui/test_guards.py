"""Bad requests get a clear page or problem details, a 4xx, never a trace."""

import http.client
from urllib.parse import urlsplit

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from app.ui.access import accepts, public
from tests.product import Product

pytestmark = pytest.mark.own_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of an app with a form page and a page with a bug."""

    @public
    def form() -> str:
        return "taken"

    @public
    def bug() -> str:
        raise RuntimeError("secret@example.com")

    @public
    def refuse(status: int) -> str:
        abort(status)

    app.add_url_rule("/form", "form", form, methods=["POST"])
    app.add_url_rule("/json", "json", accepts("application/json")(public(lambda: "taken")), methods=["POST"])
    app.add_url_rule("/bug", "bug", bug)
    app.add_url_rule("/refuse/<int:status>", "refuse", refuse)
    app.add_url_rule("/i/<token>", "invitation", lambda token: "", methods=["GET"])
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return app.test_client()


@pytest.mark.parametrize(
    "body",
    [b"name=a%00b", b"name=%ff", b"name=%ED%A0%80", b"n%00=a", b"name=\xff"],
    ids=["NUL", "bytes", "surrogate", "key", "raw"],
)
def test_a_form_that_cannot_be_stored_is_refused(client: FlaskClient, body: bytes) -> None:
    form = "application/x-www-form-urlencoded"
    assert client.post("/form", data=body, content_type=form).status_code == 400
    assert client.post("/form", data=b"name=Za%C5%BC%C3%B3%C5%82%C4%87+\xc5\xbc", content_type=form).text == "taken"


def test_a_multipart_form_is_read_as_strictly(client: FlaskClient) -> None:
    assert client.post("/form", data={"name": "a\0b"}, content_type="multipart/form-data").status_code == 400
    body = b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n\xff\r\n--x--\r\n'
    assert client.post("/form", data=body, content_type="multipart/form-data; boundary=x").status_code == 400
    assert client.post("/form", data={"name": "żółć"}, content_type="multipart/form-data").text == "taken"


@pytest.mark.parametrize("body", [b'{"name": "a\\u0000"}', b'{"a": [{"\\ud800": 1}]}', b'"\\udc00"'])
def test_json_that_cannot_be_stored_is_refused(client: FlaskClient, body: bytes) -> None:
    assert client.post("/json", data=body, content_type="application/json").status_code == 400
    assert client.post("/json", json={"name": ["żółć", "\U0001f600", 1, None]}).text == "taken"


@pytest.mark.parametrize("query", ["a=%00", "a=%ff", "a=%ed%a0%80"])
def test_a_query_that_cannot_be_stored_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/healthz?{query}").status_code == 400


def test_other_media_are_refused(client: FlaskClient) -> None:
    assert client.post("/form", json={"name": "a"}).status_code == 415
    assert client.post("/form", data=b"<a/>", content_type="text/xml").status_code == 415
    assert client.post("/form").status_code == 200


def test_a_body_too_large_is_refused(app: Flask, client: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    assert client.post("/form", data={"name": "a" * 2000}).status_code == 413


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 415, 429, 418])
def test_an_error_is_a_page_or_problem_details(client: FlaskClient, status: int) -> None:
    page = client.get(f"/refuse/{status}")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert "<h1" in page.text
    details = client.get(f"/refuse/{status}", headers={"Accept": "application/json"})
    assert (details.status_code, details.mimetype) == (status, "application/problem+json")
    assert details.json["status"] == status
    assert details.json["title"] in page.text


def test_a_bug_is_answered_without_its_trace(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    for headers in ({}, {"Accept": "application/json"}):
        answer = client.get("/bug", headers=headers)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers["X-Request-Id"] in answer.text
    assert caplog.records


def test_wrong_addresses_under_the_api_are_told_in_json(client: FlaskClient) -> None:
    assert client.get("/api/nothing").json["status"] == 404
    assert client.post("/webhooks/nothing").json["status"] == 404


def test_an_error_speaks_the_readers_language_where_it_is_translated(client: FlaskClient) -> None:
    assert '<html lang="pl"' in client.get("/nothing", headers={"Accept-Language": "pl"}).text


def test_every_answer_carries_the_policies(client: FlaskClient) -> None:
    headers = client.get("/healthz").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers
    assert client.get("/healthz", base_url="https://localhost").headers["Strict-Transport-Security"]


def test_a_respondents_address_is_told_to_nobody(client: FlaskClient) -> None:
    assert client.get("/i/abcdefghijkl").headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/%ff", "/%00", "/i/%ED%A0%80", "/static/%ff", "/healthz?a=%ff"])
def test_paths_that_are_no_text_are_refused_by_the_real_server(server: Product, path: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request("GET", path)
    assert connection.getresponse().status == 400


@pytest.mark.parametrize("depth", [900, 100_000])
def test_json_of_any_depth_is_no_bug(client: FlaskClient, depth: int) -> None:
    body = b"[" * depth + b'"\x00"' + b"]" * depth
    assert client.post("/json", data=body, content_type="application/json").status_code in (200, 400)

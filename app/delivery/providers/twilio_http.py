"""How Twilio's client reaches the network: its own HTTP client is exchanged for urllib3, at half the CPU a request
(docs/performance/0003). See https://www.twilio.com/docs/libraries/reference/twilio-python (custom HTTP client)."""

import logging
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3 import PoolManager, ProxyManager, make_headers


class PooledHttpClient(HttpClient):  # type: ignore[misc]  # twilio is untyped
    """Keeps connections, follows no redirect and repeats nothing. Raises urllib3.exceptions.HTTPError when there is no answer.

    `base_url` says which of the environment's proxies is used; `timeout` is in seconds.
    """

    def __init__(self, base_url: str, timeout: float, logger: logging.Logger) -> None:
        super().__init__(logger, False, timeout)
        address = urlsplit(base_url)
        proxy = None if proxy_bypass(address.hostname or "") else getproxies().get(address.scheme)
        ways: dict[str, Any] = {"timeout": timeout, "retries": False, "ca_certs": certifi.where()}
        self.pool = ProxyManager(proxy, **ways) if proxy else PoolManager(**ways)

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """As Twilio's client calls it: `params` into the address, `data` as a form."""
        signed = make_headers(basic_auth=":".join(auth)) if auth else {}
        answer = self.pool.request(
            method,
            f"{uri}?{urlencode(params, doseq=True)}" if params else uri,
            body=urlencode(data, doseq=True) if data else None,
            headers={**(headers or {}), **signed},
            timeout=timeout or self.timeout,
        )
        return Response(answer.status, answer.data.decode(errors="replace"), answer.headers)

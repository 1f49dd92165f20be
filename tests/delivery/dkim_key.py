"""A key pair made for these tests (openssl genrsa 1024; openssl rsa -pubout -outform DER): it signs nothing anywhere else."""

PRIVATE = """-----BEGIN PRIVATE KEY-----
MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAM9Z6jsmL14AFgUL
+z/c/E5rCXRGoZBnVuEPHXlnysQJk5UB9/Cji0TQadhK/aJwhh2xQTAZ7IJYTmth
jx3DF82s6qKe9WxUWtkMjsNLeb4t53Uj2DruhD+yV6e1E2tJc8tJNHCb+MsZ9ecn
NUqm7qWtOa1jhJOmE0YFI5gvLr8hAgMBAAECgYAZXjTL+8X7yCLphye8DntH1MyZ
TzLhCeOVMVY3zjz+cvV9W3pMFJYrWxw3/CS/xOiDpXYGPoWzBL7DYHIz//RfWtYX
7iFgzUKDNYJ6Dvp7w0u/svATDQ92vR7NgW2rxuPEk1JuWrJJy/BJOmRrCnr1fiAO
RsMvj4rJoiGiIe8TYQJBAPxuxZJal/NzQ6YTD4mJP7qvdEeSv0b4srujGqB/mspy
cjZo+2W683ToapAf/GoS1zG52Td8m8xVOxELSr/4Gj0CQQDSSA0wk/ebWuSlMz0x
m1mMVHOWnIUBT4g4PIuKWtDs2kjyYzDZgG3Dgm8on4JAf5lRwHBGSxIi2MLUksU+
Ihq1AkA9Nk9KkhVOv6Cj4PNfkpyVlH5J7NfdSeltfruyN789YEs5znNH0/G9Y66T
jG4U+sScFkkKH3lYL0LHe0mBC5SxAkB1Gcq+kqgAy80ocjBRv8FOdHkqFl+7Kx8g
shbDJW/TdnvI/5Pki7CUf76HUMyoPmaTMCdV/dhLr4pP9qwAvd1BAkBZeB7wurev
/7mP9c6z82r9OkwzPRDeY3OPIzuQ1Uy8eMu+rvkg+mCYzjnWsrZTXn48HPWsxU7J
nmoOTA0I3m7s
-----END PRIVATE KEY-----
"""
PUBLIC = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDPWeo7Ji9eABYFC/s/3PxOawl0RqGQZ1bhDx15Z8rECZOVAffwo4tE0GnYSv2i"
    "cIYdsUEwGeyCWE5rYY8dwxfNrOqinvVsVFrZDI7DS3m+Led1I9g67oQ/slentRNrSXPLSTRwm/jLGfXnJzVKpu6lrTmtY4STphNG"
    "BSOYLy6/IQIDAQAB"
)


def dns(name: bytes, timeout: float = 5) -> bytes:
    """What dkimpy asks: the TXT record at `name`."""
    return f"v=DKIM1; k=rsa; p={PUBLIC}".encode() if name == b"s1._domainkey.example.com." else b""

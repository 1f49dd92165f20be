"""What `make run` starts, as a newcomer sees it: addresses and passwords, not a log."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import requests

from app.accounts.demo import PASSWORD
from tests.family import ending_with_parent
from tests.product import PATIENCE, ROOT, free_port


def test_the_screen_says_where_to_go_and_the_log_is_in_a_file(tmp_path: Path) -> None:
    ports = {name: str(free_port()) for name in ("PORT", "SIM_PORT", "SIM_SMTP_PORT", "MAIL_IN_PORT")}
    environ = os.environ | ports | {"DEMO": "1", "VAR_DIR": str(tmp_path), "CANVASS_ENV": "development"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "canvass", "serve"]
    with subprocess.Popen(
        command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=ending_with_parent(signal.SIGTERM),
    ) as process:  # fmt: skip
        try:
            assert process.stdout
            first = process.stdout.readline()
            assert first == f"Canvass is at http://127.0.0.1:{ports['PORT']}  (stop it with Ctrl-C)\n"
            assert requests.get(f"http://127.0.0.1:{ports['PORT']}/healthz", timeout=PATIENCE).ok
        finally:
            process.send_signal(signal.SIGINT)
        screen = process.communicate()[0]
    assert process.returncode == 0
    assert "researcher@demo.example" in screen
    assert PASSWORD in screen
    assert f"http://127.0.0.1:{ports['SIM_PORT']}" in screen
    assert '"level"' not in screen
    assert '"route": "/healthz"' in (tmp_path / "canvass.log").read_text()

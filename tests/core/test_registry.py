import sys

import pytest

from app.core.registry import Registry


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package whose modules are written by the test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "members_of_test"
    package.mkdir()
    (package / "__init__.py").write_text("")
    yield package
    for name in [name for name in sys.modules if name.split(".")[0] == package.name]:
        del sys.modules[name]


def write(folder, module, name):
    (folder / f"{module}.py").write_text(f"class Member:\n    name = {name!r}\n\n\nTHING = Member()\n")


def test_members_are_the_modules_of_a_folder(folder):
    write(folder, "b", "two")
    write(folder, "a", "one")
    (folder / "helper.py").write_text("")
    registry = Registry("thing", folder.name, "THING")
    assert registry.names() == ["one", "two"]
    assert registry["two"].name == "two"
    assert registry.get("three") is None
    assert "one" in registry
    assert len(registry) == 2
    assert [member.name for member in registry] == ["one", "two"]


def test_a_duplicate_name_is_an_error(folder):
    write(folder, "a", "one")
    write(folder, "b", "one")
    with pytest.raises(ValueError, match="'one'"):
        Registry("thing", folder.name, "THING").names()

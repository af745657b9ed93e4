"""`redtrails user` as a person and a script use it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.app import run
from api.settings import PREFIX, Settings
from routes_data.accounts import Lifetime
from routes_data.accounts.errors import WrongLoginError
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

GOOD = "correct horse battery"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path, seeded_sqlite: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "redtrails.db").write_bytes(seeded_sqlite.read_bytes())
    return folder


@pytest.fixture
def command(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command line in this process, a line in its pipe: exit code, stdout, stderr."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(data))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def one(*arguments: str, piped: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(piped))
        code = run(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return one


def may_sign_in(data: Path, name: str, password: str) -> bool:
    store = Store.open(f"sqlite:///{data / 'redtrails.db'}")
    try:
        return bool(store.accounts.sign_in(name, password, "192.0.2.1", Lifetime()))
    except WrongLoginError:
        return False
    finally:
        store.close()


def add(command: Command, name: str = "wang", *more: str) -> None:
    assert command("user", "add", name, *more, piped=f"{GOOD}\n")[0] == 0


def test_the_first_administrator_is_made_here_and_signs_in(command: Command, data: Path) -> None:
    assert json.loads(command("user", "list", "--json")[1]) == []
    told = command("user", "add", "Wang", "--role", "admin", "--display", "王芳", piped=f"{GOOD}\n")
    assert told == (0, "Account wang made: admin, the whole city.\n", "")
    assert may_sign_in(data, "wang", GOOD)
    (listed,) = json.loads(command("user", "list", "--json")[1])
    assert listed | {"created": ""} == {
        "name": "wang",
        "display": "王芳",
        "role": "admin",
        "unit": "",
        "disabled": False,
        "created": "",
    }


@pytest.mark.parametrize(
    ("arguments", "piped", "said"),
    [
        (("li",), "short\n", "at least 10 characters"),
        (("li",), "", "at least 10 characters"),
        (("li",), "li2026li2026li\n", "hardly anything"),
        (("li", "--role", "boss"), f"{GOOD}\n", "boss"),
        (("li", "--unit", "月球区"), f"{GOOD}\n", "月球区"),
        (("李",), f"{GOOD}\n", "a letter first"),
        (("wang",), f"{GOOD}\n", "already"),
    ],
)
def test_what_makes_no_account_is_one_line(
    command: Command, arguments: tuple[str, ...], piped: str, said: str
) -> None:
    add(command)
    code, out, err = command("user", "add", *arguments, piped=piped)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
    assert len(json.loads(command("user", "list", "--json")[1])) == 1


def test_a_password_is_never_an_argument(command: Command) -> None:
    code, _, err = command("user", "add", "li", GOOD)
    assert (code, "Got unexpected" in err) == (2, True)
    code, out, _ = command("user", "add", "--help")
    assert (code, "--password" in out) == (0, False)


def test_at_a_terminal_it_is_asked_twice_without_echo(
    command: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = [GOOD, f"{GOOD}x", GOOD, GOOD]

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return answers.pop(0)

    monkeypatch.setattr("getpass.getpass", answer)
    monkeypatch.setattr("api.cli.users.is_terminal", lambda: True)
    code, _, err = command("user", "add", "li")
    assert (code, "not the same" in err) == (1, True)
    code, _, _ = command("user", "add", "li")
    assert code == 0
    assert asked == ["Password: ", "Once more: "] * 2
    assert may_sign_in(data, "li", GOOD)


def test_password_disable_enable_place_and_logout(command: Command, data: Path) -> None:
    add(command)
    other = "three lamps at the pier"
    assert command("user", "passwd", "wang", piped=f"{other}\n")[0] == 0
    assert not may_sign_in(data, "wang", GOOD)
    assert may_sign_in(data, "wang", other)
    assert command("user", "logout", "wang")[1] == "1 session of wang ended.\n"
    assert command("user", "disable", "wang")[0] == 0
    assert not may_sign_in(data, "wang", other)
    assert "disabled" in command("user", "list")[1]
    assert command("user", "enable", "wang")[0] == 0
    assert may_sign_in(data, "wang", other)
    placed = command("user", "place", "wang", "--role", "reviewer", "--unit", "laoshan/王哥庄街道")
    assert placed[1] == "wang is now reviewer, 崂山区/王哥庄街道.\n"
    for name in ("passwd", "disable", "enable", "logout"):
        code, _, err = command("user", name, "nobody", piped=f"{GOOD}\n")
        assert (code, "nobody" in err) == (1, True)


def test_a_token_alone_goes_to_stdout(command: Command, data: Path) -> None:
    add(command, "wang", "--role", "editor")
    code, out, err = command(
        "user", "token", "add", "wang", "--label", "QGIS", "--scopes", "read,edit", "--days", "30"
    )
    assert code == 0
    assert "shown this once" in err
    store = Store.open(f"sqlite:///{data / 'redtrails.db'}")
    person, token = store.accounts.by_token(out.strip())
    store.close()
    assert (person.name, token.scopes) == ("wang", ("read", "edit"))
    (listed,) = json.loads(command("user", "token", "list", "wang", "--json")[1])
    assert (listed["id"], listed["state"]) == (token.id, "active")
    assert command("user", "token", "revoke", token.id)[0] == 0
    assert "revoked" in command("user", "token", "list", "wang")[1]
    for arguments in (
        ("add", "wang", "--label", "x", "--scopes", "all"),
        ("add", "wang", "--label", "x", "--scopes", "review"),
        ("add", "nobody", "--label", "x"),
        ("list", "nobody"),
        ("revoke", "nosuchtoken"),
    ):
        assert command("user", "token", *arguments)[0] == 1


def test_the_log_tells_it_all(command: Command) -> None:
    add(command)
    command("user", "disable", "wang")
    lines = json.loads(command("user", "log", "--json")[1])
    assert [one["act"] for one in lines] == ["user-disabled", "user-added"]
    assert all(one["who"].endswith("(command line)") for one in lines)
    table = command("user", "log", "--count", "1")[1]
    assert "disabled the account" in table
    assert "made the account" not in table
    assert "停用账号" in command("user", "log", "--lang", "zh")[1]


def test_an_identity_is_linked_listed_and_removed(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("user", "add", "li", "--role", "editor", "--no-password")[0] == 0
    code, _, told = command("user", "identity", "add", "li", "--subject", "p-1")
    assert (code, "REDTRAILS_OIDC_ISSUER" in told) == (1, True)
    monkeypatch.setenv("REDTRAILS_OIDC_ISSUER", "https://id.example.org")
    monkeypatch.setenv("REDTRAILS_OIDC_CLIENT_ID", "red-trails")
    for both in ((), ("--subject", "p-1", "--email", "li@example.org")):
        code, _, told = command("user", "identity", "add", "li", *both)
        assert (code, "one of --subject and --email" in told) == (1, True)
    assert command("user", "identity", "add", "li", "--subject", "p-1")[0] == 0
    code, _, told = command("user", "identity", "add", "li", "--subject", "p-1")
    assert (code, "belongs to the account li" in told) == (1, True)
    assert command("user", "identity", "add", "nobody", "--subject", "p-2")[0] == 1
    _, out, _ = command("user", "identity", "list", "li", "--json")
    row = {"issuer": "https://id.example.org", "kind": "subject", "value": "p-1"}
    assert json.loads(out) == [row]
    assert "p-1" in command("user", "identity", "list", "li")[1]
    assert "1 identity" in command("user", "identity", "remove", "li")[1]
    assert json.loads(command("user", "identity", "list", "li", "--json")[1]) == []
    _, log, _ = command("user", "log")
    assert "linked an identity with the account" in log

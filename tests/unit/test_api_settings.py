"""Settings: read once, frozen, and refused in one line where they cannot be used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import PREFIX, Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that runs the tests may decide one."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_the_default_store_lies_in_the_data_folder(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.data_dir == tmp_path / "redtrails"
    assert settings.store_url == f"sqlite:///{tmp_path / 'redtrails' / 'redtrails.db'}"
    assert settings.networks_dir == tmp_path / "redtrails" / "networks"


def test_the_home_folder_is_used_without_an_xdg_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert load_settings().data_dir == Path("/home/somebody/.local/share/redtrails")


def test_a_relative_data_folder_is_made_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDTRAILS_DATA_DIR", "var/data")
    assert load_settings().data_dir == Path.cwd() / "var" / "data"


def test_a_database_of_ones_own_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDTRAILS_DATABASE_URL", "postgresql://red@127.0.0.1/red")
    assert load_settings().store_url == "postgresql://red@127.0.0.1/red"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"PORT": "70000"}, "REDTRAILS_PORT"),
        ({"PORT": "eighty"}, "REDTRAILS_PORT"),
        ({"MAX_STOPS": "0"}, "REDTRAILS_MAX_STOPS"),
        ({"MAX_STOPS": "61"}, "REDTRAILS_MAX_STOPS"),
        ({"LOG_LEVEL": "loud"}, "REDTRAILS_LOG_LEVEL"),
        ({"PUBLIC_URL": "trails.example.org"}, "REDTRAILS_PUBLIC_URL"),
        ({"PUBLIC_URL": "https://trails.example.org/?a=1"}, "REDTRAILS_PUBLIC_URL"),
        ({"BASEMAP": "osm"}, "REDTRAILS_ONLINE_BASEMAPS"),
        ({"OIDC_ISSUER": "https://id.example.org"}, "REDTRAILS_OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "http://id.example.org", "OIDC_CLIENT_ID": "x"}, "REDTRAILS_OIDC_ISSUER"),
        ({"OIDC_SCOPES": "profile"}, "REDTRAILS_OIDC_SCOPES"),
        ({"OIDC_ROLES": "a=editor"}, "REDTRAILS_OIDC_ISSUER"),
        ({"OIDC_ROLES": "a=admin"}, "viewer, editor, reviewer"),
        ({"OIDC_ROLES": "a=editor@东京"}, "REDTRAILS_OIDC_ROLES"),
        ({"OIDC_ROLES": "editors"}, "REDTRAILS_OIDC_ROLES"),
        ({"BASEMAP": "tianditu", "ONLINE_BASEMAPS": "1"}, "REDTRAILS_TIANDITU_KEY"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], named: str
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert named in refused.value.message
    assert "\n" not in refused.value.message


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDTRAILS_PORT", "70000")
    monkeypatch.setenv("REDTRAILS_MAX_BODY_BYTES", "1")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "REDTRAILS_PORT" in refused.value.message
    assert "REDTRAILS_MAX_BODY_BYTES" in refused.value.message


def test_a_key_is_repeated_neither_in_an_error_nor_in_a_dump(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REDTRAILS_TIANDITU_KEY", "geheim")
    monkeypatch.setenv("REDTRAILS_OIDC_CLIENT_SECRET", "geheim")
    assert "geheim" not in repr(load_settings())
    monkeypatch.setenv("REDTRAILS_OIDC_SCOPES", "profile")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "geheim" not in refused.value.message


def test_the_basemaps_a_visitor_may_choose_follow_the_settings() -> None:
    assert Settings().basemaps == ("none",)
    assert Settings(online_basemaps=True).basemaps == ("none", "osm", "amap")
    keyed = Settings(online_basemaps=True, tianditu_key="k", basemap="tianditu")
    assert keyed.basemaps == ("tianditu", "none", "osm", "amap")


def test_the_documentation_lists_every_setting_with_its_meaning(root: Path) -> None:
    text = (root / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(REDTRAILS_\w+)`", text, re.MULTILINE))
    assert listed == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        assert field.description, name

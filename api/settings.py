"""Every setting, with its unit and default; the environment is read here and nowhere else.

A setting `x` is the environment variable `REDTRAILS_X`. docs/settings.md lists them all (a test
holds the two together). Values that contradict each other refuse to start.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from geo.errors import DataError, HeritageError
from geo.models import MODES, Mode
from geo.planner.request import MAX_STOPS

if TYPE_CHECKING:
    from routes_data.accounts import Placing

PREFIX = "REDTRAILS_"

Basemap = Literal["none", "osm", "tianditu", "amap"]
EngineKind = Literal["", "osrm", "valhalla", "openrouteservice", "graphhopper"]
LogLevel = Literal["debug", "info", "warning", "error"]


class SettingsError(DataError):
    """One or more settings cannot be used; the message names each of them."""

    code = "bad-settings"


def default_data_dir() -> Path:
    """Return `$XDG_DATA_HOME/redtrails`, else `~/.local/share/redtrails`."""
    home = os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    return Path(home) / "redtrails"


class Settings(BaseSettings):
    """What one running service was told; frozen."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder of the database and the compiled networks; created when missing. "
        "Default: $XDG_DATA_HOME/redtrails, else ~/.local/share/redtrails.",
    )
    database_url: str = Field(
        default="",
        description="SQLAlchemy URL of the store. Empty: SQLite, redtrails.db in the data folder.",
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="TCP port; 0 takes a free one.")
    public_url: str = Field(
        default="",
        description="Address visitors use, e.g. https://trails.example.org, for links in answers "
        "and exports. Empty: the address of each request.",
    )
    basemap: Basemap = Field(
        default="none",
        description="Basemap a map starts with. none: districts and the shipped roads, drawn as "
        "vectors, no foreign request.",
    )
    online_basemaps: bool = Field(
        default=False,
        description="Whether visitors may choose a basemap that their browser loads from a foreign "
        "host; opens the Content-Security-Policy to those hosts only.",
    )
    tianditu_key: SecretStr = Field(
        default=SecretStr(""),
        description="Browser key of 天地图; without it that basemap is not offered.",
    )
    approval_number: str = Field(
        default="",
        description="Approval number (审图号) that the provider of Chinese tiles states; shown on "
        "maps over them.",
    )
    log_level: LogLevel = Field(default="info", description="Least level that is logged.")
    max_body_bytes: int = Field(
        default=1_000_000, ge=1_000, description="Largest request body, in bytes."
    )
    max_stops: int = Field(
        default=MAX_STOPS, ge=1, le=MAX_STOPS, description="Most sites one itinerary may have."
    )
    max_page_size: int = Field(
        default=1_000, ge=1, le=10_000, description="Most records one page of items may have."
    )
    compress_bytes: int = Field(
        default=1_000, ge=0, description="Answers shorter than this, in bytes, are not compressed."
    )
    threads: int = Field(
        default=8,
        ge=2,
        le=200,
        description="Requests that one worker process works on at once; the others wait their "
        "turn. A process computes one thing at a time: more help only where an external engine or "
        "a far database keeps requests waiting.",
    )

    overpass_url: str = Field(
        default="https://overpass-api.de/api",
        description="Overpass server that `redtrails network build overpass:…` downloads from; a "
        "running service never calls it.",
    )

    engine_kind: EngineKind = Field(
        default="",
        description="External routing engine that plans are asked of. Empty: none, the local "
        "network answers.",
    )
    engine_url: str = Field(
        default="",
        description="Address of the engine, e.g. http://127.0.0.1:8002. `{mode}` in it stands for "
        "walk, cycle, drive or coach: an OSRM server knows one mode only.",
    )
    engine_key: SecretStr = Field(
        default=SecretStr(""), description="Key of a hosted engine; empty: it asks for none."
    )
    engine_modes: str = Field(
        default="",
        description="Modes the engine is asked for, by commas; the local network answers the "
        "others. Empty: all the engine has rules for.",
    )
    engine_timeout_s: float = Field(
        default=5.0,
        gt=0,
        le=60,
        description="How long the engine may be silent before the local network answers, in "
        "seconds; it is asked twice.",
    )

    session_hours: int = Field(
        default=12, ge=1, le=168, description="How long staff stay signed in at most, in hours."
    )
    session_idle_minutes: int = Field(
        default=120,
        ge=5,
        le=1440,
        description="How long staff stay signed in without opening a page, in minutes.",
    )

    oidc_issuer: str = Field(
        default="",
        max_length=200,
        description="Issuer of the OpenID Connect provider that staff may sign in with, e.g. "
        "https://id.example.org/realms/city. Empty: with a password alone.",
    )
    oidc_client_id: str = Field(default="", description="What this service is called there.")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Its secret there; empty: it has none, PKCE alone."
    )
    oidc_scopes: str = Field(
        default="openid profile email", description="Scopes asked for, with blanks between."
    )
    oidc_label: str = Field(
        default="",
        max_length=40,
        description="Name of the provider on the button of the log-in page.",
    )
    oidc_name_claim: str = Field(
        default="preferred_username",
        description="Claim that gives the name of an account that is made by itself.",
    )
    oidc_groups_claim: str = Field(
        default="groups", description="Claim that lists the groups somebody is in."
    )
    oidc_roles: str = Field(
        default="",
        description="Groups that have accounts made by themselves: GROUP=ROLE or GROUP=ROLE@UNIT, "
        "semicolons between. Empty: only accounts linked by `redtrails user identity` sign in.",
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("public_url", "overpass_url", "engine_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.netloc
        if value and (not usable or parts.query or parts.fragment):
            raise ValueError("want an address like https://trails.example.org")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.basemap != "none" and not self.online_basemaps:
            raise ValueError(
                f"{PREFIX}BASEMAP={self.basemap} is loaded from a foreign host, but "
                f"{PREFIX}ONLINE_BASEMAPS is false; set it to true or the basemap to none"
            )
        if self.basemap == "tianditu" and not self.tianditu_key.get_secret_value():
            raise ValueError(f"{PREFIX}BASEMAP=tianditu needs {PREFIX}TIANDITU_KEY")
        return self

    @model_validator(mode="after")
    def _one_engine(self) -> Self:
        """Refuse an engine without an address, and modes it cannot answer."""
        if bool(self.engine_kind) != bool(self.engine_url):
            raise ValueError(f"{PREFIX}ENGINE_KIND and {PREFIX}ENGINE_URL go together; set both")
        if self.engine_kind:
            from geo.engines import modes_of  # noqa: PLC0415 - few have an engine

            able = modes_of(self.engine_kind)
            asked = self.modes_of_engine or able
            if not set(asked) <= set(able):
                wanted = ", ".join(able)
                raise ValueError(
                    f"{PREFIX}ENGINE_MODES={self.engine_modes}: {self.engine_kind} answers {wanted}"
                )
            if self.engine_kind == "osrm" and len(asked) > 1 and "{mode}" not in self.engine_url:
                raise ValueError(
                    f"an OSRM server knows one mode only: name it in {PREFIX}ENGINE_MODES, or put "
                    f"{{mode}} into {PREFIX}ENGINE_URL"
                )
        return self

    @model_validator(mode="after")
    def _one_provider(self) -> Self:
        """Refuse a provider without a client, an address anybody may listen to, unread roles."""
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError(
                f"{PREFIX}OIDC_ISSUER and {PREFIX}OIDC_CLIENT_ID go together; set both"
            )
        if self.oidc_issuer and not is_safe_address(self.oidc_issuer):
            raise ValueError(
                f"{PREFIX}OIDC_ISSUER={self.oidc_issuer}: want an address of https (of http on "
                "this machine alone)"
            )
        if "openid" not in self.oidc_scopes.split():
            raise ValueError(f"{PREFIX}OIDC_SCOPES={self.oidc_scopes}: openid must be among them")
        if self.oidc_roles and self.placing.groups and not self.oidc_issuer:
            raise ValueError(f"{PREFIX}OIDC_ROLES needs {PREFIX}OIDC_ISSUER")
        return self

    @property
    def placing(self) -> Placing:
        """Which role and unit the groups of the provider stand for."""
        from routes_data.accounts.placing import Placing  # noqa: PLC0415 - few have a provider

        try:
            return Placing.read(self.oidc_roles)
        except HeritageError as error:
            raise ValueError(f"{PREFIX}OIDC_ROLES: {error.message}") from error

    @property
    def modes_of_engine(self) -> tuple[Mode, ...]:
        """The modes the engine is asked for; none: all it has rules for."""
        asked = [word.strip() for word in self.engine_modes.split(",") if word.strip()]
        unknown = sorted(set(asked) - set(MODES))
        if unknown:
            raise ValueError(
                f"{PREFIX}ENGINE_MODES={self.engine_modes}: want some of {', '.join(MODES)}"
            )
        return tuple(mode for mode in MODES if mode in asked)

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL of the store, the default filled in."""
        return self.database_url or f"sqlite:///{self.store_file}"

    @property
    def store_file(self) -> Path:
        """The file of the store where no database was named."""
        return self.data_dir / "redtrails.db"

    @property
    def networks_dir(self) -> Path:
        """The folder of the compiled networks."""
        return self.data_dir / "networks"

    @property
    def basemaps(self) -> tuple[Basemap, ...]:
        """The basemaps a visitor may choose, the one a map starts with first."""
        offered: tuple[Basemap, ...] = ("none",)
        if self.online_basemaps:
            keyed: tuple[Basemap, ...] = (
                ("tianditu",) if self.tianditu_key.get_secret_value() else ()
            )
            offered = ("none", "osm", *keyed, "amap")
        return (self.basemap, *(name for name in offered if name != self.basemap))


def is_safe_address(text: str) -> bool:
    """Return whether nobody in between can read or change what this address says.

    That is https, and http on this machine.
    """
    parts = urlsplit(text)
    own = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return bool(parts.netloc) and (parts.scheme == "https" or (parts.scheme == "http" and own))


def load_settings() -> Settings:
    """Return the settings of the environment.

    Raises
    ------
    SettingsError
        A value cannot be used, or two contradict each other: one line naming each.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("; ".join(_lines(error))) from error


def _lines(error: ValidationError) -> list[str]:
    """Return each fault as `REDTRAILS_X=got: wanted`; a secret's value is not repeated."""
    lines = []
    for fault in error.errors(include_url=False):
        wanted = fault["msg"].removeprefix("Value error, ")
        name = "".join(f"{PREFIX}{part}".upper() for part in fault["loc"][:1])
        secret = any(word in name.lower() for word in ("key", "secret"))
        shown = "" if secret else f"={str(fault['input'])[:80]}"
        lines.append(f"{name}{shown}: {wanted}" if name else wanted)
    return lines

"""Every setting of Day Zero, from the environment (`DAYZERO_...`) or a `.env` file.

Read once, by worker.py and console only; everybody else is given values. docs/reference/settings.md is made
from the descriptions here (`make docs`).
"""

from __future__ import annotations

import base64
import binascii
import getpass
import json
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, TypeAdapter, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent
PAYLOAD_KEY_BYTES = 32


class SettingsInvalid(ValueError):
    """The environment holds something that cannot be; one line per mistake, without the value."""


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(BaseSettings):
    """What a process of Day Zero is told about its surroundings. Frozen: nothing changes it afterwards."""

    model_config = SettingsConfigDict(
        env_prefix="DAYZERO_",
        env_file=ROOT / ".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    # Where things are
    home: Path = Field(
        default=ROOT / "var", description="Folder of this machine's data: store, embedded server, logs."
    )
    protocols_dir: Path = Field(
        default=ROOT / "protocols", description="Folder of the protocol documents (YAML)."
    )
    sites_dir: Path = Field(default=ROOT / "sites", description="Folder of the site configurations (YAML).")

    # Store
    database_url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy address of the store, such as "
        "`postgresql+psycopg://user:password@host/dayzero`. Not set: the SQLite file "
        "`dayzero.sqlite3` in `home`.",
    )

    # Temporal
    temporal_address: str | None = Field(
        default=None,
        description="Host and port of Temporal's frontend. Not set: `up` starts an embedded server, and the "
        "other commands use the one that `up` started from the same `home`.",
    )
    temporal_namespace: str = Field(default="default", min_length=1, description="Temporal namespace.")
    temporal_api_key: SecretStr | None = Field(
        default=None, description="API key, for Temporal Cloud. Implies TLS."
    )
    temporal_tls: bool = Field(
        default=False, description="Speak TLS to Temporal; implied by a key, a certificate or a CA file."
    )
    temporal_tls_cert: Path | None = Field(
        default=None, description="Client certificate (PEM) for mutual TLS."
    )
    temporal_tls_key: Path | None = Field(default=None, description="Private key (PEM) of that certificate.")
    temporal_tls_ca: Path | None = Field(
        default=None, description="Certificate authority (PEM) that signed the server."
    )
    temporal_bin: str | None = Field(
        default=None, description="Temporal program for the embedded server. Not set: it is looked for."
    )
    task_queue: str = Field(default="dayzero", min_length=1, description="Task queue that workers serve.")
    deployment_name: str = Field(
        default="dayzero", min_length=1, description="Name of the worker deployment."
    )
    build_id: str = Field(
        default="dev", min_length=1, description="Version of the code within that deployment."
    )
    max_cached_workflows: int = Field(
        default=2000,
        ge=0,
        description="Participants a worker keeps in memory, about 0.15 MB each; give it all open ones.",
    )
    max_concurrent_desk: int = Field(
        default=16,
        ge=1,
        le=1000,
        description="Decisions one worker takes at the same time (threads and connections).",
    )
    payload_keys: SecretStr | None = Field(
        default=None,
        description="Keys that encrypt what Temporal stores: `id:base64` pairs separated by commas, 32 bytes "
        "each; the first encrypts, all decrypt. Not set: no encryption.",
    )

    # Proof
    seal_key: SecretStr | None = Field(
        default=None,
        description="Secret key that seals checkpoints and archives, as `dayzero seal key` makes it. Not "
        "set: nothing is sealed.",
    )

    anchor_file: Path | None = Field(
        default=None,
        description="File that workers append sealed checkpoints of the record to, best where those who may "
        "write the record may not. Needs `DAYZERO_SEAL_KEY`.",
    )
    anchor_channels: str = Field(
        default="",
        description="Channels that workers send a sealed checkpoint through, between commas. Needs "
        "`DAYZERO_SEAL_KEY`.",
    )
    anchor_every: int = Field(
        default=86_400,
        ge=60,
        description="Time between two checkpoints in each of these places, in seconds.",
    )

    # Notices
    channels: Annotated[dict[str, SecretStr], NoDecode] = Field(
        default_factory=dict,
        description='Channels by name, as JSON: `{"site-mail": "mailtos://..."}`; each value is an Apprise '
        "address. They come on top of `channels_file` and win over it.",
    )
    channels_file: Path | None = Field(
        default=None,
        description="JSON file with channels, in the same shape, for secrets that live in files.",
    )
    console_url: str | None = Field(
        default=None,
        description="Address under which people open the web console: base of the links in notices, and what "
        "the console answers to; `https` makes its cookies travel over TLS only. Not set: no links.",
    )

    # The web console
    web_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address the web console listens on. Another than this machine's own belongs behind a "
        "proxy that speaks TLS, with `DAYZERO_CONSOLE_URL` set.",
    )
    web_port: int = Field(
        default=8080,
        ge=1,
        le=65_535,
        description="Port of the web console; `up` takes a free one when somebody has it.",
    )
    web_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses or networks, separated by commas, of the proxies before the console: only "
        "they may say from where somebody comes (`X-Forwarded-For`), which lock-outs count by.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^https://|^http://(127\.0\.0\.1|localhost)(:|/|$)",
        description="Issuer of the identity provider people may sign in with (OpenID Connect), such as "
        "`https://login.example.org/realms/hospital`. Needs the extra `oidc`. Not set: passwords only.",
    )
    oidc_client_id: str | None = Field(
        default=None, description="What the identity provider calls this console."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Secret shared with it. Not set: a public client, with PKCE alone."
    )
    oidc_name: str = Field(
        default="identity provider",
        min_length=1,
        description="What people call it: on the button of the sign-in page.",
    )
    oidc_skew: int = Field(
        default=60,
        ge=0,
        le=600,
        description="How far its clock and this one's may be apart, in seconds.",
    )

    # Webhooks
    webhook_networks: str = Field(
        default="",
        description="Networks inside which a webhook may be, between commas, such as `10.1.0.0/16`. Not set: "
        "only public addresses, and this machine where the webhook says so.",
    )

    # Watching
    watchdog_every: int = Field(
        default=60, ge=1, le=86_400, description="Time between two watchdog sweeps, in seconds."
    )
    heartbeat_url: SecretStr | None = Field(
        default=None,
        description="Address pinged while all is well, so that silence is noticed outside. Not set: no ping.",
    )
    heartbeat_every: int = Field(
        default=60, ge=1, le=86_400, description="Time between two pings, in seconds."
    )
    log_format: LogFormat = Field(
        default=LogFormat.CONSOLE, description="`console` for people, `json` for machines."
    )
    log_level: LogLevel = Field(default=LogLevel.INFO, description="Least level that is logged.")
    metrics_port: int = Field(
        default=0, ge=0, le=65_535, description="Port of the Prometheus metrics; 0 serves none."
    )

    # The command line
    study: str | None = Field(
        default=None, description="Study the command line speaks of. Not set: the only one in the store."
    )
    actor: str | None = Field(
        default=None,
        description="Who speaks on the command line, as it goes on the record. Not set: the login name.",
    )
    role: str = Field(
        default="coordinator",
        description="Role in which they speak, such as `coordinator` or `investigator`.",
    )

    @field_validator("log_format", "log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in value.split(","):
            if each.strip():
                ip_network(each.strip())
        return value

    @field_validator("home", "protocols_dir", "sites_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("channels", mode="before")
    @classmethod
    def _read_channels(cls, value: object) -> object:
        return _parse_channels(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if (self.temporal_tls_cert is None) != (self.temporal_tls_key is None):
            raise ValueError("DAYZERO_TEMPORAL_TLS_CERT and DAYZERO_TEMPORAL_TLS_KEY go together")
        if self.oidc_issuer is not None and (self.oidc_client_id is None or self.console_url is None):
            raise ValueError("DAYZERO_OIDC_ISSUER needs DAYZERO_OIDC_CLIENT_ID and DAYZERO_CONSOLE_URL")
        if (self.anchor_file is not None or self.anchoring_channels()) and self.seal_key is None:
            raise ValueError("DAYZERO_ANCHOR_FILE and DAYZERO_ANCHOR_CHANNELS need DAYZERO_SEAL_KEY")
        self.encryption_keys()
        return self

    @property
    def store_url(self) -> str:
        """Address of the store: `database_url`, or the SQLite file in `home`."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'dayzero.sqlite3'}"

    @property
    def speaker(self) -> str:
        """Who speaks on the command line: `actor`, or the login name."""
        return self.actor or getpass.getuser()

    def anchoring_channels(self) -> tuple[str, ...]:
        """The names in `anchor_channels`."""
        return tuple(each.strip() for each in self.anchor_channels.split(",") if each.strip())

    def all_channels(self) -> dict[str, SecretStr]:
        """Channels by name, from `channels_file` and `channels`. Raises SettingsInvalid."""
        if self.channels_file is None:
            return dict(self.channels)
        try:
            stored = _CHANNELS.validate_python(
                _parse_channels(self.channels_file.read_text(encoding="utf-8"))
            )
        except ValidationError:
            raise SettingsInvalid(f"{self.channels_file}: expected {_CHANNELS_SHAPE}") from None
        except (OSError, ValueError) as error:
            raise SettingsInvalid(f"DAYZERO_CHANNELS_FILE: {self.channels_file}: {error}") from None
        return {**stored, **self.channels}

    def encryption_keys(self) -> Mapping[str, bytes]:
        """Payload keys by id, the active one first; empty when nothing is encrypted. Raises ValueError."""
        if self.payload_keys is None:
            return {}
        keys: dict[str, bytes] = {}
        for number, pair in enumerate(self.payload_keys.get_secret_value().split(","), start=1):
            key_id, colon, text = pair.strip().partition(":")
            if not key_id or not colon:
                raise ValueError(f"DAYZERO_PAYLOAD_KEYS: entry {number} is not `id:base64`")
            if key_id in keys:
                raise ValueError(f"DAYZERO_PAYLOAD_KEYS: two keys are named {key_id!r}")
            keys[key_id] = _decode_key(key_id, text)
        return keys


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsInvalid, one line per mistake."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsInvalid(
            "\n".join(_say(problem["loc"], problem["msg"]) for problem in error.errors())
        ) from None


_CHANNELS = TypeAdapter(dict[str, SecretStr])
_CHANNELS_SHAPE = 'a JSON object {"name": "apprise address"}'


def _parse_channels(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # The text holds passwords: say where it breaks, not what it says.
        raise ValueError(f"breaks off at character {error.pos + 1}; expected {_CHANNELS_SHAPE}") from None


def _decode_key(key_id: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError(f"DAYZERO_PAYLOAD_KEYS: key {key_id!r} is not base64") from None
    if len(key) != PAYLOAD_KEY_BYTES:
        raise ValueError(
            f"DAYZERO_PAYLOAD_KEYS: key {key_id!r} has {len(key)} bytes; AES-256 needs {PAYLOAD_KEY_BYTES} "
            "(make one: head -c 32 /dev/urandom | base64)"
        )
    return key


def _say(where: tuple[int | str, ...], message: str) -> str:
    sentence = message.removeprefix("Value error, ")
    return f"DAYZERO_{str(where[0]).upper()}: {sentence}" if where else sentence

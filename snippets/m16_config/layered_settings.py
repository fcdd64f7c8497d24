# /// script
# requires-python = ">=3.11"
# dependencies = ["pydantic-settings>=2.7", "snippet-support", "pydantic>=2.10"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Four layers of settings that remember where each value came from, and refuse to start on a wrong one."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    CliSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from snippet_support import work_in_temporary_folder


# --8<-- [start:settings]
class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="SHOP_", frozen=True, extra="forbid", hide_input_in_errors=True
    )
    port: int = Field(8080, ge=1, le=65535)
    page_size: int = Field(20, gt=0, le=200)
    supplier_timeout: float = Field(2.0, gt=0)
    debug: bool = False
    database_url: SecretStr  # no default: without it there is no service

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)  # load() below has read the layers already
# --8<-- [end:settings]


# --8<-- [start:load]
def load(file: Path, flags: Sequence[str]) -> tuple[Settings, dict[str, str]]:
    """Read each layer once, the weakest first, and note who had the last word."""
    unknown = {
        name for name in os.environ
        if name.startswith("SHOP_") and name[5:].lower() not in Settings.model_fields
    }
    if unknown:
        raise SystemExit(f"unknown settings in the environment: {', '.join(unknown)}")
    layers: dict[str, PydanticBaseSettingsSource] = {
        "file": TomlConfigSettingsSource(Settings, file),
        "environment": EnvSettingsSource(Settings),
        "flag": CliSettingsSource(Settings, cli_parse_args=list(flags)),
    }
    values = dict[str, Any]()
    origin = dict.fromkeys(Settings.model_fields, "default")
    for layer, source in layers.items():
        found = source()
        values |= found
        origin |= dict.fromkeys(found, layer)
    try:
        return Settings(**values), origin
    except ValidationError as wrong:
        faults = (f"{each['loc'][0]}: {each['msg']}" for each in wrong.errors())
        raise SystemExit("\n".join(["refusing to start", *faults])) from None
# --8<-- [end:load]


# --8<-- [start:run]
work_in_temporary_folder()
Path("shop.toml").write_text("port = 8081\npage_size = 50\nsupplier_timeout = 1.5\n")
os.environ |= {"SHOP_PORT": "8082", "SHOP_PAGE_SIZE": "75", "SHOP_DEBUG": "False"}
os.environ["SHOP_DATABASE_URL"] = "postgresql://shop:hunter2@db/shop"

settings, origin = load(Path("shop.toml"), ["--port=8083"])
for name, value in settings:
    print(f"{name:<17}{value!s:<11} <- {origin[name]}")
assert [origin[each] for each in ("port", "page_size", "supplier_timeout")] == [
    "flag", "environment", "file",
]
assert "hunter2" not in f"{settings} {settings!r} {settings.model_dump_json()}"
print("bool('False') is", bool("False"), "- parsed it is", settings.debug)
try:
    settings.port = 1
except ValidationError as refused:
    print("assignment:", refused.errors()[0]["msg"])


def attempt(change: str, value: str | None) -> None:
    before = os.environ.pop(change, None)
    if value is not None:
        os.environ[change] = value
    said = ""
    try:
        load(Path("shop.toml"), [])
    except SystemExit as end:
        said = str(end)
    print(f"--- {change}={value or ''}\n{said}")
    assert said and "hunter2" not in said
    os.environ.pop(change, None)
    if before is not None:
        os.environ[change] = before


attempt("SHOP_DATABASE_URL", None)
attempt("SHOP_PAGE_SIZE", "lots")
attempt("SHOP_PAGESIZE", "30")  # a typing error, not a new setting
# --8<-- [end:run]

"""The settings of the command, as data: the command line, the documents and the tests read it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from neuronboard.errors import SettingError
from neuronboard.store import LogdirSpec

DEFAULT_PORT = 6006
LONGEST_INTERVAL = 86_400  # seconds
WILDCARDS = ("0.0.0.0", "::")  # hosts that stand for every address of this machine


@dataclass(frozen=True, slots=True)
class Setting:
    """A flag: its name, the type of its value (bool for a switch), default, and help."""

    name: str
    type: type
    default: Any
    help: str
    metavar: str = ""


SETTINGS = (
    Setting("logdir", str, None, "folder that holds the runs, at any depth", "PATH"),
    Setting("logdir_spec", str, None, "several folders, each under a name", "NAME:PATH,..."),
    Setting("host", str, "localhost", "address to serve on", "ADDRESS"),
    Setting("bind_all", bool, False, "serve on every address of this machine"),
    Setting("port", int, None, "port to serve on; 0 takes any free one (6006 or next)", "N"),
    Setting("path_prefix", str, "", "serve below this path, for a proxy", "/PREFIX"),
    Setting(
        "reload_interval",
        float,
        1.0,
        "seconds between looks for new data where the file system does not tell of them, as those "
        "of networks; 0 reads everything once and follows nothing",
        "SECONDS",
    ),
    Setting(
        "memory_limit",
        float,
        None,
        "gigabytes that points and tags may take: 20 bytes a point, 24 in double precision, and a "
        "tenth on top at most (70 %% of what is free)",
        "GB",
    ),
    Setting(
        "samples_per_plugin",
        str,
        "",
        "how many points of a series TensorBoard's routes answer at most; 0, and what is not "
        "named, is all",
        "scalars=N,...",
    ),
    Setting("window_title", str, "", "title of the browser's window", "TEXT"),
    Setting("read_only", bool, False, "save no named views"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server is started with."""

    spec: LogdirSpec
    host: str = "localhost"
    bind_all: bool = False
    port: int | None = None
    path_prefix: str = ""
    reload_interval: float = 1.0
    window_title: str = ""
    memory_limit: int | None = None  # bytes; None is a share of what is free
    samples_per_plugin: Mapping[str, int] = field(default_factory=dict)
    read_only: bool = False

    @property
    def everywhere(self) -> bool:
        """Whether other machines are served, under whatever name they have for this one."""
        return self.bind_all or self.host in WILDCARDS


class Parser(argparse.ArgumentParser):
    """Reports mistakes as `SettingError`."""

    def error(self, message: str) -> NoReturn:
        raise SettingError(f"{message}; {self.prog} --help lists the flags")


def parser(version: str, commands: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The command line; dashes and underscores in flags are the same.

    commands: the words that, in front, make it another command; the help names them.
    """
    listed = ", ".join(f"neuronboard {name}" for name in commands)
    made = Parser(
        prog="neuronboard",
        allow_abbrev=False,
        description="Shows the training runs of a log directory in the browser.",
        epilog=f"Other commands, each with a --help of its own: {listed}." if commands else None,
    )
    made.add_argument("folder", nargs="?", help="the same as --logdir", metavar="LOGDIR")
    for setting in SETTINGS:
        flags = [f"--{setting.name}"]
        if "_" in setting.name:
            flags.append(f"--{setting.name.replace('_', '-')}")
        if setting.type is bool:
            made.add_argument(*flags, action="store_true", help=setting.help)
        else:
            made.add_argument(
                *flags,
                type=setting.type,
                default=setting.default,
                help=setting.help,
                metavar=setting.metavar,
            )
    made.add_argument("--version", action="version", version=f"NeuronBoard {version}")
    return made


def parse(arguments: Sequence[str], version: str, commands: Sequence[str] = ()) -> Settings:
    """The settings of a command line; `SettingError` says what is wrong with it.

    commands: as of `parser`.
    """
    given = parser(version, commands).parse_args(arguments)
    logdirs = [item for item in (given.folder, given.logdir, given.logdir_spec) if item]
    if len(logdirs) != 1:
        wrong = "none was given" if not logdirs else f"{len(logdirs)} were given"
        raise SettingError(f"say once which folder to show, {wrong}: neuronboard --logdir=PATH")
    if given.bind_all and given.host != "localhost":
        raise SettingError("--host and --bind_all contradict each other: give one of them")
    if given.port is not None and not 0 <= given.port <= 65535:
        raise SettingError(f"--port must be 0 to 65535, got {given.port}")
    if not 0 <= given.reload_interval <= LONGEST_INTERVAL:
        raise SettingError(
            f"--reload_interval must be seconds from 0 (read once) to {LONGEST_INTERVAL:,}, "
            f"got {given.reload_interval}"
        )
    if given.memory_limit is not None and not 0 < given.memory_limit < 1e9:
        raise SettingError(f"--memory_limit wants gigabytes above 0, got {given.memory_limit}")
    prefix = given.path_prefix.rstrip("/")
    if prefix and not prefix.startswith("/"):
        raise SettingError(f"--path_prefix must begin with /, got {given.path_prefix!r}")
    return Settings(
        spec=_spec(given.logdir_spec, logdirs[0]),
        host=given.host,
        bind_all=given.bind_all,
        port=given.port,
        path_prefix=prefix,
        reload_interval=given.reload_interval,
        window_title=given.window_title,
        memory_limit=None if given.memory_limit is None else int(given.memory_limit * 1e9),
        samples_per_plugin=_samples(given.samples_per_plugin),
        read_only=given.read_only,
    )


def _spec(named: str | None, single: str) -> LogdirSpec:
    spec = LogdirSpec.parse(named) if named else LogdirSpec.single(single)
    for path in spec.files:
        raise SettingError(
            f"a log directory is a folder, and this is a file; give the folder that it is in, "
            f"--logdir={path.parent}: {path}"
        )
    return spec


def _samples(text: str) -> dict[str, int]:
    """Plugin -> points, of "scalars=1000,images=0"."""
    found = {}
    for part in filter(None, text.split(",")):
        plugin, equals, count = (word.strip() for word in part.partition("="))
        if not (plugin and equals and count.isascii() and count.isdigit()):
            raise SettingError(
                f"--samples_per_plugin wants plugin=number,plugin=number (scalars=1000,images=0, "
                f"where 0 is all), got {part!r}"
            )
        found[plugin] = int(count)
    return found

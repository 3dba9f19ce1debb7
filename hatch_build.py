"""Builds the scanner's extension into the wheel, where there is a compiler.

Without one the wheel is pure Python and reads the same files, slower; the command says so when it
starts. NEURONBOARD_PURE=1 leaves the extension out on purpose.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "neuronboard.formats._event_scan"
SOURCES = "neuronboard/formats/scanner"
OLDEST = "cp311"


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles `module.c`; a failure is a warning and a pure wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the files of a wheel."""
        self.folder = Path(tempfile.mkdtemp(prefix="neuronboard-build-"))
        if self.target_name != "wheel":
            return
        editable = version == "editable"
        folder = Path(self.root, "neuronboard", "formats")
        if editable:
            for stale in [*folder.glob("_event_scan*.so"), *folder.glob("_event_scan*.pyd")]:
                stale.unlink()
        if os.environ.get("NEURONBOARD_PURE") == "1" or sysconfig.get_config_var("Py_GIL_DISABLED"):
            return
        try:
            built = _compile(Path(self.root), self.folder)
        except Exception as error:  # noqa: BLE001 - whatever keeps a compiler from working
            self.app.display_warning(f"no extension, reading will be slower: {error}")
            return
        if editable:  # imported from the source tree, so it goes there
            shutil.copy(built, folder)
        else:
            build_data["force_include"][str(built)] = f"neuronboard/formats/{built.name}"
        build_data["pure_python"] = False
        build_data["tag"] = f"{OLDEST}-abi3-{_platform()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called by hatchling when the wheel is written: the temporary folder goes."""
        shutil.rmtree(self.folder)


def _compile(root: Path, folder: Path) -> Path:
    """The extension, compiled in `folder`."""
    from setuptools import Distribution, Extension

    flags = ["/O2"] if sys.platform == "win32" else ["-O3"]
    extension = Extension(
        NAME, [f"{SOURCES}/module.c"], extra_compile_args=flags, py_limited_api=True
    )
    distribution = Distribution({"name": "neuronboard", "ext_modules": [extension]})
    command = distribution.get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(folder / "lib"), str(folder / "temp")
    before = os.getcwd()
    os.chdir(root)
    try:
        distribution.run_command("build_ext")
    except SystemExit as error:  # setuptools' way to say that a compiler failed
        raise RuntimeError(str(error)) from error
    finally:
        os.chdir(before)
    [built] = [path for path in (folder / "lib").rglob("_event_scan*") if path.is_file()]
    return built


def _platform() -> str:
    from packaging.tags import sys_tags

    return next(tag.platform for tag in sys_tags() if "manylinux" not in tag.platform)

"""Builds the extensions, scanner and encoder, into the wheel, where there is a compiler.

Without one the wheel is pure Python and reads and writes the same files, slower; the command says
so when it starts. NEURONBOARD_PURE=1 leaves the extensions out on purpose.
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

# module in neuronboard/formats -> its one source there; headers are included
EXTENSIONS = {"_event_scan": "scanner/module.c", "_event_encode": "encoder/module.c"}
OLDEST = "cp311"


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles each `module.c`; a failure is a warning and a pure wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the files of a wheel."""
        self.folder = Path(tempfile.mkdtemp(prefix="neuronboard-build-"))
        if self.target_name != "wheel":
            return
        editable = version == "editable"
        folder = Path(self.root, "neuronboard", "formats")
        if editable:
            for name in EXTENSIONS:
                for stale in [*folder.glob(f"{name}*.so"), *folder.glob(f"{name}*.pyd")]:
                    stale.unlink()
        if os.environ.get("NEURONBOARD_PURE") == "1" or sysconfig.get_config_var("Py_GIL_DISABLED"):
            return
        try:
            built = _compile(Path(self.root), self.folder)
        except Exception as error:  # noqa: BLE001 - whatever keeps a compiler from working
            self.app.display_warning(f"no extensions, neuronboard will be slower: {error}")
            return
        for path in built:
            if editable:  # imported from the source tree, so it goes there
                shutil.copy(path, folder)
            else:
                build_data["force_include"][str(path)] = f"neuronboard/formats/{path.name}"
        build_data["pure_python"] = False
        build_data["tag"] = f"{OLDEST}-abi3-{_platform()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called by hatchling when the wheel is written: the temporary folder goes."""
        shutil.rmtree(self.folder)


def _compile(root: Path, folder: Path) -> list[Path]:
    """The extensions, compiled in `folder`."""
    from setuptools import Distribution, Extension

    flags = ["/O2"] if sys.platform == "win32" else ["-O3"]
    extensions = [
        Extension(
            f"neuronboard.formats.{name}",
            [f"neuronboard/formats/{source}"],
            extra_compile_args=flags,
            py_limited_api=True,
        )
        for name, source in EXTENSIONS.items()
    ]
    distribution = Distribution({"name": "neuronboard", "ext_modules": extensions})
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
    built = [path for path in (folder / "lib").rglob("_event_*") if path.is_file()]
    if len(built) != len(EXTENSIONS):
        raise RuntimeError(f"the compiler made {len(built)} files of {len(EXTENSIONS)}")
    return built


def _platform() -> str:
    from packaging.tags import sys_tags

    return next(tag.platform for tag in sys_tags() if "manylinux" not in tag.platform)

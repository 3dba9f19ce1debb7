"""Builds the extensions into the wheel, where there is a compiler.

Without one the wheel is pure Python and does the same, slower; the command says so when it
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

# Name of each extension -> its one source, which includes the headers beside it.
EXTENSIONS = {
    "neuronboard.engine._steps": "neuronboard/engine/kernels/module.c",
    "neuronboard.formats._event_scan": "neuronboard/formats/scanner/module.c",
    "neuronboard.formats._event_encode": "neuronboard/formats/encoder/module.c",
    "neuronboard.store._kernels": "neuronboard/store/kernels/module.c",
}
OLDEST = "cp311"
# The same answers on every processor: a * b + c is never rounded once instead of twice. Nobody asks
# for errno or for traps of arithmetic, and without them roots are taken eight at a time.
_ROUNDED = ("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles the extensions; a failure is a warning and a pure wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the files of a wheel."""
        self.folder = Path(tempfile.mkdtemp(prefix="neuronboard-build-"))
        if self.target_name != "wheel":
            return
        editable = version == "editable"
        if editable:
            for name in EXTENSIONS:
                for built in Path(self.root).glob(f"{_place(name)}.*"):
                    if built.suffix in (".so", ".pyd"):
                        built.unlink()
        if os.environ.get("NEURONBOARD_PURE") == "1" or sysconfig.get_config_var("Py_GIL_DISABLED"):
            return
        try:
            compiled = _compile(Path(self.root), self.folder)
        except Exception as error:  # noqa: BLE001 - whatever keeps a compiler from working
            self.app.display_warning(f"no extensions, everything will be slower: {error}")
            return
        for path, folder in compiled.items():
            if editable:  # imported from the source tree, so it goes there
                shutil.copy(path, Path(self.root, folder))
            else:
                build_data["force_include"][str(path)] = f"{folder}/{path.name}"
        build_data["pure_python"] = False
        build_data["tag"] = f"{OLDEST}-abi3-{_platform()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called by hatchling when the wheel is written: the temporary folder goes."""
        shutil.rmtree(self.folder)


def _place(name: str) -> str:
    """Where an extension of that name lies, without the end of the file's name."""
    return name.replace(".", "/")


def _compile(root: Path, folder: Path) -> dict[Path, str]:
    """The extensions, compiled in `folder`, and the folder of the package each belongs to."""
    from setuptools import Distribution, Extension

    flags = ["/O2"] if sys.platform == "win32" else ["-O3", *_ROUNDED]
    modules = [
        Extension(name, [source], extra_compile_args=flags, py_limited_api=True)
        for name, source in EXTENSIONS.items()
    ]
    distribution = Distribution({"name": "neuronboard", "ext_modules": modules})
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
    found = {}
    for name in EXTENSIONS:
        place = Path(_place(name))
        [path] = [path for path in (folder / "lib").glob(f"{place}.*") if path.is_file()]
        found[path] = place.parent.as_posix()
    return found


def _platform() -> str:
    from packaging.tags import sys_tags

    return next(tag.platform for tag in sys_tags() if "manylinux" not in tag.platform)

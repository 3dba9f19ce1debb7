"""What `import neuronboard` gives, and what it costs."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import subprocess
import sys
from operator import attrgetter
from pathlib import Path
from types import ModuleType

import pytest

MODULES = ["neuronboard", "neuronboard.compat.v1", "neuronboard.nn", "neuronboard.summary"]
MODULES += ["neuronboard.train"]
SERVER_PACKAGES = ("fastapi", "starlette", "uvicorn", "jinja2", "watchfiles", "plotly", "torch")
READING = ("neuronboard.reader", "neuronboard.store")
LIMIT = 60  # ms beyond numpy's own import

MEASURE = """
import json, sys, time
import numpy
before, start = set(sys.modules), time.thread_time()
import neuronboard
neuronboard.Session
took = 1000 * (time.thread_time() - start)
print(json.dumps([took, sorted(set(sys.modules) - before)]))
"""


def _import_alone(environment: dict[str, str]) -> tuple[float, list[str]]:
    """Processor milliseconds beyond numpy, and the modules that came, in a fresh process.

    Of the thread that imports: those of numpy's BLAS spin for a while after its own import.
    """
    command = [sys.executable, "-c", MEASURE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    took, modules = json.loads(done.stdout)
    return took, modules


@pytest.mark.parametrize("name", MODULES)
def test_what_is_listed_is_there(name: str) -> None:
    """Each name of `__all__`, once; ruff holds them sorted."""
    module: ModuleType = importlib.import_module(name)
    listed = list(module.__all__)
    assert len(listed) == len(set(listed))
    for entry in listed:
        assert hasattr(module, entry), entry


def test_compat_v1_need_not_be_imported_by_itself() -> None:
    """Scripts import TensorFlow and then say `tf.compat.v1`."""
    code = "import neuronboard as tf; print(tf.compat.v1.placeholder.__name__); tf.compat.v2"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "placeholder\n"
    assert "AttributeError: tf.compat has v1 and no 'v2'" in done.stderr


# What the tutorial's readers type, in the words of 0.x; and beside them those of 1.x.
OLD = """constant Variable mul sub add div pow square neg get_default_graph Graph Operation Session
    initialize_all_variables gradients scalar_summary merge_all_summaries merge_summary
    train.GradientDescentOptimizer train.SummaryWriter"""
NEW = """constant Variable multiply subtract add div pow square negative get_default_graph Graph
    Operation Session global_variables_initializer gradients placeholder name_scope
    summary.scalar summary.merge summary.merge_all summary.FileWriter
    train.GradientDescentOptimizer"""
PARTS = {
    "Graph": "as_default get_operations as_graph_def get_operation_by_name get_tensor_by_name",
    "Operation": "name type inputs outputs node_def control_inputs graph",
    "Session": "run graph close __enter__ __exit__",
    "train.GradientDescentOptimizer": "compute_gradients apply_gradients minimize",
}


@pytest.mark.parametrize(
    ("module", "names"),
    [("neuronboard", OLD), ("neuronboard", NEW), ("neuronboard.compat.v1", NEW)],
)
def test_the_names_of_both_times_are_there(module: str, names: str) -> None:
    """0.x and 1.x in the package itself, 1.x in compat.v1; with the parts that are used of them."""
    start = importlib.import_module(module)
    for name in names.split():
        found = attrgetter(name)(start)
        assert [part for part in PARTS.get(name, "").split() if not hasattr(found, part)] == []


def test_nothing_public_is_unlisted() -> None:
    """A name without an underscore in `neuronboard.names` is in `__all__`, or is a room."""
    from neuronboard import names

    public = {name for name in vars(names) if not name.startswith("_")}
    rooms = {name for name in public if isinstance(getattr(names, name), ModuleType)}
    unlisted = public - set(names.__all__) - rooms
    assert not {name for name in unlisted if _is_ours(getattr(names, name))}


def test_the_package_gives_the_listed_names_and_no_others() -> None:
    """By attribute, by `from neuronboard import`, by a star, and to who asks for `dir`."""
    import neuronboard

    assert set(dir(neuronboard)) == {*neuronboard.__all__, "__version__"}
    star: dict[str, object] = {}
    exec("from neuronboard import *", star)
    for name in neuronboard.__all__:
        assert star[name] is getattr(neuronboard, name)
    with pytest.raises(AttributeError, match="'neuronboard' has no attribute 'Sesion'"):
        neuronboard.Sesion  # noqa: B018


def _is_ours(value: object) -> bool:
    return getattr(value, "__module__", "").startswith("neuronboard")


def test_importing_is_quick_and_loads_no_server(tmp_path: Path) -> None:
    """The fastest of ten fresh processes, since a busy machine only ever adds.

    Processor time, which an import is made of, since the clock on the wall of a busy machine tells
    of others. With compiled modules, as an installed package has them.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    tries = [_import_alone(environment) for _ in range(10)]
    loaded = {module.partition(".")[0] for module in tries[0][1]}
    assert loaded.isdisjoint(SERVER_PACKAGES)
    assert set(READING).isdisjoint(tries[0][1]), "who trains does not read"
    assert min(took for took, _ in tries) < LIMIT


def test_the_version_is_stated_once_in_effect() -> None:
    """What the package says is what it is installed as."""
    import neuronboard

    assert importlib.metadata.version("neuronboard") == neuronboard.__version__


def test_the_server_loads_neither_the_engine_nor_what_a_page_needs() -> None:
    """Until the first page is asked for; the start of a small log is all imports."""
    code = (
        "import sys, neuronboard.cli, neuronboard.server.app, neuronboard.server.serve\n"
        "late = ('neuronboard.engine', 'jinja2', 'plotly')\n"
        "print([name for name in sys.modules if name.startswith(late)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

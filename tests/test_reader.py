"""`neuronboard.open`: what people's own scripts get."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import polars
import pytest
from builders import event_bytes, restart_event, scalar_event, write_events

import neuronboard
from neuronboard.errors import DataError, MissingLogdirError


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Two runs; in one a tag that the other has not, and a restart at step 3."""
    write_events(tmp_path / "run 10", [(s, {"loss": 0.5 * s, "acc": 1.0}) for s in range(4)])
    path = write_events(tmp_path / "run 2", [(s, {"loss": float(s)}) for s in range(5)])
    more = [restart_event(3), *(scalar_event(s, {"loss": -float(s)}) for s in range(3, 6))]
    with path.open("ab") as file:
        file.write(event_bytes(more))
    return tmp_path


def test_runs_tags_and_columns(logdir: Path) -> None:
    """In natural order, with the dtypes that are promised."""
    logs = neuronboard.open(logdir)
    assert list(logs.runs) == ["run 2", "run 10"]
    assert logs.tags == ("acc", "loss")
    run = logs.runs["run 10"]
    assert run.tags == tuple(run) == ("acc", "loss")
    loss = run["loss"]
    assert (loss.steps.dtype, loss.wall_times.dtype, loss.values.dtype) == (
        np.int64,
        np.float64,
        np.float32,
    )
    assert loss.steps.tolist() == [0, 1, 2, 3]
    assert loss.values.tolist() == [0.0, 0.5, 1.0, 1.5]
    assert len(loss) == 4


def test_what_a_restart_purged_is_apart(logdir: Path) -> None:
    """Left out of the columns, and there when it is asked for."""
    run = neuronboard.open(logdir).runs["run 2"]
    assert run["loss"].values.tolist() == [0.0, 1.0, 2.0, -3.0, -4.0, -5.0]
    assert run.purged("loss").values.tolist() == [3.0, 4.0]
    first, second = run.segments("loss")
    assert second.segment == f"{first.segment}#2"
    assert (len(first), len(second)) == (5, 3)


def test_refresh_reads_what_came_since(logdir: Path) -> None:
    """Another run and more points; arrays taken before stay as they are."""
    logs = neuronboard.open(logdir)
    before = logs.runs["run 10"]["acc"].steps
    [path] = (logdir / "run 10").iterdir()
    with path.open("ab") as file:
        file.write(event_bytes([scalar_event(4, {"acc": 2.0, "new": 1.0})]))
    write_events(logdir / "run 3", [(0, {"loss": 1.0})])
    logs.refresh()
    assert list(logs.runs) == ["run 2", "run 3", "run 10"]
    assert logs.tags == ("acc", "loss", "new")
    assert (len(before), len(logs.runs["run 10"]["acc"])) == (4, 5)


def test_folders_under_names(logdir: Path) -> None:
    """As --logdir_spec has them."""
    logs = neuronboard.open({"old": logdir / "run 2", "new": str(logdir)})
    assert list(logs.runs) == ["new/run 2", "new/run 10", "old"]


def test_a_pandas_frame(logdir: Path) -> None:
    """A row for each point; categories keep the natural order of runs."""
    frame = neuronboard.open(logdir).to_pandas()
    assert list(frame.columns) == ["run", "tag", "step", "wall_time", "value"]
    assert len(frame) == 14
    assert frame["step"].dtype == np.int64
    assert frame["value"].dtype == np.float32
    assert list(frame["run"].cat.categories) == ["run 2", "run 10"]
    one = frame[(frame["run"] == "run 2") & (frame["tag"] == "loss")]
    assert one["value"].tolist() == [0.0, 1.0, 2.0, -3.0, -4.0, -5.0]


def test_a_polars_frame(logdir: Path) -> None:
    """The same numbers as the pandas frame."""
    logs = neuronboard.open(logdir)
    frame = logs.to_polars("loss", ["run 10", "run 2"])
    assert frame.schema["value"] == polars.Float32
    same = logs.to_pandas("loss", ["run 10", "run 2"])
    assert frame["run"].cast(polars.String).to_list() == same["run"].tolist()
    assert frame["value"].to_list() == same["value"].tolist()
    assert frame["run"][0] == "run 10"


def test_double_precision_makes_a_frame_of_it(tmp_path: Path) -> None:
    """One tag of float64 among float32: no digit is lost."""
    with neuronboard.SummaryWriter(str(tmp_path)) as writer:
        writer.add_scalar("double", 0.1, 0, new_style=True, double_precision=True)
        writer.add_scalar("single", 0.5, 0)
    frame = neuronboard.open(tmp_path).to_pandas()
    assert frame["value"].tolist() == [0.1, 0.5]


def test_an_empty_folder_gives_empty_things(tmp_path: Path) -> None:
    """No runs, no tags, a frame with its columns and no rows."""
    logs = neuronboard.open(tmp_path)
    assert (list(logs.runs), logs.tags, logs.problems) == ([], (), ())
    assert logs.to_pandas().shape == (0, 5)
    assert logs.to_polars().shape == (0, 5)


def test_damage_is_a_warning_with_its_place(logdir: Path) -> None:
    """What could be read is there; the line that is blamed is the caller's; it is told once."""
    [path] = (logdir / "run 10").iterdir()
    data = bytearray(path.read_bytes())
    data[-10] ^= 1
    path.write_bytes(data)
    with pytest.warns(UserWarning, match=r"checksum mismatch.*tfevents") as warned:
        logs = neuronboard.open(logdir)
    assert warned[0].filename == __file__
    assert len(logs.runs["run 10"]["loss"]) == 3
    [problem] = logs.problems
    assert problem.skipped > 0
    logs.refresh()


def test_wrong_names_say_the_right_ones(logdir: Path) -> None:
    """Of folders, runs and tags."""
    with pytest.raises(MissingLogdirError, match=r"does not exist.*nowhere") as caught:
        neuronboard.open(logdir / "nowhere")
    assert isinstance(caught.value, FileNotFoundError)
    assert isinstance(caught.value, DataError)
    [path] = (logdir / "run 10").iterdir()
    with pytest.raises(MissingLogdirError, match="is a file, give the folder"):
        neuronboard.open(path)
    logs = neuronboard.open(logdir)
    with pytest.raises(KeyError, match="no run 'run 1'; there is 'run 2', 'run 10'"):
        logs.runs["run 1"]
    with pytest.raises(KeyError, match="'run 10' has no scalar tag 'lost'; it has 'acc', 'loss'"):
        logs.runs["run 10"]["lost"]
    with pytest.raises(KeyError, match="no tag 'lost'; there is 'acc', 'loss'"):
        logs.to_pandas("lost")
    assert "lost" not in logs.runs["run 10"]


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_without_the_package_the_error_names_it(package: str, logdir: Path) -> None:
    """The reader itself needs neither, and loads neither."""
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        f"import neuronboard; logs = neuronboard.open({str(logdir)!r})\n"
        "assert len(logs.runs['run 10']['loss']) == 4\n"
        "assert not {'pandas', 'polars', 'watchfiles'} & {k for k, v in sys.modules.items() if v}\n"
        f"logs.to_{package}()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"ImportError: to_{package} needs {package}: pip install {package}" in done.stderr

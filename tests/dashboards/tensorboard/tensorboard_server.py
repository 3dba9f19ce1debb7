"""TensorBoard as a process that answers lines of JSON, without a network.

A line is {"logdir": ..., "questions": [{"method", "url", "form"}]}; the answer to it is a line too,
the list of {"status", "content_type", "body"}. It is TensorBoard's own WSGI application with its
Python loader, which has read the directory as a whole and keeps every point.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import traceback
from typing import Any

from tensorboard import default, program
from tensorboard.backend import application
from tensorboard.backend.event_processing.data_ingester import LocalDataIngester
from werkzeug.test import Client

ALL = ",".join(f"{plugin}=100000000" for plugin in ("scalars", "histograms", "images"))


def client_of(logdir: str) -> Client:
    """TensorBoard's application for a directory that it has read."""
    board = program.TensorBoard(default.get_plugins(), None)
    board.configure(
        argv=["", "--logdir", logdir, "--load_fast=false", f"--samples_per_plugin={ALL}"],
        reload_task="blocking",
        reload_interval=0,
    )
    ingester = LocalDataIngester(board.flags)
    ingester.start()
    app = application.TensorBoardWSGIApp(
        board.flags,
        board.plugin_loaders,
        data_provider=ingester.data_provider,
        deprecated_multiplexer=ingester.deprecated_multiplexer,
    )
    return Client(app)


def answer(client: Client, question: dict[str, Any]) -> dict[str, Any]:
    """The answer to one question; a body that is no text as base64."""
    try:
        if question["method"] == "POST":
            response = client.post(question["url"], data=question["form"])
        else:
            response = client.get(question["url"])
    except (LookupError, TypeError, ValueError):  # its server would say 500
        return {"status": 500, "content_type": "", "body": traceback.format_exc()}
    text = response.content_type.startswith(("application/json", "text/"))
    data = response.get_data()
    body = data.decode() if text else base64.b64encode(data).decode()
    return {
        "status": response.status_code,
        "content_type": response.content_type,
        "body": json.loads(body) if response.content_type == "application/json" else body,
    }


def main() -> None:
    """Answers until there are no more lines."""
    # What is printed meanwhile must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        client = client_of(asked["logdir"])
        print(json.dumps([answer(client, one) for one in asked["questions"]]), file=answers)
        answers.flush()


if __name__ == "__main__":
    main()

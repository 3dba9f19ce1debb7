"""Summaries into event files, from any training code; the engine is not needed.

What becomes of an event, in one place; `tests/writer/test_processes.py` has each line as a test.

added      It is encoded in the thread that adds it and waits in memory. Any number of threads may
           add; each one's events keep their order.
written    A thread of ours writes what waits within a twentieth of a second, into the kernel's
           hands: from then on the end of the process, however it comes, cannot take it back. (A
           power failure can; nobody calls fsync.)
`flush()`  Returns when all that was added is written.
`close()`  The same, and closes the file. So does leaving a `with` block, also by an exception.
exit       The interpreter closes the writers that are open when it ends: at the end of the script,
           by `sys.exit`, by an exception that nobody caught, by Ctrl-C.
killed     By SIGKILL, by SIGTERM (which Python does not turn into an exit), by `os._exit`: what was
           added in the last twentieth of a second may be missing. The file is whole up to there.
fork       The child's first event goes to a file of its own in the same folder; what waited at the
           fork the parent writes, and only the parent. The readers show one run.
spawn      A writer can be pickled, and so sent to another process: it writes a file of its own.
ranks      Any number of processes, on one or several machines, may write into one folder; no file
           is taken that is there.
full disk  The next call raises `WriterError` with the number of events that are not written. They
           are kept: `reopen()` writes them to a new file once there is room, and `close()` tries.
slow disk  Up to 64 MB wait in memory (`max_queue` events, if given); then the call that adds writes
           by itself, and so waits, and if that takes long warns once.
signals    A handler may call everything.
"""

"""A kernel without a process of its own: cells run in this one, and the messages go from hand to hand.

Three thin parts stand where a kernel's process, its sockets and its manager would be; everything else is what
Jupyter itself uses: ipykernel runs the cells and speaks the message protocol, nbclient turns the messages
into outputs. `Ledger` keeps the messages in place of sending them, `InProcessClient` hands them to nbclient,
`InProcessManager` starts and ends the pair.

A kernel takes the process over (streams, ``__main__``, the display hook) while a notebook runs, one at a
time.
"""

from __future__ import annotations

import asyncio
import atexit
import builtins
import gc
import logging
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.session import Session
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from traitlets.config import Config

from esi_toolkit.reports.engine.capture import captured_streams


class Ledger(Session):
    """A kernel's session that keeps its messages, answers apart from outputs."""

    def __init__(self, **traits: Any):
        super().__init__(**traits)
        self.outputs: deque[dict] = deque()
        self.replies: deque[dict] = deque()

    def send(
        self,
        stream: Any,
        msg_or_type: dict[str, Any] | str,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> dict[str, Any]:
        """Keep a message as it would have arrived at the other end of a socket."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content=content, parent=parent, header=header, metadata=metadata)
        message = {**message, "content": self.unpack(self.pack(message["content"]))}
        message["buffers"] = list(buffers or message.get("buffers") or ())
        (self.replies if message["msg_type"] == "execute_reply" else self.outputs).append(message)
        return message


class Channel:
    """One end of a channel: messages are taken from a queue, and what is sent goes to ``receive``."""

    def __init__(self, queue: deque[dict], receive: Any = None):
        self._queue = queue
        self._receive = receive

    def get_msg(self, timeout: float | None = None) -> dict:
        """Take the oldest message; when a cell has run all are there, so nothing waits."""
        if not self._queue:
            raise Empty
        return self._queue.popleft()

    def send(self, message: dict) -> None:
        """Pass a front end's message (a widget's state) to the kernel."""
        self._receive(None, None, message)


class InProcessClient:
    """The side of a kernel that nbclient talks to: it asks for a cell and reads the messages."""

    allow_stdin = False

    def __init__(self, kernel: LoneKernel, session: Ledger):
        self.kernel = kernel
        self.session = session
        self.shell_channel = Channel(session.replies, kernel.comm_manager.comm_msg)
        self.iopub_channel = Channel(session.outputs)

    async def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Run a cell to its end; its messages then wait in the queues. Returns the id that they answer to."""
        request = self.session.msg(
            "execute_request",
            {
                "code": code,
                "silent": False,
                "store_history": store_history,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": stop_on_error,
            },
        )
        self.kernel.set_parent([], request)
        await self.kernel.execute_request(None, [], request)
        self.session.send(None, "status", {"execution_state": "idle"}, parent=request)
        if getattr(self.kernel.shell, "exit_now", False):
            raise DeadKernelError("a cell has ended the notebook by exit()")
        return request["header"]["msg_id"]

    def kernel_info(self) -> str:
        """Answer with the language, as a kernel does at the end of a run."""
        request = self.session.msg("kernel_info_request")
        reply = self.session.msg("kernel_info_reply", self.kernel.kernel_info, parent=request["header"])
        self.session.replies.append(reply)
        return request["header"]["msg_id"]

    def is_alive(self) -> bool:
        """True: while this can be asked, the process is there."""
        return True

    def start_channels(self) -> None:
        """Nothing to open."""

    def stop_channels(self) -> None:
        """Nothing to close."""

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """It is ready when it is made."""


class LoneKernel(IPythonKernel):
    """A kernel that nobody else talks to: there is no queue of further requests to drop after an error."""

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing waits."""


def _start_kernel(session: Ledger) -> LoneKernel:
    if InteractiveShell.initialized() or asyncio._get_running_loop() is not None:
        raise RuntimeError("this process is busy already; run the notebook in a process of its own")
    # No history file, hence no thread; no pause between cells, hence no waiting for sockets.
    config = Config({"HistoryManager": {"enabled": False}, "LoneKernel": {"_execute_sleep": 0.0}})
    with _no_debugger():
        return LoneKernel.instance(
            session=session,
            config=config,
            log=logging.getLogger(__name__),
            shell_channel_thread=SimpleNamespace(parent_thread=None),
        )


@contextmanager
def _no_debugger() -> Iterator[None]:
    """Keep the kernel from loading a debugger, which costs time and is of no use in a report."""
    missing = object()
    before = sys.modules.get("debugpy", missing)
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if before is missing:
            del sys.modules["debugpy"]
        else:
            sys.modules["debugpy"] = before  # type: ignore[assignment]


@contextmanager
def _process_kept() -> Iterator[None]:
    """Put back what a shell changes in its process."""
    hooks = sys.displayhook, sys.excepthook
    names = {name: getattr(builtins, name, None) for name in ("display", "get_ipython", "_")}
    try:
        yield
    finally:
        _end_tasks()
        sys.displayhook, sys.excepthook = hooks
        for name, value in names.items():
            setattr(builtins, name, value) if value is not None else builtins.__dict__.pop(name, None)


def _end_tasks() -> None:
    """Cancel what cells left running, as a kernel's end would; the next notebook gets its own loop."""
    loop = ensure_event_loop()
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()


class InProcessManager:
    """Starts the kernel in this process, and ends it so that another can follow.

    Raises
    ------
    RuntimeError
        The process has a kernel already, or runs an event loop.
    """

    has_kernel = True
    ipykernel = False

    def __init__(self) -> None:
        self.session = Ledger()
        self.kernel = _start_kernel(self.session)

    def client(self) -> InProcessClient:
        """The client that nbclient asks for."""
        return InProcessClient(self.kernel, self.session)

    def publish(self, name: str, text: str) -> None:
        """Let the notebook show what was printed."""
        content = {"name": name, "text": text}
        self.session.send(None, "stream", content, parent=self.kernel.get_parent())

    def close(self) -> None:
        """End the shell, so that the next notebook starts afresh."""
        shell: Any = self.kernel.shell
        shell.atexit_operations()
        atexit.unregister(shell.atexit_operations)
        shell.restore_sys_module_state()
        type(shell).clear_instance()
        type(self.kernel).clear_instance()


_ready: list[InProcessManager] = []


def keep_kernel_ready() -> None:
    """Start a kernel before it is needed: each process that is forked from this one has it, and uses it once.

    This process itself can then run no notebook.
    """
    _ready.append(InProcessManager())


@contextmanager
def in_process_kernel() -> Iterator[InProcessManager]:
    """Have a kernel in this process while the block runs, with everything that is printed led to it.

    Examples
    --------
    ``with in_process_kernel() as manager: NotebookClient(notebook, km=manager).execute()``
    """
    with _process_kept():
        is_only_one = bool(_ready)
        manager = _ready.pop() if is_only_one else InProcessManager()
        try:
            with captured_streams(manager.publish):
                yield manager
        finally:
            if is_only_one:
                gc.freeze()  # the shell looks for rubbish as it ends, and the process ends soon after it
            manager.close()

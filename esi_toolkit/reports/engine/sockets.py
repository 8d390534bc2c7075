"""Where a kernel and whoever runs it meet: at files where there can be such, else at ports."""

from __future__ import annotations

import socket
from pathlib import Path

_LONGEST = 96
"""Letters of a path: a socket's has room for a hundred, and its number is added."""


def kernel_sockets(folder: str | Path, name: str = "") -> dict[str, str]:
    """What Jupyter's ``KernelManager`` is told about a kernel's sockets.

    A kernel is given free ports before it starts, and by the time it takes them another program may have: one
    kernel of a batch would fail now and then. Nobody else takes a file in a folder of one's own, and other
    users of the machine cannot open it.

    Parameters
    ----------
    folder : path
        A folder that only its owner can enter, on a disk of this machine.
    name : str
        How the files' names begin, where one kernel alone uses the folder; default: the name that Jupyter
        gives to each kernel, which takes sixty letters.

    Returns
    -------
    dict of str to str
        Settings; those of ports where the system has no sockets that are files, or the path is too long.

    Examples
    --------
    >>> kernel_sockets("/" + "long" * 30, "kernel")
    {'transport': 'tcp'}
    """
    path = str(Path(folder) / (name or "k" * 60))
    if not hasattr(socket, "AF_UNIX") or len(path) > _LONGEST:
        return {"transport": "tcp"}
    return {"transport": "ipc"} | ({"ip": path} if name else {})

"""``python -m esi_toolkit.cli``: the same as ``esi``."""

from esi_toolkit.cli import main

if __name__ == "__main__":
    main()

"""The console entry point, also reached by ``python -m childfirst``."""

from __future__ import annotations

from childfirst.cli import main

if __name__ == "__main__":
    main()

"""Writers for the tests of the trail under many hands: run as ``python -m tests.audit.writers COMMAND``."""

from __future__ import annotations

import sys
import threading


def write(name: str, *, threads: int, times: int = 20) -> list[BaseException]:
    """Let threads write actions with two events each; give the errors that they met."""
    from django.db import connections

    from childfirst.audit.actions import ACTIONS, action, note
    from childfirst.audit.actors import System

    @action(f"test.{name.replace(' ', '_')}.do")
    def several(*, by: System, n: int) -> None:
        note(f"test.thing:{n}")
        note(f"test.other:{n}")

    failures: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for n in range(times):
                several(by=System(f"{name} {thread}"), n=n)
        except BaseException as error:
            failures.append(error)
        finally:
            connections["default"].close()

    workers = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    del ACTIONS[f"test.{name.replace(' ', '_')}.do"]
    return failures


def main() -> int:
    """prepare: make the tables; write NAME: two threads write; verify: print the number of events and whether they hold."""
    import django
    from django.core.management import call_command

    django.setup()
    if sys.argv[1] == "prepare":
        call_command("migrate", "audit", verbosity=0)
    elif sys.argv[1] == "write":
        return len(write(sys.argv[2], threads=2))
    else:
        from childfirst.audit.models import Event
        from childfirst.audit.queries import verify

        sys.stdout.write(f"{Event.objects.count()} {verify().holds}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""One scenario per action: a way to run it to its end.

Each room keeps ``tests/scenarios/ROOM.py`` with ``SCENARIOS``: action name -> function that makes what is needed and then calls the
action once. ``tests/audit/test_actions.py`` runs every action twice: once it must leave an event, once it is stopped in its last
moment and must leave nothing.
"""

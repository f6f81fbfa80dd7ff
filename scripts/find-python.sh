#!/bin/sh
# Print the first Python that is 3.11 or newer; if there is none, whichever answers (bootstrap.py then says what is wrong).
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        echo "$candidate"
        exit 0
    fi
done
echo python3

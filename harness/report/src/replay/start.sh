#!/bin/sh
# Replays the failure that this file is named after; `--help` says more.
exec python3 -I "$(dirname "$0")/replay.py" "${0%.sh}.json" "$@"

"""What the two clients share: one line of output for each check, and the rows that they upload."""

import json
import sys
import time
from pathlib import Path

ORG, CLIENT, SECRET, SANDBOX = "LOCAL@AdobeOrg", "local-client", "local-secret", "dev"
SCOPES = "openid,AdobeID,read_organizations,additional_info.projectedProductContext,session"
URL = sys.argv[1].rstrip("/")
SAMPLES = Path(sys.argv[2])
FINAL = {"success", "active", "failure", "failed", "aborted", "abandoned", "inactive", "deleted"}

failed = 0


def check(name, holds, why=""):
    """Prints the outcome of one check; `why` says what was found instead."""
    global failed
    if holds:
        print(f"ok {name}", flush=True)
    else:
        failed += 1
        print(f"not ok {name}: {str(why)[:600]}", flush=True)
    return bool(holds)


def same(name, found, wanted):
    return check(name, found == wanted, f"found {found!r}, wanted {wanted!r}")


def rows(name):
    return [json.loads(line) for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines()]


def until_final(read, seconds=120):
    """Reads the batch until its status can no longer change."""
    deadline = time.monotonic() + seconds
    batch = read()
    while batch.get("status", "aborted") not in FINAL and time.monotonic() < deadline:
        time.sleep(0.2)
        batch = read()
    return batch


def without_nulls(value):
    """A row as it comes back: null and left out mean the same, and so do an empty object and none."""
    if isinstance(value, dict):
        kept = {key: without_nulls(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, {}, [])}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def finish():
    sys.exit(1 if failed else 0)

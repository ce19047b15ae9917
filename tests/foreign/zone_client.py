"""What `aep dlz put` wrote is what rclone and azcopy list and fetch, byte for byte, and the other way round.

Called with the emulator's address and the folder of the samples; AEP, RCLONE and, on Azure, AZCOPY name the programs. The
tools learn where the zone is from `aep dlz env`.
"""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from checks import CLIENT, ORG, SANDBOX, SECRET, URL, check, finish, same

AEP, RCLONE, AZCOPY = os.environ["AEP"], os.environ["RCLONE"], os.environ.get("AZCOPY")
FOLDER = Path(tempfile.mkdtemp(prefix="aep-zone-"))
OURS = {
    "AEP_BASE_URL": URL,
    "AEP_ORG_ID": ORG,
    "AEP_CLIENT_ID": CLIENT,
    "AEP_CLIENT_SECRET": SECRET,
    "AEP_SANDBOX": SANDBOX,
}
FILES = {
    "plain.csv": b"id,name\n1,a\n",
    "empty.txt": b"",
    "deep/er/file.bin": bytes(range(256)) * 64,
    "with space & plus+.csv": b"odd",
    "umläut-日本語-🙂.json": "größe".encode(),
    "large.bin": bytes(range(251)) * 90_000,
}


def run(*command, environment=None, stdin=None):
    settings = {**os.environ, **OURS, **(environment or {})}
    return subprocess.run([str(word) for word in command], capture_output=True, env=settings, input=stdin, timeout=300)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differences(found, wanted):
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


def variables(tool):
    """The variables that `aep dlz env` sets, and the words after the tool's name in its example."""
    ran = run(AEP, "--quiet", "dlz", "env", "--format", tool)
    if not check(f"aep dlz env --format {tool}", ran.returncode == 0, ran.stderr):
        finish()
    script = ran.stdout + b"\nenv -0"
    before = set(os.environ.items())
    lines = subprocess.run(["bash", "-c", script.decode()], capture_output=True).stdout.decode().split("\0")
    pairs = dict(line.split("=", 1) for line in lines if "=" in line)
    example = re.search(rf"^# {tool} (.*)$", ran.stdout.decode(), re.MULTILINE)
    return {name: value for name, value in pairs.items() if (name, value) not in before}, example.group(1)


local = FOLDER / "local"
for name, content in FILES.items():
    path = local / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

ran = run(AEP, "--quiet", "dlz", "put", local, "in/")
same("aep puts a folder", (ran.returncode, ran.stderr), (0, b""))

settings, example = variables("rclone")
place = example.split()[-1]
ran = run(RCLONE, "lsjson", "--recursive", "--files-only", f"{place}/in", environment=settings)
listed = {item["Path"]: item["Size"] for item in json.loads(ran.stdout or b"[]")}
same("rclone lists it", listed, {name: len(content) for name, content in FILES.items()})
ran = run(RCLONE, "copy", f"{place}/in", FOLDER / "rclone", environment=settings)
found = contents(FOLDER / "rclone")
check("rclone fetches it byte for byte", found == FILES, (ran.stderr[-300:], differences(found, FILES)))
ran = run(RCLONE, "copy", local, f"{place}/by-rclone", environment=settings)
same("rclone puts a folder", ran.returncode, 0)
ran = run(AEP, "--quiet", "dlz", "sync", "dlz:by-rclone/", FOLDER / "ours")
found = contents(FOLDER / "ours")
check("aep fetches it byte for byte", found == FILES, (ran.stderr[-300:], differences(found, FILES)))

if AZCOPY:
    settings, _ = variables("azcopy")
    uri = settings.get("AEP_DLZ_URI", "")
    settings = {"HOME": str(FOLDER), "AZCOPY_DISABLE_SYSLOG": "true", **settings}
    ran = run(AZCOPY, "list", uri, "--location", "blob", environment=settings)
    names = ran.stdout.decode()
    check("azcopy lists it", all(f"in/{name};" in names for name in FILES), ran.stdout[:600] + ran.stderr[:300])
    base, sas = (uri.split("?", 1) + [""])[:2]
    target = FOLDER / "azcopy"
    ran = run(AZCOPY, "copy", f"{base}/in/*?{sas}", target, "--recursive", "--from-to", "BlobLocal", environment=settings)
    found = contents(target)
    check("azcopy fetches it byte for byte", found == FILES, (ran.stdout[-600:], differences(found, FILES)))

ran = run(AEP, "--quiet", "--yes", "dlz", "rm", "in/", "--recursive")
same("aep removes it", (ran.returncode, ran.stderr), (0, b""))
settings, example = variables("rclone")
ran = run(RCLONE, "lsjson", "--recursive", "--files-only", f"{place}/in", environment=settings)
check("and rclone sees that", ran.returncode == 3 or json.loads(ran.stdout or b"[]") == [], ran.stdout[:300])

finish()

"""What `aep dlz put` wrote is what rclone and azcopy list and fetch, byte for byte, and the other way round.

Called with the emulator's address and the folder of the samples; AEP, RCLONE and, on Azure, AZCOPY name the programs. The
tools learn where the zone is from `aep dlz env`.
"""

import hashlib
import json
import os
import re
import subprocess
import tempfile
import time
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

# A gigabyte, killed in the middle and put again
settings, _ = variables("rclone")
large, block = FOLDER / "gigabyte.bin", os.urandom(1 << 20)
digest = hashlib.sha256()
with large.open("wb") as file:
    for at in range(1000):
        part = at.to_bytes(8, "big") + block[8:]
        digest.update(part)
        file.write(part)
journals = Path.home() / ".local/state/aep/dlz"


def recorded():
    """Parts that the store has taken, by the journal."""
    texts = [path.read_text() for path in journals.glob("*") if path.is_file()] if journals.exists() else []
    return sum(line.endswith("}") and '"event":"part"' in line for text in texts for line in text.splitlines())


command = [AEP, "--quiet", "-o", "json", "dlz", "put", str(large), "large/"]
child = subprocess.Popen(command, env={**os.environ, **OURS}, stdout=subprocess.DEVNULL)
deadline = time.monotonic() + 120
while recorded() < 20 and child.poll() is None and time.monotonic() < deadline:
    time.sleep(0.01)
child.kill()
child.wait()
kept = recorded()
check("a large put is killed in the middle", kept >= 20, kept)
text = "".join(path.read_text() for path in journals.glob("*") if path.is_file())
secrets = [value for name, value in settings.items() if any(word in name for word in ("KEY", "TOKEN", "SAS"))]
secrets = [re.sub(".*sig=", "", value) for value in secrets]
check("its journal holds no secret", secrets and not any(value in text for value in secrets))
ran = run(*command)
report = json.loads(ran.stdout or b"{}").get("files", [{}])[0]
check("put again, it sends what is missing", report.get("bytesKept", 0) > 0, (ran.returncode, report, ran.stderr[-300:]))
check("and its journal is gone", recorded() == 0)
large.unlink()
found, count = hashlib.sha256(), 0
reading = subprocess.Popen(
    [RCLONE, "cat", f"{place}/large/gigabyte.bin"], env={**os.environ, **settings}, stdout=subprocess.PIPE
)
while chunk := reading.stdout.read(1 << 20):
    found.update(chunk)
    count += len(chunk)
same("rclone reads all of it back", (reading.wait(), count, found.digest()), (0, 1000 << 20, digest.digest()))

ran = run(AEP, "--quiet", "--yes", "dlz", "rm", "in/", "--recursive")
same("aep removes it", (ran.returncode, ran.stderr), (0, b""))
settings, example = variables("rclone")
ran = run(RCLONE, "lsjson", "--recursive", "--files-only", f"{place}/in", environment=settings)
check("and rclone sees that", ran.returncode == 3 or json.loads(ran.stdout or b"[]") == [], ran.stdout[:300])

finish()

"""Drives the emulator with curl, as somebody with the API's documents and a shell would.

Called with the emulator's address and the folder of the samples.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote, urlencode

from checks import CLIENT, ORG, SAMPLES, SANDBOX, SCOPES, SECRET, URL, check, finish, rows, same, until_final, without_nulls

IMPORT, CATALOG, EXPORT = "/data/foundation/import", "/data/foundation/catalog", "/data/foundation/export"
REGISTRY, SANDBOXES = "/data/foundation/schemaregistry", "/data/foundation/sandbox-management"
FOLDER = Path(tempfile.mkdtemp(prefix="aep-curl-"))
token = ""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return {"not json": self.body[:300]}


def curl(path, *options, headers=(), plain=False):
    """One call of curl; `plain` leaves out the headers of the platform."""
    body, head = FOLDER / "body", FOLDER / "head"
    body.write_bytes(b"")
    command = ["curl", "--silent", "--show-error", "--max-time", "60", "--output", body, "--dump-header", head]
    command += ["--write-out", "%{http_code}"]
    if not plain:
        for header in (
            f"Authorization: Bearer {token}",
            f"x-api-key: {CLIENT}",
            f"x-gw-ims-org-id: {ORG}",
            f"x-sandbox-name: {SANDBOX}",
        ):
            command += ["--header", header]
    for header in headers:
        command += ["--header", header]
    ran = subprocess.run([*command, *options, URL + path], capture_output=True, text=True)
    if ran.returncode != 0:
        return Answer(0, {}, ran.stderr.encode())
    pairs = [line.split(":", 1) for line in head.read_text().splitlines() if ":" in line]
    return Answer(int(ran.stdout), {name.lower(): value.strip() for name, value in pairs}, body.read_bytes())


def token_with(secret):
    form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": secret, "scope": SCOPES}
    return curl("/ims/token/v3", "--data", urlencode(form), plain=True)


def create_batch(dataset, **input_format):
    body = json.dumps({"datasetId": dataset, "inputFormat": input_format})
    answer = curl(f"{IMPORT}/batches", "--data", body, headers=["Content-Type: application/json"])
    same(f"create a batch of {input_format}", answer.status, 201)
    batch = answer.json()
    same("a new batch is loading", batch.get("status"), "loading")
    return batch.get("id")


def complete(batch):
    answer = curl(f"{IMPORT}/batches/{batch}?action=COMPLETE", "--request", "POST")
    same("complete the batch", answer.status, 200)
    return until_final(lambda: curl(f"{CATALOG}/batches/{batch}").json().get(batch, {}))


def files_of(batch):
    """Names and bytes of everything that the batch put into the dataset."""
    found = []
    for entry in curl(f"{EXPORT}/batches/{batch}/files").json().get("data", []):
        file = entry["dataSetFileId"]
        for part in curl(f"{EXPORT}/files/{file}").json().get("data", []):
            path = f"{EXPORT}/files/{file}?path={quote(part['name'], safe='')}"
            answer = curl(path)
            same(f"download {part['name']}", (answer.status, len(answer.body)), (200, int(part["length"])))
            found.append((part["name"], answer.body, path))
    return found


# Tokens
answer = token_with("wrong")
same("a wrong secret is refused", (answer.status, answer.json().get("error")), (400, "invalid_client"))
answer = token_with(SECRET)
same("a token is issued", (answer.status, answer.json().get("token_type")), (200, "bearer"))
token = answer.json().get("access_token", "")
answer = curl(f"{CATALOG}/dataSets", plain=True)
same("no token, no data", (answer.status, answer.json().get("error_code")), (403, "403010"))

# Sandboxes, datasets, schema
answer = curl(f"{SANDBOXES}/sandboxes", headers=["Accept: application/json"])
names = {sandbox["name"]: sandbox["type"] for sandbox in answer.json().get("sandboxes", [])}
same("the demo sandboxes", names, {"prod": "development", "dev": "development"})
answer = curl(f"{CATALOG}/dataSets?limit=100&properties=name,schemaRef")
datasets = {dataset["name"]: (id, dataset) for id, dataset in answer.json().items()}
if not check("the demo datasets", {"Loyalty Members", "Loyalty Purchases"} <= datasets.keys(), answer.body):
    finish()
members, dataset = datasets["Loyalty Members"]
purchases, _ = datasets["Loyalty Purchases"]
answer = curl(
    f"{REGISTRY}/tenant/schemas/{quote(dataset['schemaRef']['id'], safe='')}",
    headers=["Accept: application/vnd.adobe.xed-full+json; version=1"],
)
same("the schema of the members", (answer.status, answer.json().get("title")), (200, "Loyalty Members"))
check("it is resolved", "memberId" in answer.body.decode(), answer.body[:300])

# A small file, JSON as one array
batch = create_batch(members, format="json", isMultiLineJson=True)
path = f"{IMPORT}/batches/{batch}/datasets/{members}/files/country=all/members.json"
answer = curl(path, "--form", f"file=@{SAMPLES / 'loyalty-members.json'}", "--request", "PUT")
same("a multipart body is refused", answer.status, 415)
octets = ["Content-Type: application/octet-stream"]
answer = curl(path, "--upload-file", SAMPLES / "loyalty-members.json", headers=octets)
check("put the file", answer.status in (200, 201), answer.status)
record = complete(batch)
same("the batch succeeds", record.get("status"), "success")
metrics = {name: int(value) for name, value in record.get("metrics", {}).items()}
wanted = rows("loyalty-members.ndjson")
same("rows in and out", (metrics.get("inputRecordCount"), metrics.get("outputRecordCount")), (len(wanted),) * 2)
answer = curl(f"{EXPORT}/datasets/{members}/preview")
preview = [without_nulls(row) for row in answer.json().get("data", [])]
same("the preview has the first 100 rows", len(preview), 100)
uploaded = {row["_id"]: without_nulls(row) for row in wanted}
wrong = [(row, uploaded.get(row.get("_id"))) for row in preview if row != uploaded.get(row.get("_id"))]
check("they are the rows that were uploaded", not wrong, wrong[:1])
for name, body, _ in files_of(batch):
    same(f"{name} is Parquet", (body[:4], body[-4:]), (b"PAR1", b"PAR1"))

# A large file in three parts, out of order, as Parquet: the stored file must have what was sent
batch = create_batch(purchases, format="parquet")
path = f"{IMPORT}/batches/{batch}/datasets/{purchases}/files/purchases.parquet"
data = (SAMPLES / "purchases/loyalty-purchases.parquet").read_bytes()
answer = curl(f"{path}?action=INITIALIZE", "--request", "POST")
check("open a large file", answer.status in (200, 201), answer.status)
third = len(data) // 3
for first, last in [(0, third - 1), (2 * third, len(data) - 1), (third, 2 * third - 1)]:
    part = FOLDER / "part"
    part.write_bytes(data[first : last + 1])
    headers = octets + [f"Content-Range: bytes {first}-{last}"]
    answer = curl(path, "--request", "PATCH", "--data-binary", f"@{part}", headers=headers)
    check(f"part {first}-{last}", answer.status in (200, 201), (answer.status, answer.body[:300]))
answer = curl(path, "--head")
same("the server has all ranges", (answer.status, answer.headers.get("range")), (200, f"bytes 0-{len(data) - 1}"))
answer = curl(f"{path}?action=COMPLETE", "--request", "POST")
check("close the large file", answer.status in (200, 201), (answer.status, answer.body[:300]))
record = complete(batch)
same("the batch succeeds", record.get("status"), "success")
metrics = {name: int(value) for name, value in record.get("metrics", {}).items()}
same("600 purchases landed", metrics.get("outputRecordCount"), 600)
for name, body, path in files_of(batch):
    answer = curl(path, "--range", "0-99")
    found = (answer.status, answer.body, answer.headers.get("content-range"))
    same(f"a range of {name}", found, (206, body[:100], f"bytes 0-99/{len(body)}"))

# What cannot work
batch = create_batch(members, format="json")
bad = FOLDER / "bad.json"
bad.write_text('{"_id": "x", "_local": {"memberId": "M00000001", "points": "many"}}\n')
curl(f"{IMPORT}/batches/{batch}/datasets/{members}/files/bad.json", "--upload-file", bad, headers=octets)
record = complete(batch)
check("a wrong type fails the batch", record.get("status") in ("failure", "failed"), record)
check("and says why", record.get("errors"), record)
answer = curl(f"{IMPORT}/batches/{batch}?action=ABORT", "--request", "POST")
same("a failed batch cannot be aborted", answer.status, 428)
same("no list of batches here", curl(f"{IMPORT}/batches").status, 405)

finish()

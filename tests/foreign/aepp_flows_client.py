"""Drives Flow Service and the landing zone of the emulator with the published Python client aepp.

Called with the emulator's address and the folder of the samples. Files reach the zone by curl, which signs for S3 itself.
"""

import json
import subprocess
import time
import urllib.request
from urllib.parse import quote

from checks import CLIENT, ORG, SAMPLES, SANDBOX, SCOPES, SECRET, URL, check, finish, rows, same, without_nulls

import aepp
from aepp import catalog, dataaccess, destinationinstanceservice, flowservice

aepp.configure(org_id=ORG, client_id=CLIENT, secret=SECRET, sandbox=SANDBOX, scopes=SCOPES, retry=0)
aepp.config.endpoints["global"] = URL
aepp.config.endpoints["streaming"] = {"inlet": URL + "/data/core/edge", "collection": URL}
aepp.config.config_object["imsEndpoint"] = URL
aepp.config.config_object["oauthTokenEndpointV2"] = URL + "/ims/token/v3"

flows = flowservice.FlowService()
lake = catalog.Catalog()
reader = dataaccess.DataAccess()
FINAL = {"success", "failed", "partialsuccess", "partial_success"}


def clock(**move):
    """Moves the emulator's clock."""
    body = json.dumps(move).encode()
    request = urllib.request.Request(URL + "/__emulator/clock", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def now():
    with urllib.request.urlopen(URL + "/__emulator/clock") as answer:
        return json.load(answer)["nowMs"] // 1000


def store(path, *options, zone="user_drop_zone"):
    """One request of curl to the zone's own storage."""
    answer = flows.getLandingZoneCredential(zone)
    keys, place = answer["credentials"], answer["dlzPath"]
    url = f"{URL}/{place['bucketName']}/{path}"
    command = ["curl", "--silent", "--show-error", "--fail", "--max-time", "60", "--aws-sigv4", "aws:amz:us-east-1:s3"]
    command += ["--user", f"{keys['awsAccessKeyId']}:{keys['awsSecretAccessKey']}"]
    command += ["--header", f"x-amz-security-token: {keys['awsSessionToken']}"]
    command += ["--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD", *options, url]
    ran = subprocess.run(command, capture_output=True)
    return ran.returncode, ran.stdout, ran.stderr


def last_run(flow, wanted=1, seconds=120):
    """The runs of a flow, once so many have come to their end."""
    deadline = time.monotonic() + seconds
    while True:
        runs = flows.getRuns(prop=f"flowId=={flow}")
        states = [str(run.get("metrics", {}).get("statusSummary", {}).get("status")).lower() for run in runs]
        ended = [run for run, state in zip(runs, states) if state in FINAL]
        if len(ended) >= wanted or time.monotonic() > deadline:
            return sorted(ended, key=lambda run: run["createdAt"])
        time.sleep(0.2)


# Specs: the published ids under their published names
names = flows.getConnectionSpecsMap()
same("the lake's spec", names.get("datalake"), "c604ff05-7f1a-43c0-8e18-33bf874cb11c")
same("the landing zone's spec", flows.getConnectionSpecIdFromName("landing-zone"), "26f526f2-58f4-4712-961d-e41bf1ccc0e8")
spec = flows.getFlowSpecIdFromNames("CloudStorageToAEP", "landing-zone", "datalake")
same("the flow spec for files", spec, "9753525b-82c7-4dce-8a9b-5ccfce2b9876")
same("one flow spec", flows.getFlowSpec(spec).get("name"), "CloudStorageToAEP")

# Connections
answer = flows.createBaseConnectionS3Target("bucket", "AKIA" + "A" * 16, "s" * 40)
connection = answer.get("id")
check("a connection is made", connection and answer.get("etag"), answer)
read = flows.getConnection(connection)
same("it is read back", (read.get("name"), read.get("state")), ("bucket", "enabled"))
check("its secret is not", "s" * 40 not in json.dumps(read), read)
check("it is listed", connection in [item["id"] for item in flows.getConnections()], connection)
answer = flows.connectionTest(connection)
same("it is tested", answer.get("result"), True)
answer = flows.patchConnection(connection, [{"op": "Replace", "path": "/name", "value": "the bucket"}])
same("it is renamed", (answer.get("id"), flows.getConnection(connection).get("name")), (connection, "the bucket"))
answer = flows.connector.patchData(
    flows.endpoint + f"/connections/{connection}",
    data=[{"op": "replace", "path": "/name", "value": "x"}],
    headers={**flows.header, "If-Match": '"stale"'},
)
check("a stale ETag is refused", "1404" in json.dumps(answer), answer)
same("it is deleted", flows.deleteConnection(connection), 204)
check("and gone", not flows.getConnection(connection), "still there")

# The landing zone
place = flows.getLandingZoneContainer()
same("its provider", place.get("dlzProvider"), "Amazon S3")
same("its life in days", flows.getLandingZoneStorageTTL(), 7)
folder = flows.getLandingZoneStorageName()
check("its bucket", flows.getLandingZoneNamespace(), place)
sample = SAMPLES / "loyalty-members.parquet"
code, _, said = store(f"{folder}/in/members.parquet", "--upload-file", str(sample))
same("curl puts a file", (code, said), (0, b""))
code, content, said = store(f"{folder}/in/members.parquet")
check("curl gets it back", content == sample.read_bytes(), (code, len(content), said))
found = flows.exploreLandingZone()
check("exploring shows the folder", any("in" == item["name"].strip("/") for item in found), found)
where = next((item["path"] for item in found if item["name"].strip("/") == "in"), "in")
found = flows.exploreLandingZone("folder", object=where)
check("and the file in it", any(item["name"] == "members.parquet" for item in found), found)

# Landing zone to lake
datasets = {dataset["name"]: id for id, dataset in lake.getDataSets().items()}
members = datasets["Loyalty Members"]
schema = lake.getDataSet(members)[members]["schemaRef"]["id"]
path = next((item["path"] for item in found if item["name"] == "members.parquet"), "")
source = flows.createSourceConnectionDataLandingZone("zone", format="parquet", path=path.rsplit("/", 1)[0] + "/", type="folder")
target = flows.createTargetConnectionDataLake("members", datasetId=members, schemaId=schema, format="parquet_xdm")
check("source and target are made", "id" in source and "id" in target, (source, target))
answer = flows.createFlowDataLandingZoneToDataLake("in", source["id"], target["id"], schedule_start_time=now() + 60)
flow = answer.get("id")
if not check("the flow is made", flow, answer):
    finish()
read = flows.getFlow(flow)
same("it is read back", (read.get("name"), read.get("state")), ("in", "enabled"))
check("it is among the sources", flow in [item["id"] for item in flows.getFlows(onlySources=True)], flow)
clock(advanceMs=120_000)
runs = last_run(flow)
if check("the schedule starts a run", runs, runs):
    metrics = runs[0]["metrics"]
    same("it succeeds", metrics["statusSummary"]["status"], "success")
    wanted = rows("loyalty-members.ndjson")
    same("with all rows", int(metrics["recordSummary"]["outputRecordCount"]), len(wanted))
    same("of one file", int(metrics["fileSummary"]["outputFileCount"]) > 0, True)
    one = flows.getRun(runs[0]["id"])
    one = one[0] if isinstance(one, list) else one
    same("one run", one.get("flowId"), flow)
preview = [without_nulls(row) for row in reader.getPreview(members)]
known = [without_nulls(row) for row in rows("loyalty-members.ndjson")]
wrong = [row for row in preview if row not in known]
check("the rows are in the dataset", preview and not wrong, (len(preview), wrong[:1]))
clock(advanceMs=16 * 60_000)
time.sleep(1)
listed = lake.getBatches(limit=10, n_results=10, dataSet=members)
same("no file is taken twice", len(listed), 1)
manager = flowservice.FlowManager(flow)
into = manager.summary()["targetConnection"]["params"]
same("FlowManager gathers it", (into.get("dataSetId"), into.get("datasetName")), (members, "Loyalty Members"))
answer = flows.postFlowAction(flow, "disable")
same("it is disabled", flows.getFlow(flow).get("state"), "disabled")
same("it is deleted", flows.deleteFlow(flow), 204)

# Lake to landing zone
exportable = [dataset["id"] for dataset in flows.getExportableDatasets("23598e46-f560-407b-88d5-ea6207e49db0")]
check("the dataset can be exported", members in exportable, exportable)
answer = flows.exportDatasetToDLZ([members], path="out", fileType="PARQUET", compression="NONE", scheduleStart=now() + 60)
export = answer.get("id")
if check("the export is made", export, answer):
    clock(advanceMs=20 * 60_000)
    runs = last_run(export)
    if check("it runs", runs, runs):
        same("it succeeds", runs[0]["metrics"]["statusSummary"]["status"], "success")
        folder = flows.getLandingZoneStorageName("dlz_destination")
        code, listing, said = store(f"?list-type=2&prefix={quote(folder, safe='')}%2Fout", zone="dlz_destination")
        check("files are in the zone", b".parquet" in listing, (code, listing[:300], said))
    service = destinationinstanceservice.DestinationInstanceService()
    answer = service.createAdHocDatasetExport({export: [members]})
    check("an export on demand answers", "destinations" in answer or "message" in answer, answer)

# Streaming
answer = flows.createConnectionStreaming("inlet", sourceId="aepp", dataType="xdm", paramName="aepp")
read = flows.getConnection(answer.get("id"))
check("an inlet has an address", read.get("auth", {}).get("params", {}).get("inletUrl", "").startswith(URL), read)

finish()

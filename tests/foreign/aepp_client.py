"""Drives the emulator with the published Python client aepp, through its own classes.

Called with the emulator's address and the folder of the samples.
"""

from checks import CLIENT, ORG, SAMPLES, SANDBOX, SCOPES, SECRET, URL, check, finish, rows, same, until_final, without_nulls

import aepp
from aepp import catalog, dataaccess, ingestion, sandboxes, schema

aepp.configure(org_id=ORG, client_id=CLIENT, secret=SECRET, sandbox=SANDBOX, scopes=SCOPES, retry=0)
# aepp has no setting for other hosts: its tables are changed instead.
aepp.config.endpoints["global"] = URL
aepp.config.endpoints["streaming"] = {"inlet": URL + "/data/core/edge", "collection": URL}
aepp.config.config_object["imsEndpoint"] = URL
aepp.config.config_object["oauthTokenEndpointV2"] = URL + "/ims/token/v3"

# Token and sandboxes
service = sandboxes.Sandboxes()
check("a token is issued", service.connector.token, "no token")
found = {sandbox["name"] for sandbox in service.getSandboxes()}
check("the demo sandboxes", {"prod", "dev"} <= found, found)
same("one sandbox", service.getSandbox(SANDBOX).get("name"), SANDBOX)

# Datasets and schema
lake = catalog.Catalog()
datasets = lake.getDataSets()
ids = {dataset["name"]: id for id, dataset in datasets.items()}
if not check("the demo datasets", {"Loyalty Members", "Loyalty Purchases"} <= ids.keys(), datasets):
    finish()
members = ids["Loyalty Members"]
dataset = lake.getDataSet(members)[members]
same("one dataset", dataset["name"], "Loyalty Members")
registry = schema.Schema()
full = registry.getSchema(dataset["schemaRef"]["id"], full=True)
same("its schema", full.get("title"), "Loyalty Members")

# A batch with a small file. aepp sends a list as one JSON array.
wanted = rows("loyalty-members.ndjson")
loader = ingestion.DataIngestion()
batch = loader.createBatch(datasetId=members, format="json", multiline=True)
same("a new batch is loading", batch.get("status"), "loading")
batch = batch["id"]
answer = loader.uploadSmallFile(batchId=batch, datasetId=members, filePath="members.json", data=wanted)
same("put the file", answer, {})
answer = loader.uploadSmallFileFinish(batchId=batch)
same("complete the batch", answer, {})
record = until_final(lambda: lake.getBatch(batch)[batch])
same("the batch succeeds", record.get("status"), "success")
same("all rows landed", int(record.get("metrics", {}).get("outputRecordCount", -1)), len(wanted))

# What is in the dataset now
reader = dataaccess.DataAccess()
files = reader.getBatchFiles(batch)
check("the batch has files", files, files)
for file in files:
    for part in reader.getFiles(file["dataSetFileId"])["data"]:
        content = reader.getFiles(file["dataSetFileId"], path=part["name"])
        content = content.read() if hasattr(content, "read") else content
        same(f"{part['name']} is Parquet", (content[:4], len(content)), (b"PAR1", int(part["length"])))
preview = [without_nulls(row) for row in reader.getPreview(members)]
uploaded = {row["_id"]: without_nulls(row) for row in wanted}
same("the preview has the first 100 rows", len(preview), 100)
wrong = [(row, uploaded.get(row.get("_id"))) for row in preview if row != uploaded.get(row.get("_id"))]
check("they are the rows that were uploaded", not wrong, wrong[:1])

# The large file calls. aepp reads every answer as JSON and calls an empty one an error, so the state is what counts.
purchases = ids["Loyalty Purchases"]
data = (SAMPLES / "purchases/loyalty-purchases.ndjson").read_bytes()
batch = loader.createBatch(datasetId=purchases, format="json")["id"]
target = {"batchId": batch, "datasetId": purchases, "filePath": "purchases.json"}
loader.uploadLargeFileStartEnd(**target, action="INITIALIZE")
half = len(data) // 2
for first, last in [(0, half - 1), (half, len(data) - 1)]:
    try:
        loader.uploadLargeFilePart(**target, data=data[first : last + 1], contentRange=f"bytes {first}-{last}")
    except ValueError:
        pass  # no body, which is what the platform sends
loader.uploadLargeFileStartEnd(**target, action="COMPLETE")
loader.uploadSmallFileFinish(batchId=batch)
record = until_final(lambda: lake.getBatch(batch)[batch])
same("the large file's batch succeeds", record.get("status"), "success")
same("600 purchases landed", int(record.get("metrics", {}).get("outputRecordCount", -1)), 600)
listed = lake.getBatches(limit=10, n_results=10, dataSet=purchases)
check("the batch is listed", batch in listed, listed)

# Taking back
answer = loader.deleteBatch(batch)
record = lake.getBatch(batch)[batch]
check("the batch is taken back", record.get("status") in ("inactive", "deleted"), (answer, record))

finish()

"""Uploads one file as a program that uses the published Python client aepp does.

Called with the server's address, the dataset, the file and, to send it in parts, their size in bytes.
"""

import sys

url, dataset, path, *part = sys.argv[1:]

import aepp
from aepp import ingestion

aepp.configure(org_id="LOCAL@AdobeOrg", client_id="bench", secret="bench", sandbox="dev", scopes="openid", retry=0)
# aepp has no setting for other hosts: its tables are changed instead.
aepp.config.endpoints["global"] = url
aepp.config.endpoints["streaming"] = {"inlet": url + "/data/core/edge", "collection": url}
aepp.config.config_object["imsEndpoint"] = url
aepp.config.config_object["oauthTokenEndpointV2"] = url + "/ims/token/v3"

loader = ingestion.DataIngestion()
batch = loader.createBatch(datasetId=dataset, format="json", multiline=not part)["id"]
target = {"batchId": batch, "datasetId": dataset, "filePath": "file.json"}
if part:
    size = int(part[0])
    loader.uploadLargeFileStartEnd(**target, action="INITIALIZE")
    with open(path, "rb") as file:
        first = 0
        while data := file.read(size):
            last = first + len(data) - 1
            try:
                loader.uploadLargeFilePart(**target, data=data, contentRange=f"bytes {first}-{last}")
            except ValueError:
                pass  # no body, which is what the platform sends
            first = last + 1
    loader.uploadLargeFileStartEnd(**target, action="COMPLETE")
else:
    loader.uploadSmallFile(**target, data=path)
loader.uploadSmallFileFinish(batchId=batch)

"""What an Orthanc says and takes through its REST interface.

archive_rest.py URL post FOLDER   sends every file below a folder
archive_rest.py URL get PATH      prints the JSON at a path
archive_rest.py URL commit NODE   sends all there is to a node, asks it to vouch for it, and prints what it says
"""
import json
import os
import sys
import time
import urllib.request

url, verb, what = sys.argv[1:4]


def ask(path, data=None):
    body = None if data is None else json.dumps(data).encode()
    return json.loads(urllib.request.urlopen(urllib.request.Request(url + path, data=body)).read())


if verb == "get":
    print(urllib.request.urlopen(url + what).read().decode())
elif verb == "commit":
    instances = ask("/instances")
    ask(f"/modalities/{what}/store", instances)
    number = ask(f"/modalities/{what}/storage-commitment", {"Resources": instances, "Timeout": 20})["ID"]
    for _ in range(200):
        status = ask(f"/storage-commitment/{number}")["Status"]
        if status != "Pending":
            break
        time.sleep(0.1)
    print(status)
else:
    for folder, _, names in os.walk(what):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                urllib.request.urlopen(urllib.request.Request(url + "/instances", data=file.read(), method="POST")).read()
    print("[]")

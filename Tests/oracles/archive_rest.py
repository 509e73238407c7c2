"""What an Orthanc says and takes through its REST interface.

archive_rest.py URL post FOLDER   sends every file below a folder
archive_rest.py URL get PATH      prints the JSON at a path
"""
import os
import sys
import urllib.request

url, verb, what = sys.argv[1:4]
if verb == "get":
    print(urllib.request.urlopen(url + what).read().decode())
else:
    for folder, _, names in os.walk(what):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                urllib.request.urlopen(urllib.request.Request(url + "/instances", data=file.read(), method="POST")).read()
    print("[]")

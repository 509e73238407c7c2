#!/bin/sh
# environment.sh FOLDER REQUIREMENTS: prints a Python that has the packages, after making FOLDER/venv if need be.
# By the rule of Tests/TestSupport/PythonOracle.swift: a lock, and a copy of the requirements once all is there.
set -eu
folder=$1
requirements=$2
mkdir -p "$folder"
exec 9>>"$folder/lock"
flock 9
if ! cmp -s "$requirements" "$folder/installed.txt"; then
    rm -f "$folder/installed.txt"
    python3 -m venv --clear "$folder/venv" >&2
    "$folder/venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check -r "$requirements" >&2
    cp "$requirements" "$folder/installed.txt.new"
    mv "$folder/installed.txt.new" "$folder/installed.txt"
fi
echo "$folder/venv/bin/python"

#!/bin/sh
# Builds app.py, and what it imports, into the component plug.wasm; `./build.sh bindings` makes only what the tests and
# an editor need: the contract's types.
set -eu
cd "$(dirname "$0")"
plug() { venv/bin/componentize-py --quiet --wit-path wit --world cordboard:provider/provider-plug "$@"; }
rm -rf bindings
plug bindings bindings
# A plug imports nothing: what would import is left out.
if [ "${1:-}" != bindings ]; then plug componentize --stub-wasi app --output plug.wasm; fi

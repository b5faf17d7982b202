#!/bin/sh
# Builds app.py and its imports into the component plug.wasm. `./build.sh bindings` only generates the contract's types,
# which the tests and an editor need.
set -eu
cd "$(dirname "$0")"
plug() { venv/bin/componentize-py --quiet --wit-path wit --world cordboard:provider/provider-plug "$@"; }
rm -rf bindings
plug bindings bindings
# A plug must not import anything, so WASI's imports are stubbed.
if [ "${1:-}" != bindings ]; then plug componentize --stub-wasi app --output plug.wasm; fi

#!/bin/sh
# Builds the component plug.wasm.
set -eu
cd "$(dirname "$0")"
cargo build --quiet --release --target wasm32-unknown-unknown
cp target/wasm32-unknown-unknown/release/desk.wasm plug.wasm

// Builds plug.js and its imports into the component plug.wasm.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { componentize } from "@bytecodealliance/componentize-js";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { component } = await componentize({
  sourcePath: here("plug.js"),
  witPath: here("wit"),
  worldName: "cordboard:provider/provider-plug",
  // A plug must not import anything, so disable the features that would.
  disableFeatures: ["random", "stdio", "clocks", "http", "fetch-event"],
});
await writeFile(here("plug.wasm"), component);

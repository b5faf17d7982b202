// Builds plug.js into the component named on the command line: node build.js WIT-FOLDER OUTPUT
import { readFile, writeFile } from "node:fs/promises";
import { componentize } from "@bytecodealliance/componentize-js";

const [wit, output] = process.argv.slice(2);
const { component } = await componentize(await readFile(new URL("plug.js", import.meta.url), "utf8"), {
  witPath: wit,
  worldName: "cordboard:provider/provider-plug",
  // A plug imports nothing, so what would import is left out.
  disableFeatures: ["random", "stdio", "clocks", "http", "fetch-event"],
});
await writeFile(output, component);

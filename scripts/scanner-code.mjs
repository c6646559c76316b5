// Compiles the reader of lines that runs on the trace's bytes themselves: AssemblyScript to
// WebAssembly.
import { readFileSync } from "node:fs";

const SOURCE = new URL("../src/trace/columns/scanner.wasm.ts", import.meta.url);

/** The module's bytes, as base64. */
export async function scannerCode() {
  const { default: asc } = await import("assemblyscript/asc");
  let code;
  const { error, stderr } = await asc.main(
    [
      "scanner.ts",
      "--outFile",
      "scanner.wasm",
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--enable",
      "simd,bulk-memory",
      "--use",
      "abort=",
      "--disableWarning",
      "201",
    ],
    {
      readFile: (name) => (name === "scanner.ts" ? readFileSync(SOURCE, "utf8") : null),
      writeFile: (name, contents) => {
        if (name === "scanner.wasm") code = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || code === undefined)
    throw new Error(`the scanner does not compile: ${stderr.toString()}`, { cause: error });
  return Buffer.from(code).toString("base64");
}

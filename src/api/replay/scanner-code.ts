/**
 * The compiled scanner in base64, set by the build; not there when agentz runs from its sources.
 */
declare const AGENTZ_SCANNER: string | undefined;
const CODE = typeof AGENTZ_SCANNER === "string" ? AGENTZ_SCANNER : "";

let compiled: WebAssembly.Module | undefined;

/**
 * The compiled scanner; undefined where lines are read by JavaScript: from sources, and in a Node
 * that may compile no code.
 */
export function scannerModule(): WebAssembly.Module | undefined {
  if (CODE === "" || typeof WebAssembly === "undefined") return undefined;
  return (compiled ??= new WebAssembly.Module(Buffer.from(CODE, "base64")));
}

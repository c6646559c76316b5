import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { canRun, installedShells } from "./differential/sandbox.ts";

/** Recorded runs and the design, which lie beside the repository where somebody has them. */
export const SHARED = resolve(import.meta.dirname, "../../shared");

/** The browser that pages are opened in; undefined where none is installed. */
export const CHROMIUM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => existsSync(path));

/** The packages that the pages of docs/seams are run with. */
export const SEAM_PACKAGES = resolve(import.meta.dirname, "seams/node_modules");

/** The servers and the client of the Model Context Protocol that the gateway is tested with. */
export const MCP_PACKAGES = resolve(import.meta.dirname, "gateway/node_modules");

/** The client of the language server for VS Code, and what packs its extension. */
export const VSCODE_PACKAGES = resolve(import.meta.dirname, "../editors/vscode/node_modules");

/** The Python that has the packages of other readers: `AGENTZ_PYTHON`, or the one on the path. */
export const PYTHON = process.env["AGENTZ_PYTHON"] ?? "python3";

/** VS Code as a program for the browser: `AGENTZ_CODE_SERVER`, or the one on the path. */
export const CODE_SERVER = process.env["AGENTZ_CODE_SERVER"] ?? "code-server";

function hasModules(...names: readonly string[]): boolean {
  return spawnSync(PYTHON, ["-c", `import ${names.join(", ")}`]).status === 0;
}

/** Some of them, of which older installs have no more than the first. */
const MCP_LISTED = [
  "@modelcontextprotocol/sdk",
  "@modelcontextprotocol/client",
  "@modelcontextprotocol/node",
];

/** A Node that runs the conformance suite of the protocol, which needs 22: this one, or that of a package. */
export const NODE_22 = [
  ...(Number(process.versions.node.split(".")[0]) >= 22 ? [process.execPath] : []),
  resolve(MCP_PACKAGES, `node-${process.platform}-${process.arch}/bin/node`),
].find((path) => existsSync(path));

const CLAUDE_CODE = `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}`;

interface Need {
  /** What has to be there, in words. */
  readonly what: string;
  readonly isMet: () => boolean;
}

/**
 * What some tests need beside Node 20, npm and git. A test is skipped only by a row of this table,
 * so that each skipped test says why: `test/needs.test.ts` holds that.
 */
export const NEEDS = {
  posix: {
    what: "links, modes and signals as POSIX has them",
    isMet: () => process.platform !== "win32",
  },
  linux: { what: "Linux's /proc", isMet: () => process.platform === "linux" },
  "full-device": { what: "/dev/full", isMet: () => existsSync("/dev/full") },
  "plain-user": {
    what: "a user who is not root, since root may write everywhere",
    isMet: () => process.getuid?.() !== 0,
  },
  script: {
    what: "script, which runs a command on a terminal",
    isMet: () => spawnSync("script", ["--version"]).status === 0,
  },
  tmux: { what: "tmux", isMet: () => spawnSync("tmux", ["-V"]).status === 0 },
  browser: { what: "Chromium or Chrome", isMet: () => CHROMIUM !== undefined },
  openssl: {
    what: "the openssl program",
    isMet: () => spawnSync("openssl", ["version"]).status === 0,
  },
  shells: {
    what: "bash, dash and a sandbox to run them in",
    isMet: () => installedShells().length >= 2 && canRun(),
  },
  "many-files": {
    what: "11,000 files that a process may have open (`ulimit -n`)",
    isMet: () => spawnSync("sh", ["-c", "ulimit -n 11000"]).status === 0,
  },
  "agent-hooks-sdk": {
    what: "Python with the package agent-hooks-sdk (`pip install agent-hooks-sdk==0.1.0b3`)",
    isMet: () => spawnSync("python3", ["-c", "import agent_hooks"]).status === 0,
  },
  "seam-packages": {
    what: "the packages of test/seams (`npm ci --prefix test/seams --omit=optional`)",
    isMet: () => existsSync(SEAM_PACKAGES),
  },
  "mcp-packages": {
    what: "the packages of test/gateway (`npm ci --prefix test/gateway`)",
    isMet: () => MCP_LISTED.every((name) => existsSync(resolve(MCP_PACKAGES, name))),
  },
  "vscode-packages": {
    what: "the packages of editors/vscode (`npm ci --prefix editors/vscode`)",
    isMet: () => existsSync(VSCODE_PACKAGES),
  },
  "code-server": {
    what:
      "code-server, which is VS Code in a browser (`npm install code-server` with Node 24; " +
      "`AGENTZ_CODE_SERVER` names the program), and Chromium or Chrome",
    isMet: () =>
      CHROMIUM !== undefined && spawnSync(CODE_SERVER, ["--version"], { cwd: "/" }).status === 0,
  },
  "node-22": {
    what: "Node 22 and the packages of test/gateway (`npm ci --prefix test/gateway` brings both on Linux)",
    isMet: () => NODE_22 !== undefined && existsSync(resolve(MCP_PACKAGES, "conformance-next")),
  },
  "claude-code": {
    what: "the program of the Claude Agent SDK (`npm ci --prefix test/seams`)",
    isMet: () => existsSync(resolve(SEAM_PACKAGES, CLAUDE_CODE)),
  },
  "parquet-readers": {
    what: "Python with pyarrow and duckdb (`AGENTZ_PYTHON` names a Python that has them)",
    isMet: () => hasModules("pyarrow", "duckdb"),
  },
  duckdb: {
    what: "Python with duckdb (`AGENTZ_PYTHON` names a Python that has it)",
    isMet: () => hasModules("duckdb"),
  },
  clickhouse: {
    what: "Python with chdb, which is ClickHouse (`AGENTZ_PYTHON` names a Python that has it)",
    isMet: () => hasModules("chdb"),
  },
  spark: {
    what: "Java 17, and Python with pyspark, pyarrow and pandas (`AGENTZ_PYTHON` names a Python that has them)",
    isMet: () =>
      spawnSync("java", ["-version"]).status === 0 && hasModules("pyspark", "pyarrow", "pandas"),
  },
  shared: { what: "../shared, with tar and xz", isMet: () => existsSync(SHARED) },
} as const satisfies Readonly<Record<string, Need>>;

const found = new Map<string, boolean>();

/** Whether this machine lacks what a test needs: `describe.skipIf(lacks("browser"))`. */
export function lacks(need: keyof typeof NEEDS): boolean {
  const met = found.get(need) ?? NEEDS[need].isMet();
  found.set(need, met);
  return !met;
}

// Runs every check there is and closes with one plain line: `N passed, N failed, N skipped`.
// --quick leaves out the tests of SLOW, --checks all tests; anything else is handed to vitest.
// Needs Node 20, npm and git; a test that needs more is skipped where that is absent.
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => join(root, "node_modules", ".bin", name);
/** What later runs take over from this one; sound, as both tools compare the contents of files. */
const kept = join(root, "node_modules/.cache/agentz-checks");
const checks = [
  ["types", bin("tsc"), ["--incremental", "--tsBuildInfoFile", join(kept, "types.tsbuildinfo")]],
  ["layers", bin("depcruise"), ["--config", ".dependency-cruiser.mjs", "src", "test/reference"]],
  [
    "lint",
    bin("eslint"),
    [".", "--cache", "--cache-strategy=content", `--cache-location=${join(kept, "eslint")}`],
  ],
  ["format", process.execPath, ["scripts/format.mjs", "--check"]],
  ["line width", process.execPath, ["scripts/line-width.mjs"]],
];

/** Tests that start processes, draw many random inputs, or try every seeded fault. */
const SLOW = [
  "test/agentdojo/**",
  "test/batch/**",
  "test/cli/columns/**",
  "test/condition/conformance/**",
  "test/condition/{differential,meter,three-values}.test.ts",
  "test/differential/**",
  "test/docs/**",
  "test/documents/**",
  "test/e2e/**",
  "test/executive-report/**",
  "test/faults/**",
  "test/fuzz/**",
  "test/hook/**",
  "test/hostile/**",
  "test/lint/{inert-mutants,right-policies}.test.ts",
  "test/policy/load.test.ts",
  "test/proof/{compare-sets-oracle,invariants-oracle,oracle,work}.test.ts",
  "test/release/{commands,digest,sentences,soundness,trust}.test.ts",
  "test/replay/**",
  "test/report/**",
  "test/scan/**",
  "test/serve/**",
  "test/suite/{agentdojo,closed-input,sample}.test.ts",
  "test/trace/columns/**",
  "test/trace/importers/{auto,broken-files,chat-mutations,importer-mutations,recorded-runs}.test.ts",
  "**/git.test.ts",
];
const given = process.argv.slice(2);
const quick = given.includes("--quick");
const checksOnly = given.includes("--checks");
const forVitest = given.filter((arg) => arg !== "--quick" && arg !== "--checks");

let passed = 0;
let failed = 0;

/** Runs a check, and tells how it ended with all that it printed. */
async function check([name, command, args]) {
  const started = Date.now();
  const { ok, output } = await new Promise((resolve) =>
    execFile(command, args, { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: stdout + stderr }),
    ),
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${output}${ok ? "ok" : "FAILED"}  ${name} (${seconds} s)\n`);
  if (ok) passed++;
  else failed++;
}

await check(["build", process.execPath, ["scripts/build.mjs"]]);
// the types take as long as all others together
const [types, ...others] = checks;
await Promise.all([
  check(types),
  others.reduce((before, one) => before.then(() => check(one)), Promise.resolve()),
]);

let skipped = 0;
if (!checksOnly) runTests();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

/** The full names of tests that did not run; `test/needs.ts` says what each would have needed. */
function skippedTests({ testResults }) {
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "pending" || status === "skipped" || status === "todo")
      .map(({ fullName }) => fullName),
  );
}

/** Runs vitest and adds its counts. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "agentz-test-"));
  const report = join(folder, "report.json");
  const { status } = spawnSync(
    bin("vitest"),
    [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...(quick ? SLOW.map((pattern) => `--exclude=${pattern}`) : []),
      ...forVitest,
    ],
    { cwd: root, stdio: "inherit" },
  );
  try {
    const result = JSON.parse(readFileSync(report, "utf8"));
    passed += result.numPassedTests;
    // a suite that does not load runs no test of its own, and is a failure all the same
    failed += Math.max(result.numFailedTests, result.numFailedTestSuites > 0 ? 1 : 0);
    skipped = result.numPendingTests + result.numTodoTests;
    for (const name of skippedTests(result)) console.log(`skipped  ${name}`);
    if (status !== 0 && result.numFailedTests === 0 && result.numFailedTestSuites === 0) failed++;
  } catch {
    failed++;
  }
  rmSync(folder, { recursive: true, force: true });
}

// How long `agentz test` takes over Node's own start: 100 suites with 10,000 cases, half of them
// sessions of five calls.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SUITES = 100;
const bin = process.argv[2] ?? fileURLToPath(new URL("../bin/agentz.js", import.meta.url));
const policies = fileURLToPath(new URL("../policies", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "agentz-tests-"));

const list = (from, count, step) =>
  Array.from({ length: count }, (_, i) => Math.round((from + i * step) * 100) / 100).join(", ");

/**
 * One suite: 50 cases of one call and 50 sessions of five, some written out and some from matrices,
 * as people write them.
 */
function suite(n) {
  return `apiVersion: agentz/v1
kind: Suite
name: suite-${n}
now: 2026-05-18T09:00:00Z
fixtures:
  lookup: { subject: { type: agent, id: support },
    action: { kind: mcp_request, server: crm, name: lookup_order }, args: { order: A-${n} },
    outcome: { result: { email: ann@post.example } } }
  refund: { subject: { type: agent, id: support },
    action: { kind: mcp_request, server: payments, name: refund },
    args: { order: A-${n}, amount: 40, currency: EUR } }
  read: { subject: { type: agent, id: coder }, action: { server: host, name: read_file },
    args: { path: /repo/src/${n}.ts } }
tests:
  - name: a refund needs a lookup
    call: { use: refund }
    matrix: { args.amount: [${list(1 + n, 25, 1.5)}] }
    expect: { effect: deny, rule: no-blind-refund }
  - name: the repository can be read
    call: { use: read }
    matrix: { args.path: [${Array.from({ length: 25 }, (_, i) => `/repo/src/${n}/${i}.ts`).join(", ")}] }
    expect: { effect: allow, rule: repository }
${[0, 1, 2, 3, 4]
  .map(
    (k) => `  - name: refunds after a lookup, ${k}
    session:
      - { call: { use: lookup }, expect: { effect: allow } }
      - { call: { use: refund, args: { amount: ${20 + k} } }, expect: { effect: allow, rule: small-refund } }
      - { call: { use: refund }, at: +1m, expect: { effect: allow } }
      - { call: { use: refund, args: { amount: 400 } }, at: +2m,
          expect: { effect: require_approval, permitted: false } }
      - { call: { use: refund, args: { amount: 10 } }, at: +3m, expect: { effect: allow } }
    matrix: { "session[1].args.amount": [${list(5 + k, 10, 2)}] }`,
  )
  .join("\n")}
`;
}

for (let n = 0; n < SUITES; n++) writeFileSync(join(folder, `suite-${n}.yaml`), suite(n));

function milliseconds(args) {
  const runs = Array.from({ length: 5 }, () => {
    const start = process.hrtime.bigint();
    const done = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 28 });
    if (done.status !== 0)
      throw new Error(
        `exit ${done.status}: ${done.stdout.slice(0, 2000)}${done.stderr.slice(0, 2000)}`,
      );
    return { ms: Number(process.hrtime.bigint() - start) / 1e6, out: done.stdout };
  });
  const sorted = runs.sort((a, b) => a.ms - b.ms);
  return { least: sorted[0].ms, median: sorted[2].ms, out: sorted[0].out };
}

const bare = milliseconds(["-e", "0"]);
const tests = milliseconds([
  bin,
  "test",
  join(policies, "catalog.yaml"),
  join(policies, "candidate"),
  folder,
]);
rmSync(folder, { recursive: true });
console.log(tests.out.trim().split("\n").at(-1));
const over = (of) =>
  `${(tests[of] - bare[of]).toFixed(0)} ms (node alone ${bare[of].toFixed(0)} ms, the tests ` +
  `${tests[of].toFixed(0)} ms)`;
console.log(
  `over Node's start, of five runs each: the least ${over("least")}, the median ${over("median")}`,
);

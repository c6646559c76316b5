// Cedar's own program: compiled for the machine, not to WebAssembly. It decides one request a
// start.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cedarCall, cedarPolicies } from "./peers.mjs";

const TOOK = /^Authorization Time \(micro seconds\) : (\d+)$/m;
const ANSWER = /^(ALLOW|DENY)$/m;
const uid = ({ type, id }) => `${type}::${JSON.stringify(id)}`;

/**
 * Cedar's answers to records, in their order, and the seconds that its authorizations took by its
 * own clock, in whole microseconds each.
 */
export function cedarCli(records) {
  const folder = mkdtempSync(join(tmpdir(), "agentz-cedar-"));
  const [policies, request, known] = ["rules.cedar", "request.json", "entities.json"].map((name) =>
    join(folder, name),
  );
  const args = [
    "authorize",
    "--timing",
    "--policies",
    policies,
    "--request-json",
    request,
    "--entities",
    known,
  ];
  try {
    writeFileSync(policies, cedarPolicies());
    let microseconds = 0;
    const answers = records.map((record) => {
      const { principal, action, resource, context, entities } = cedarCall(record);
      writeFileSync(
        request,
        JSON.stringify({
          principal: uid(principal),
          action: uid(action),
          resource: uid(resource),
          context,
        }),
      );
      writeFileSync(known, JSON.stringify(entities));
      const { stdout, stderr } = spawnSync("cedar", args, { encoding: "utf8" });
      const [took, answer] = [TOOK.exec(stdout), ANSWER.exec(stdout)];
      if (took === null || answer === null)
        throw new Error(`cedar did not answer: ${stdout}${stderr}`);
      microseconds += Number(took[1]);
      return answer[1] === "ALLOW";
    });
    return { answers, seconds: microseconds / 1e6 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

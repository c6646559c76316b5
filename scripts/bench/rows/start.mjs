// What every start costs, over what Node itself costs to start.
import { fileURLToPath } from "node:url";
import { BIN, node } from "../process.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const ROUNDS = 21;

/**
 * The median over that of `node -e 0`, both in turns, so that what else the machine does meets
 * both.
 */
function timesNode(args) {
  const [own, bare] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    bare.push(node(["-e", "0"]).seconds);
    const done = node([BIN, ...args], { cwd: ROOT });
    if (done.status !== 0) throw new Error(done.stderr);
    own.push(done.seconds);
  }
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  return { ratio: median(own) / median(bare), milliseconds: median(own) * 1000 };
}

export const START_ROWS = [
  {
    name: "start-version",
    what: "time of `agentz --version`, divided by that of `node -e 0`",
    goal: 1.3,
    measure: () => timesNode(["--version"]),
  },
  {
    name: "start-lint",
    what: "time of `agentz lint` of the sample, divided by that of `node -e 0`",
    goal: 2.2,
    measure: () => timesNode(["lint"]),
  },
];

import { main } from "./main.ts";
import { nodeIo } from "./host/node-io.ts";

/** Runs the process's own command line and gives the exit status. */
export function start(): Promise<number> {
  return main(process.argv.slice(2), nodeIo());
}

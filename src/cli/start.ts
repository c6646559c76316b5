import { nodeIo } from "./host/node-io.ts";
import { VERSION } from "./version.ts";

/** Runs the process's own command line and gives the exit status. The bare version is told without loading the commands. */
export async function start(): Promise<number> {
  const argv = process.argv.slice(2);
  const io = nodeIo();
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    io.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const { main } = await import("./main.ts");
  return await main(argv, io);
}

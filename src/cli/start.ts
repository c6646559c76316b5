import { nodeIo, nodeStreams } from "./host/node-io.ts";
import { VERSION } from "./version.ts";

/** Runs the process's own command line and gives the exit status. The bare version is told without loading the commands. */
export async function start(): Promise<number> {
  const argv = process.argv.slice(2);
  const streams = nodeStreams();
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    streams.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const { main, tellFailure } = await import("./main.ts");
  // what nobody waits for may fail too, and Node would print it as it is
  process.once("uncaughtException", (error) => void (process.exitCode = tellFailure(error, argv, streams)));
  try {
    return await main(argv, nodeIo(streams));
  } catch (error) {
    return tellFailure(error, argv, streams);
  }
}

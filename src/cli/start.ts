import type { Io } from "../node/io.ts";
import { nodeIo, nodeStreams } from "../node/node-io.ts";
import { VERSION } from "../node/version.ts";

/**
 * Runs the process's own command line and gives the exit status; what fails is told, never thrown.
 */
export async function start(): Promise<number> {
  const argv = process.argv.slice(2);
  const streams = nodeStreams();
  const tell = async (error: unknown): Promise<number> =>
    (await import("./main.ts")).tellFailure(error, argv, streams);
  // what nobody waits for may fail too, and Node would print it as it is
  process.once(
    "uncaughtException",
    (error) => void tell(error).then((status) => (process.exitCode = status)),
  );
  try {
    return await run(argv, streams);
  } catch (error) {
    return tell(error);
  }
}

/** The bare version is told without loading the commands. */
async function run(
  argv: readonly string[],
  streams: ReturnType<typeof nodeStreams>,
): Promise<number> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    streams.stdout.write(`${VERSION}\n`);
    return 0;
  }
  return runCommand(argv, () => nodeIo(streams));
}

/**
 * Runs a command line on the world that is given and gives its exit status. It throws what `world`
 * throws, which is asked once the commands are loaded.
 */
export async function runCommand(argv: readonly string[], world: () => Io): Promise<number> {
  const { main } = await import("./main.ts");
  return main(argv, world());
}

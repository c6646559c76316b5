import { packWorker, type PackWorkerFlags } from "../../api/pack-worker.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { count } from "../../text/count.ts";

const HELP = `
The machines need nothing but a shell: the archive contains Node, agentz, your files, and a script \`worker\` that runs
agentz in the unpacked folder. Node's program is the one that runs this command, so run it on the system of the
machines (Linux on x64, for example), or pass their program as --node.

Examples:
  agentz pack worker policies agentz.yaml -o agentz.tgz
  agentz pack worker policies.agentz -o agentz.tgz               a bundle
  spark-submit --archives agentz.tgz#agentz job.py               then run ./agentz/worker part ...`;

async function worker(
  paths: readonly string[],
  flags: PackWorkerFlags,
  { io }: CommandContext,
): Promise<void> {
  const { files, bytes, system } = await packWorker(paths, flags, io);
  const size = (bytes / 1024 / 1024).toFixed(1);
  const how = system === undefined ? "" : `, for ${system}`;
  io.stderr.write(`${flags.output}: ${count(files, "file")}, ${size} MiB${how}\n`);
}

/** `pack`. */
export const packCommand: CommandModule = {
  define: (command, context) => {
    command
      .command("worker")
      .summary("pack Node, agentz and policies into an archive that a cluster runs")
      .description(
        "Writes an archive with which a machine runs agentz without installing anything, for Spark " +
          "and other clusters.",
      )
      .argument(
        "[paths...]",
        "policies, catalogs, bundles, agentz.yaml: the machines find them under the same paths",
      )
      .option("-o, --output <file>", "the archive that is written", "agentz.tgz")
      .option("--node <file>", "the program of Node for another system")
      .addHelpText("after", HELP)
      .action((paths: readonly string[], flags: PackWorkerFlags) => worker(paths, flags, context));
  },
};

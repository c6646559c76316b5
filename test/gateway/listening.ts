import { spawn } from "node:child_process";
import { atEndOfFile } from "../at-end.ts";

/** Starts a program that says on stderr where it listens, and gives that. */
export async function listening(
  command: readonly string[],
  of: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly says: RegExp;
  },
): Promise<string> {
  const [program = "", ...args] = command;
  const env = { ...process.env, ...of.env };
  const child = spawn(program, args, { cwd: of.cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  atEndOfFile(() => void child.kill("SIGKILL"));
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const [, found] = of.says.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(said)));
  });
}

import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RUNNERS, STUBS, VARIABLES } from "./shell-lines.ts";

/** A shell to compare with, by its path. */
export interface Shell {
  readonly name: string;
  readonly path: string;
}

const FOLDERS = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

function pathOf(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find(existsSync);
}

/** Those of bash and dash that are installed. */
export function installedShells(): readonly Shell[] {
  return ["bash", "dash"].flatMap((name) => {
    const path = pathOf(name);
    return path === undefined ? [] : [{ name, path }];
  });
}

/** Nobody: who runs the lines where the caller is root. */
const NOBODY = 65_534;
const IS_ROOT = process.getuid?.() === 0;
const IDENTITY = IS_ROOT ? { uid: NOBODY, gid: NOBODY } : {};

/** One program that ran: its name and its words. */
export type Run = readonly string[];

/**
 * Writes its name and its words, each behind a NUL, to the log that is named like the folder that
 * it was found in.
 */
const RECORD = `d=\${0%/*}
printf '%s\\0' "\${0##*/}" "$#" "$@" >> "\${d%/*}/log/\${d##*/}"
`;

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A private folder in which lines run, with programs that only record their words. */
export class Sandbox {
  private readonly root = mkdtempSync(join(tmpdir(), "shell-differential-"));
  private readonly bin = join(this.root, "bin");

  constructor() {
    chmodSync(this.root, 0o755);
    mkdirSync(this.bin);
    for (const name of STUBS) this.program(name, RECORD);
    for (const name of RUNNERS) {
      const path = pathOf(name);
      // WHY no options for env: \`env -i\` would forget the folder of programs, and find the real
      // ones
      const guard = name === "env" ? "case $1 in --) ;; -*) exit 0 ;; esac\n" : "";
      if (path !== undefined) this.program(name, `${RECORD}${guard}exec ${path} "$@"\n`);
    }
  }

  private program(name: string, text: string): void {
    const path = join(this.bin, name);
    writeFileSync(path, `#!/bin/sh\n${text}`);
    chmodSync(path, 0o755);
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private folder(path: string): void {
    mkdirSync(path, { mode: 0o700 });
    if (IS_ROOT) chownSync(path, NOBODY, NOBODY);
  }

  /** The script that runs all lines, each in a folder of its own and with a log of its own. */
  private prepare(lines: readonly string[], shell: Shell): string {
    this.folder(join(this.root, "log"));
    this.folder(join(this.root, "work"));
    const set = Object.entries(VARIABLES).map(([name, value]) => `${name}=${quote(value)}`);
    const processes = shell.name === "dash" ? "-p" : "-u";
    const head =
      `ulimit -t 3; ulimit -f 2048; ulimit -n 64; ulimit ${processes} 400 2>/dev/null\nexport ` +
      `${set.join(" ")}\nset -- one "$x"\n`;
    const parts = lines.map((line, i) => {
      const work = join(this.root, "work", String(i));
      const file = join(this.root, `line${i}`);
      this.folder(work);
      symlinkSync("bin", join(this.root, `b${i}`));
      writeFileSync(file, line);
      return (
        `( export PATH=${join(this.root, `b${i}`)}; cd ${work} || exit; HOME=${work}; . ${file} ` +
        ") </dev/null >/dev/null 2>&1\n"
      );
    });
    const script = join(this.root, "script");
    writeFileSync(script, head + parts.join("") + "wait\n");
    return script;
  }

  private clear(count: number): void {
    // a killed process may still hold the folder for a moment
    for (const name of ["log", "work", "script"])
      rmSync(join(this.root, name), {
        recursive: true,
        force: true,
        maxRetries: 20,
        retryDelay: 50,
      });
    for (let i = 0; i < count; i++)
      for (const name of [`b${i}`, `line${i}`]) rmSync(join(this.root, name), { force: true });
  }

  private readLog(index: number): readonly Run[] {
    const path = join(this.root, "log", `b${index}`);
    if (!existsSync(path)) return [];
    const fields = readFileSync(path, "utf8").split("\u0000");
    const runs: string[][] = [];
    for (let at = 0; at + 1 < fields.length; ) {
      const count = Number(fields[at + 1]);
      runs.push([fields[at] ?? "", ...fields.slice(at + 2, at + 2 + count)]);
      at += 2 + count;
    }
    return runs;
  }

  /**
   * What ran for each of some lines; undefined where they took too long. `pause`: for what runs in
   * the background.
   */
  async run(
    lines: readonly string[],
    shell: Shell,
    { seconds, pause }: { readonly seconds: number; readonly pause: number },
  ): Promise<readonly (readonly Run[])[] | undefined> {
    const script = this.prepare(lines, shell);
    const { ended, kill } = await this.execute(shell, script, seconds);
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    const runs = lines.map((_, i) => this.readLog(i));
    // what is left running would write into the folder while it is removed, and into the next one
    kill();
    this.clear(lines.length);
    return ended ? runs : undefined;
  }

  /** Runs a script in a process group of its own; `kill` ends what is left of it. */
  private execute(
    { path }: Shell,
    script: string,
    seconds: number,
  ): Promise<{ readonly ended: boolean; readonly kill: () => void }> {
    return new Promise((resolve, reject) => {
      const child = spawn(path, [script], {
        detached: true,
        stdio: "ignore",
        cwd: this.root,
        env: { LC_ALL: "C.UTF-8" },
        ...IDENTITY,
      });
      let inTime = true;
      const kill = (): void => {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        } catch {
          // the group has ended by itself
        }
      };
      const timer = setTimeout(() => {
        inTime = false;
        kill();
      }, seconds * 1000);
      child.on("error", reject);
      child.on("exit", () => {
        clearTimeout(timer);
        if (!inTime) kill();
        resolve({ ended: inTime, kill });
      });
    });
  }
}

/** Whether lines can be run here at all: with the user's own rights, or, as root, with nobody's. */
export function canRun(): boolean {
  return spawnSync("/bin/sh", ["-c", "exit 0"], { ...IDENTITY, env: {} }).status === 0;
}

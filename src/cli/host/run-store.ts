import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunStore } from "../../trace/tools/sort.ts";
import { readBytes } from "./files.ts";

/** Runs of lines in temporary files that only this user can read, for as long as `use` takes. */
export async function withRunStore(use: (store: RunStore) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "agentz-sort-"));
  let count = 0;
  try {
    await use({
      keep: async (lines) => {
        const path = join(folder, String(count++));
        await write(path, lines);
        return { name: path, open: () => readBytes(path) };
      },
      drop: ({ name }) => rm(name),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(path: string, lines: AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(path, { mode: 0o600 });
  let pending = "";
  for await (const line of lines) {
    pending += `${line}\n`;
    if (pending.length < 1 << 16) continue;
    if (!stream.write(pending)) await once(stream, "drain");
    pending = "";
  }
  stream.end(pending);
  await once(stream, "finish");
}

import type { JsonObject } from "../../request/json.ts";
import { isJsonObject } from "../../request/json.ts";
import { CODEX } from "./agent-codex.ts";
import { COPILOT } from "./agent-copilot.ts";
import type { AgentHost } from "./agent-log-entry.ts";
import type { AgentLogWork } from "./agent-log.ts";
import { AgentLog } from "./agent-log.ts";
import type { Importer, ImportSample } from "./importer.ts";
import { readJson } from "./read-json.ts";
import { sampleValues } from "./sample-values.ts";

const HOSTS: readonly AgentHost[] = [CODEX, COPILOT];

/** Session logs of coding agents (docs/importers/coding-agents.md). */
export const codingAgents: Importer = {
  name: "coding-agents",
  title: "session logs of coding agents: Codex, GitHub Copilot CLI",
  recognises,
  convert: (file, options, tally) => convert({ file, options, tally }),
};

function recognises({ text }: ImportSample): boolean {
  return sampleValues(text).some((value) => isJsonObject(value) && hostOf(value) !== undefined);
}

function hostOf(record: JsonObject): AgentHost | undefined {
  return HOSTS.find((host) => host.fits(record));
}

/** A host, what it remembers of a file, and what was told. */
interface Reading {
  readonly host: AgentHost;
  readonly read: (record: JsonObject) => ReturnType<ReturnType<AgentHost["open"]>>;
  readonly log: AgentLog;
}

async function* convert(work: AgentLogWork): AsyncGenerator<readonly JsonObject[]> {
  const { file, tally } = work;
  let reading: Reading | undefined;
  for await (const items of readJson(file, tally)) {
    for (const { value, line } of items) {
      if (!isJsonObject(value)) {
        tally.addUnreadable("a line is no object", file.name, line);
        continue;
      }
      // a record that only the host of those before it could have written is read as theirs
      const host = reading?.host ?? hostOf(value);
      if (host === undefined) {
        tally.addNotUnderstood("a record of no known coding agent", file.name, line);
        continue;
      }
      reading ??= { host, read: host.open(), log: new AgentLog(work, host) };
      for (const entry of reading.read(value)) reading.log.add(entry, line);
    }
    if (reading !== undefined) yield reading.log.held.take();
  }
  if (reading !== undefined) yield reading.log.held.end();
}

// The recorded agent runs that lie beside the repository, imported and repeated under new names
// until there are enough calls.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { agentz, NotAvailable } from "../process.mjs";

const RUNS = fileURLToPath(new URL("../../../../shared/traces/agentdojo/", import.meta.url));
const MODEL = "claude-3-7-sonnet-20250219";

/** The events of the runs, once. */
function importedEvents() {
  const archive = join(RUNS, `${MODEL}.tar.xz`);
  if (!existsSync(archive)) throw new NotAvailable("no recorded runs beside the repository");
  const folder = mkdtempSync(join(tmpdir(), "agentz-runs-"));
  try {
    execFileSync("tar", ["-xJf", archive, "-C", folder]);
    const trace = join(folder, "trace.jsonl");
    const flags = ["--subject", "agent:assistant", "--server", "tools", "-o", trace];
    agentz(["import", "chat", join(folder, MODEL), ...flags]);
    return readFileSync(trace, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Events of exactly so many calls: the runs again and again, each time of other agents. */
export function* generateRecorded(calls) {
  const events = importedEvents();
  for (let round = 0, left = calls; left > 0; round++) {
    for (const event of events) {
      if (left === 0) return;
      if (event.type === undefined || event.type === "call") left--;
      yield {
        ...event,
        id: `${round}/${event.id}`,
        ...(event.session === undefined ? {} : { session: `${round}/${event.session}` }),
        ...(event.parent === undefined ? {} : { parent: `${round}/${event.parent}` }),
        ...(event.subject === undefined
          ? {}
          : { subject: { ...event.subject, id: `${event.subject.id}-${round}` } }),
      };
    }
  }
}

const POLICY = (n) => `apiVersion: agentz/v1
kind: Policy
name: recorded
version: 1.0.0
owner: bench
description: what assistants may do
rules:
  - { id: read, effect: allow, actions: ["get_*", "search_*", "list_*", "read_*"] }
  - { id: small, effect: allow, actions: [send_money, schedule_transaction], when: "args.amount <= ${400 + n}.0" }
  - { id: large, effect: require_approval, actions: [send_money], when: "args.amount > ${400 + n}.0" }
  - { id: foreign, effect: deny, actions: [send_money], when: "!args.recipient.startsWith('GB')" }
  - { id: mail, effect: allow, actions: [send_email],
      when: "args.recipients.all(r, r.endsWith('@bluesparrowtech.com'))" }
  - { id: links, effect: deny, actions: ["send_*", "post_*"], when: "has(args.body) && args.body.contains('http')" }
  - { id: reserve, effect: allow, actions: ["reserve_*"] }
  - { id: files, effect: allow, actions: [create_file, append_to_file, share_file] }
  - { id: delete, effect: deny, actions: ["delete_*", update_password, remove_user_from_slack] }
  - { id: channel, effect: allow, actions: [send_channel_message],
      when: "args.channel in ['general', 'random', 'private']" }
  - { id: calendar, effect: allow, actions: [create_calendar_event],
      when: "args.title.size() % 7 != ${n === 0 ? 0 : 1 + (n % 6)}" }
  - { id: web, effect: allow, actions: [get_webpage], when: "!args.url.contains('informations.com')" }
  - { id: invite, effect: require_approval, actions: ["invite_*", "add_*"] }
`;

/** The rules after the n-th edit, as texts by file name. */
export const recordedTexts = (n = 0) => [["policy.yaml", POLICY(n)]];

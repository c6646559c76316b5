import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { askInvariants } from "../../src/proof/answer-invariants.ts";
import { assembleSet } from "../../src/engine/assemble.ts";
import type { Source } from "../../src/text/span.ts";
import { runSession } from "../../src/proof/session-search.ts";
import { ROOT } from "../e2e/agentz.ts";
import { sha256 } from "../../src/node/hash.ts";

/** The policies of each pack, and which of its invariants they break. */
const PACKS: Readonly<
  Record<string, { readonly paths: readonly string[]; readonly refuted: readonly string[] }>
> = {
  sample: {
    paths: ["policies/candidate", "policies/catalog.yaml"],
    refuted: [
      "no-refund-over-5000",
      "nothing-is-ever-deleted",
      "no-mail-after-a-secret",
      "nothing-is-sent-after-the-web",
    ],
  },
  agentdojo: {
    paths: ["policies/agentdojo/lean", "policies/agentdojo/catalog"],
    refuted: [
      "no-large-payment",
      "two-for-a-password",
      "nobody-removes-a-user-alone",
      "nobody-is-invited-alone",
      "no-deletion",
    ],
  },
  "support-agent": {
    paths: [
      "policies/starter/support-agent/policy.yaml",
      "policies/starter/support-agent/catalog.yaml",
    ],
    refuted: ["two-for-every-one", "no-refund-over-1000"],
  },
  "data-analyst": {
    paths: [
      "policies/starter/data-analyst/policy.yaml",
      "policies/starter/data-analyst/catalog.yaml",
    ],
    refuted: [
      "two-for-an-export",
      "no-notes-after-confidential",
      "only-agents-export",
      "no-mail-at-all-after-confidential",
    ],
  },
  "coding-agent": {
    paths: ["policies/starter/coding-agent/policy.yaml"],
    refuted: [
      "only-agents-run",
      "a-person-before-every-line",
      "no-edit-of-the-system",
      "no-page-of-the-metadata",
    ],
  },
  "mcp-servers": {
    paths: ["policies/starter/mcp-servers/policy.yaml"],
    refuted: ["two-before-a-merge", "only-agents-read", "no-other-owner"],
  },
};

function filesOf(path: string): readonly string[] {
  return statSync(`${ROOT}${path}`).isDirectory()
    ? readdirSync(`${ROOT}${path}`)
        .filter((name) => name.endsWith(".yaml"))
        .map((name) => `${path}/${name}`)
    : [path];
}

function sourceOf(file: string): Source {
  return { file, text: readFileSync(`${ROOT}${file}`, "utf8") };
}

function loadPack(name: string, more: readonly Source[]): ReturnType<typeof assembleSet> {
  const files = [...(PACKS[name]?.paths ?? []).flatMap(filesOf), `test/proof/packs/${name}.yaml`];
  return assembleSet([...files.map(sourceOf), ...more], {
    readBeside: (file, path) => {
      const beside = join(dirname(file), path);
      return existsSync(`${ROOT}${beside}`) ? { source: sourceOf(beside) } : { fault: "missing" };
    },
    sha256,
  });
}

type Answers = ReadonlyMap<string, string>;

/** What is known of each invariant; each session that breaks one is run by the engine. */
function answersOf({ documents, set, diagnostics }: ReturnType<typeof assembleSet>): Answers {
  if (set === undefined) throw new Error(JSON.stringify(diagnostics));
  return new Map(
    askInvariants(documents, set, Date.UTC(2026, 10, 29)).map(({ rule, answer }) => {
      const found = answer();
      if (found.answer === "refuted")
        for (let length = 1; length <= found.calls.length; length++)
          expect(runSession(set, found.calls.slice(0, length))?.decision.permitted).toBe(true);
      return [rule.id, found.answer];
    }),
  );
}

/** A policy that keeps what an invariant promises, word by word. */
function mending(name: string, ids: readonly string[]): Source {
  const { documents } = loadPack(name, []);
  const rules = documents
    .flatMap((one) => (one.kind === "Invariant" ? one.rules : []))
    .filter(({ id }) => ids.includes(id))
    .map((rule) => {
      const { subjects, actions, resources, when } = rule.calls;
      const label = rule.after && `${JSON.stringify(rule.after.label)} in session.labels`;
      const conditions = [when && `(${when.text})`, label].filter((one) => one !== undefined);
      return {
        id: rule.id,
        effect: rule.is === "only_with" ? "require_approval" : "deny",
        ...(subjects !== undefined && { subjects }),
        ...(actions !== undefined && { actions }),
        ...(resources !== undefined && { resources }),
        ...(conditions.length > 0 && { when: conditions.join(" && ") }),
        ...(rule.is === "only_with" && {
          approval: {
            ...(rule.approval.approvers !== undefined && { approvers: rule.approval.approvers }),
            quorum: rule.approval.quorum,
            ...(rule.approval.within !== undefined && {
              within: `${rule.approval.within / 1000}s`,
            }),
          },
        }),
        ...(rule.is === "only_by" && {
          exceptions: [{ subjects: rule.subjects, reason: "they may", owner: "security" }],
        }),
      };
    });
  const policy = {
    apiVersion: "agentz/v1",
    kind: "Policy",
    name: "mended",
    version: "1.0.0",
    rules,
  };
  return { file: "mended.yaml", text: JSON.stringify(policy) };
}

describe("design 17.2: invariants of the packs, each proved or refuted", () => {
  test.each(Object.entries(PACKS))("%s", (name, { refuted }) => {
    const answers = answersOf(loadPack(name, []));
    const broken = [...answers].filter(([, answer]) => answer !== "proved");
    expect(new Map(broken)).toEqual(new Map(refuted.map((id) => [id, "refuted"])));
  });

  test.each(Object.entries(PACKS))("%s, once the policies are fixed", (name, { refuted }) => {
    const answers = answersOf(loadPack(name, [mending(name, refuted)]));
    // an approval that is asked for permits by itself, so that others may be broken now
    expect(refuted.filter((id) => answers.get(id) !== "proved")).toEqual([]);
  });
});

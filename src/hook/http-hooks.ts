import type { JsonObject } from "../request/json.ts";
import type { Route, RouteInput } from "../serve/routes.ts";
import { badRequest } from "../serve/http-problem.ts";
import { contextVerdict, failedVerdict } from "./agent-hooks.ts";
import { AGENT_HOOKS, hookPath, type Host } from "./host.ts";
import { HOSTS } from "./hosts.ts";
import { decideHere } from "./own-decider.ts";
import { answerOf, denialOf, readInput } from "./run-hook.ts";
import { subjectOf } from "./subject.ts";

function askedSubject(host: Host, url: string): { readonly type: string; readonly id: string } {
  const start = url.indexOf("?");
  const query = new URLSearchParams(start < 0 ? "" : url.slice(start));
  return subjectOf(query.get("subject") ?? `agent:${host.name}`);
}

/** As `runHook`, without a process: whatever goes wrong is a deny that says so. */
function hookAnswer(host: Host, { service, body, caller, request }: RouteInput): JsonObject {
  try {
    const read = readInput(host, body, askedSubject(host, request.url ?? ""));
    return answerOf(host, decideHere(service, read, caller.parties), body) ?? {};
  } catch (error) {
    return denialOf(host, error, body);
  }
}

const MODES: readonly string[] = ["enforce", "evaluate_only"];

/** The verdict for a host of AGENT-HOOKS-0.1, and how it asks: `?mode=`, `?subject=`. */
function agentHooksAnswer({ service, body, caller, request }: RouteInput): JsonObject {
  const query = new URLSearchParams(/\?(.*)$/s.exec(request.url ?? "")?.[1]);
  const [mode, subject] = [query.get("mode") ?? "enforce", query.get("subject")];
  if (!MODES.includes(mode)) throw badRequest(`\`mode\` has to be one of ${MODES.join(", ")}`);
  return contextVerdict(service, body, {
    askers: caller.parties,
    evaluateOnly: mode === "evaluate_only",
    redacts: true,
    subject: subject === null ? undefined : { ...subjectOf(subject) },
  });
}

/** What hosts with http hooks ask of a decision point. */
export const HOOK_ROUTES: ReadonlyMap<string, readonly Route[]> = new Map([
  [
    hookPath({ name: AGENT_HOOKS }),
    [{ method: "POST" as const, refused: failedVerdict, answer: agentHooksAnswer }],
  ],
  ...[...HOSTS.values()].map((host): readonly [string, readonly Route[]] => [
    hookPath(host),
    [
      {
        method: "POST" as const,
        // what the request holds is not known, so the deny is that of a call
        refused: (problem: Error) => denialOf(host, problem, {}),
        answer: (input: RouteInput) => hookAnswer(host, input),
      },
    ],
  ]),
]);

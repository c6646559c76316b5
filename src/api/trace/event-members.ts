import type { StructType, Type } from "../../condition/types.ts";
import { ACTION, CONTEXT, OUTCOME, RESOURCE_TYPE, SUBJECT } from "../../policy/built-in-types.ts";
import { EVENT_MEMBERS } from "../../trace/event.ts";
import type { KnownMembers } from "../../trace/tools/unknown-members.ts";

/** The members of an event and of the objects in it: what conditions read, and what replays do. */
export function eventMembers(): KnownMembers {
  return {
    names: new Map<string, KnownMembers | undefined>([
      ...EVENT_MEMBERS.map((name) => [name, undefined] as const),
      ["subject", entityNames(SUBJECT)],
      ["action", entityNames(ACTION)],
      ["resource", entityNames(RESOURCE_TYPE)],
      ["context", typeNames(CONTEXT)],
      ["outcome", named([...OUTCOME.fields.keys(), "result"])],
      // what a decision log adds: `indeterminate`, `shadow`
      ["decision", named(["effect", "policy", "rule", "pdp", "ms", "indeterminate", "shadow"])],
      ["labels", named(["incident", "shadow"])],
    ]),
  };
}

function named(names: readonly string[]): KnownMembers {
  return { names: new Map(names.map((name) => [name, undefined])) };
}

function typeNames(type: Type): KnownMembers | undefined {
  if (type.kind === "list") return typeNames(type.element);
  return type.kind === "struct" ? { names: namesOf(type) } : undefined;
}

function namesOf({ fields }: StructType): Map<string, KnownMembers | undefined> {
  return new Map([...fields].map(([name, inner]) => [name, typeNames(inner)]));
}

/** AuthZEN's `properties` of an entity are its members (design 3.1). */
function entityNames(type: StructType): KnownMembers {
  const names = namesOf(type);
  const members = { names };
  names.set("properties", members);
  return members;
}

import { everybody, isListed, isNobody, namedBy } from "../../policy/approvers.ts";
import { quoted } from "../../policy/log.ts";
import type { Rule } from "../../policy/model.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";

interface Named {
  readonly list: "approval.approvers" | "obligations.notify";
  readonly names: readonly string[];
  /** What follows if nobody has one of the names, or any of them. */
  readonly so: { readonly one: string; readonly all: string };
  readonly help: string;
}

function listsOf({ approval, obligations }: Rule): readonly Named[] {
  return [
    {
      list: "approval.approvers",
      names: approval?.approvers ?? [],
      so: { one: "only others can approve", all: "nobody can approve" },
      help: "give somebody the role, or name another approver",
    },
    {
      list: "obligations.notify",
      names: obligations?.notify ?? [],
      so: { one: "only others are notified", all: "nobody is notified" },
      help: "give somebody the role, or name somebody else",
    },
  ];
}

export const unknownApprover: SetRule = {
  code: "unknown-approver",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: function* (context: LintContext): Generator<Problem> {
    const all = everybody(context.catalogs);
    const roles = [...new Set(all.people.flatMap((person) => person.roles))];
    const known = [
      ...roles.map((role) => `role:${role}`),
      ...all.agents.map(({ id }) => `agent:${id}`),
      ...all.people.map(({ id }) => `human:${id}`),
    ];
    for (const { rule, policy } of context.analysed.rules) {
      for (const { list, names, so, help } of listsOf(rule)) {
        // a person may be notified without being listed
        const isUnknown = (name: string): boolean =>
          list === "approval.approvers"
            ? isNobody(name, all)
            : isListed(name, all) && namedBy(name, all).length === 0;
        const follows = names.every(isUnknown) ? so.all : so.one;
        for (const [i, name] of names.entries()) {
          if (!isUnknown(name)) continue;
          const near = nearestWord(name, known);
          yield {
            place: context.placeIn(policy, rule, `${list}[${i}]`),
            message: `nobody in the catalog is ${quoted(name)}, so ${follows}`,
            help: near === undefined ? help : `did you mean ${quoted(near)}?`,
          };
        }
      }
    }
  },
};

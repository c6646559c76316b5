/** What a word means that the grammar lists, by the field's name and the word. */
export const VALUE_WORDS: ReadonlyMap<string, string> = new Map([
  ["effect allow", "The call may run, unless another rule denies it or asks for an approval."],
  ["effect deny", "The call may not run, whatever other rules say."],
  [
    "effect require_approval",
    "The call waits for an approval, even if another rule allows it. A rule that denies it overrides this one.",
  ],
  ["mode enforce", "The rule counts for the decision (the default)."],
  ["mode shadow", "The rule is evaluated and reported, but it decides nothing."],
  ["classification public", "The least sensitive of the four classifications."],
  ["classification internal", "More sensitive than public, less than confidential."],
  ["classification confidential", "More sensitive than internal, less than restricted."],
  ["classification restricted", "The most sensitive of the four classifications."],
]);

/** What a rule does that no document declares, by the first part of its name. */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ["default", "Built in: a call that no rule allows is denied."],
  ["containment", "Built in: after a rule with `on_deny`, the calls that it stops are denied."],
  ["manifest", "Built in: a call beyond the limits under `manifest` of this agent is denied."],
  ["lifecycle", "Built in: a call of an agent that may not act is denied."],
]);

/** What a built-in rule does; undefined: the name is that of no built-in rule. */
export function builtInRule(name: string): string | undefined {
  if (name === "lifecycle/unregistered")
    return "Built in: a call of an agent that the catalog does not list is denied.";
  const [first = "", agent] = name.split("/");
  const isOfAgent = first === "manifest" || first === "lifecycle";
  return isOfAgent === (agent !== undefined) ? BUILT_IN.get(first) : undefined;
}

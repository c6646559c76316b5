import { listed } from "./listed.ts";

const VERBS: ReadonlyMap<string, string> = new Map([
  ["pay", "pay"],
  ["grant", "give access"],
  ["delete", "delete"],
  ["send", "send"],
  ["execute", "run commands"],
]);

/** `every tool, those that pay, delete and send included`; without grave effects `every tool`. */
export function everyToolText(effects: readonly string[]): string {
  const verbs = effects.flatMap((effect) => VERBS.get(effect) ?? []);
  return verbs.length === 0 ? "every tool" : `every tool, those that ${listed(verbs)} included`;
}

/** What one tool does, of an effect: `pays`, `gives access`; the effect itself where it is not grave. */
export function doesText(effect: string): string {
  return (VERBS.get(effect) ?? effect).replace(/^\w+/, "$&s");
}

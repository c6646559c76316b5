import { KINDS, kindsIn } from "../../text/detectors.ts";
import { listOf, type StringType } from "../types.ts";
import { string, unary, type Overload } from "./overload.ts";

/** Longer texts are looked at up to here. */
const LOOKED_AT = 65_536;

const KIND: StringType = {
  kind: "string",
  among: {
    lists: [
      {
        words: new Set(KINDS),
        strength: "closed",
        one: "a kind that `detect` returns",
        code: "impossible-value",
      },
    ],
    constants: [],
  },
};

/**
 * `detect(text)`: the kinds of secrets and personal data in a text, as `secret/github-token` or
 * `personal/email`.
 */
export const DETECT: readonly Overload[] = [
  unary("detect", string, listOf(KIND), (text) => kindsIn(text.slice(0, LOOKED_AT))),
];

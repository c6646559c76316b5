import { DETECTORS, detect } from "../detectors.ts";
import { listOf, type StringType } from "../types.ts";
import { string, unary, type Overload } from "./overload.ts";

const KIND: StringType = {
  kind: "string",
  among: {
    lists: [
      {
        words: new Set(DETECTORS.map(({ kind }) => kind)),
        strength: "closed",
        one: "a kind that `detect` tells",
        code: "impossible-value",
      },
    ],
    constants: [],
  },
};

/** `detect(text)`: the kinds of secrets and personal data in a text, as `secret/github-token` or `personal/email`. */
export const DETECT: readonly Overload[] = [unary("detect", string, listOf(KIND), (text) => detect(text))];

import { KINDS, kindsIn } from "../../text/detectors.ts";
import { listOf, type StringType } from "../types.ts";
import { Failure } from "../value.ts";
import { string, unary, type Overload } from "./overload.ts";

const MAX_TEXT = 65_536;
const TOO_LONG = new Failure(`a text of more than ${MAX_TEXT} characters is not searched`);

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
 * `personal/email`. A text of more than 65,536 characters is an error: what was not looked at may
 * hold some.
 */
export const DETECT: readonly Overload[] = [
  unary("detect", string, listOf(KIND), (text) =>
    text.length > MAX_TEXT ? TOO_LONG : kindsIn(text),
  ),
];

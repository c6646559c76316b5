import { detect } from "../detectors.ts";
import { listOf, STRING } from "../types.ts";
import { string, unary, type Overload } from "./overload.ts";

/** `detect(text)`: the kinds of secrets and personal data in a text, as `secret/github-token` or `personal/email`. */
export const DETECT: readonly Overload[] = [unary("detect", string, listOf(STRING), (text) => detect(text))];

import { BYTES, STRING } from "../types.ts";
import { Failure } from "../value.ts";
import { bytes, string, unary, type Overload } from "./overload.ts";

const NOT_BASE64 = new Failure("this text is not base64");

function encode(value: Uint8Array): string {
  let text = "";
  for (const byte of value) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Base64 with or without padding; white space and other alphabets are refused. */
function decode(text: string): Uint8Array | Failure {
  const bare = text.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1) return NOT_BASE64;
  return Uint8Array.from(atob(bare), (character) => character.charCodeAt(0));
}

/** The `encoders` extension of cel-go. */
export const BASE64: readonly Overload[] = [
  unary("base64.encode", bytes, STRING, encode),
  unary("base64.decode", string, BYTES, decode),
];

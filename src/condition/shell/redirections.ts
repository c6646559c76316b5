import { requireNumber } from "./arithmetic.ts";
import type { ShellReader } from "./reader.ts";
import type { Redirection } from "./simple-command.ts";
import { numberOf, textOf, unknownWord, type Word } from "./word.ts";
import { readWord } from "./words.ts";

const OPERATOR = /\d?(?:<<<|<<-|<<|<>|<&|<(?!\()|>>|>\||>&|>(?!\())/y;
const BOTH = /&>>?/y;
const LONG_NUMBER = /\d\d+(?=[<>])/y;
const NUMBER_RANGE = /<\d*-\d*>/y;
const DELIMITER = /(?:[\w.@%+-]+|'[^'\n]+'|"[^"$`\\\n]+"|\\[\w.@%+-]+)(?=[ \t\n;&|()<>]|$)/y;
/** `>&-word`: bash closes the descriptor, and reads another word. */
const CLOSED_WORD = /[<>]&[ \t]*\d*-[^ \t\n;&|()<>]/y;
const NO_TARGET = /^[\n;&|()#]?$/;

/** What has been read of one simple or compound command's redirections. */
export class RedirectionList {
  readonly all: Redirection[] = [];
  /** Where `&>` stands: to dash the command ends there. */
  endsAt: number | undefined;

  /** The heredocs and here-strings among them. */
  inputs(): readonly Redirection[] {
    return this.all.filter(({ operator, fd }) => operator.startsWith("<<") && fd === 0);
  }
}

/** Reads one redirection, if one is here. */
export function readRedirection(reader: ShellReader, list: RedirectionList): boolean {
  const start = reader.at;
  const both = reader.take(BOTH);
  if (both !== undefined) {
    list.endsAt = start;
    addBoth(reader, list, { operator: both.slice(1), start });
    return true;
  }
  if (reader.match(LONG_NUMBER) !== undefined)
    reader.fault(start, "a descriptor above 9", "is a word to some shells");
  if (reader.match(NUMBER_RANGE) !== undefined)
    reader.fault(start, "`<->`", "is a pattern to some shells");
  checkDuplicate(reader);
  const written = reader.take(OPERATOR);
  if (written === undefined) return false;
  const operator = written.replace(/^\d/, "");
  const fallback = operator.startsWith("<") ? 0 : 1;
  const fd = operator === written ? fallback : Number(written.charAt(0));
  if (operator === "<<" || operator === "<<-") awaitHeredoc(reader, list, { operator, fd, start });
  else if (operator === ">&") readDuplicate(reader, list, { fd, start, written });
  else
    list.all.push({
      operator,
      fd,
      target: checkedTarget(reader, operator),
      at: reader.place(start),
    });
  return true;
}

function checkDuplicate(reader: ShellReader): void {
  const start = reader.at;
  reader.take(/\d/y);
  const isClosed = reader.match(CLOSED_WORD) !== undefined;
  reader.at = start;
  if (isClosed)
    reader.fault(start, "`-` behind `>&`", "is followed by what some shells take for a word");
}

/**
 * WHY: what stands behind `>&` and `<&` is expanded twice by bash, so that a value, or quoted text,
 * may run commands.
 */
function checkedTarget(reader: ShellReader, operator: string): Word {
  const target = readTarget(reader);
  if (!operator.endsWith("&")) return target;
  const text = textOf(target);
  if (text === undefined) requireNumber(reader, numberOf(target), reader.at);
  else if (!/^[\w./@%+=:,-]+$/.test(text))
    reader.fault(reader.at, "the target of `>&`", "is expanded twice by some shells");
  return target;
}

function readTarget(reader: ShellReader): Word {
  reader.skipBlanks();
  if (NO_TARGET.test(reader.peek()))
    reader.fault(reader.at, "the target of a redirection", "is missing");
  const word = readWord(reader);
  if (word.plain && textOf(word) === "!")
    reader.fault(reader.at, "`!`", "belongs to the redirection in some shells");
  return word;
}

function addBoth(
  reader: ShellReader,
  list: RedirectionList,
  { operator, start }: { readonly operator: string; readonly start: number },
): void {
  const target = readTarget(reader);
  const at = reader.place(start);
  list.all.push({ operator, fd: 1, target, at }, { operator, fd: 2, target, at });
}

/** `>&`: a descriptor, `-`, or a file for both outputs. */
function readDuplicate(
  reader: ShellReader,
  list: RedirectionList,
  { fd, start, written }: { readonly fd: number; readonly start: number; readonly written: string },
): void {
  const target = checkedTarget(reader, ">&");
  const at = reader.place(start);
  const text = textOf(target);
  if (text === undefined || /^(?:\d+-?|-)$/.test(text))
    list.all.push({ operator: ">&", fd, target, at });
  else if (written === ">&")
    list.all.push({ operator: ">", fd: 1, target, at }, { operator: ">", fd: 2, target, at });
  else reader.fault(start, "`>&`", "has a number before it and a file after it");
}

function awaitHeredoc(
  reader: ShellReader,
  list: RedirectionList,
  {
    operator,
    fd,
    start,
  }: { readonly operator: string; readonly fd: number; readonly start: number },
): void {
  reader.skipBlanks();
  const written = reader.take(DELIMITER);
  if (written === undefined) reader.fault(start, "the heredoc", "has an unusual delimiter");
  const delimiter = written.replace(/^\\|^(['"])(.*)\1$/, "$2");
  const redirection = {
    operator,
    fd,
    target: unknownWord(reader.place(start), false),
    at: reader.place(start),
  };
  const frame = reader.waiting[reader.waiting.length - 1];
  frame?.push({ delimiter, literal: delimiter !== written, tabs: operator === "<<-", redirection });
  list.all.push(redirection);
}

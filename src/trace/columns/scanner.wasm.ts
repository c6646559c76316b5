/**
 * AssemblyScript, compiled by scripts/scanner-code.mjs: what `SegmentBuilder` does with usual lines, on bytes that stand in
 * the module's own memory. `LineScanner`, `skip-json.ts` and `DictionaryBuilder` are the reference, and every comment there
 * holds here; `compiled-builder.ts` fills the tables and takes the rows out. Addresses are bytes of the memory, and 0 is none.
 *
 * INVARIANT: the byte behind the last line is 0, so nothing runs past it; 32 bytes behind it may be read, and are never looked at.
 */

/** Whether a text is what a reader of events takes at a column. */
@external("host", "judge") declare function judge(column: u32, from: usize, to: usize): bool;
/** A time of any form; NaN where it is none. */
@external("host", "time") declare function anyTime(from: usize, to: usize): f64;
/** Whether a double holds a number. */
@external("host", "exact") declare function exact(from: usize, to: usize): bool;

// a member of the event on the way to a column; written by link()
@inline const FIRST: usize = 0; // the child that came first in the object before
@inline const NEXT: usize = 4; // the member that came behind this one
@inline const SEEN: usize = 8; // the line that named the member last
@inline const THERE: usize = 12; // the line that had a value there last, null apart
@inline const FROM: usize = 16; // where that value stands; from 0 to 0: an object that was gone through
@inline const TO: usize = 20;
@inline const COLUMN: usize = 24; // 1: its value is a column, so it is no way to one
@inline const KIND: usize = 28;
@inline const BIT: usize = 32;
@inline const REST: usize = 36; // the node that stands for the whole where its members do not tell it; 0: none
@inline const DEPTH: usize = 40;
@inline const PARENT: usize = 44;
@inline const TABLE: usize = 48; // its children by the hash of their keys
@inline const TABLE_MASK: usize = 52;
@inline const KEY: usize = 56;
@inline const KEY_LENGTH: usize = 60;
@inline const PATTERN: usize = 64; // the key with its quote and colon, and which bytes of it count
@inline const PATTERN_MASK: usize = 80;
@inline const KEY_WORD: usize = 96; // its first eight bytes
@inline const WHOLE: usize = 104; // 1: members that are no columns keep the rest
@inline const PROPERTIES: usize = 108; // the member that keeps the rest; 0: none

// a column, its dictionary and its codes
@inline const AT_NODE: usize = 0;
@inline const FLAGS: usize = 4;
@inline const ENTRIES: usize = 8;
@inline const SLOTS: usize = 12;
@inline const SLOT_MASK: usize = 16;
@inline const SIZE: usize = 20;
@inline const CAPACITY: usize = 24;
@inline const LAST: usize = 28;
@inline const EMPTY_DEPTH: usize = 32; // the code of an object that ended the path, and how deep that was
@inline const EMPTY_CODE: usize = 36;
@inline const CODES: usize = 40;
@inline const POOL: usize = 44; // what pack() gives
@inline const OFFSETS: usize = 48;
@inline const DEPTHS: usize = 52;
@inline const COLUMN_BYTES: i32 = 64;

@inline const PRESENCE: u32 = 1;
@inline const FOLLOWED: u32 = 2;
@inline const NAMING: u32 = 4;
@inline const COMPARED: u32 = 8;
@inline const VALIDATED: u32 = 16;

// an entry of a dictionary: where its text stands, its length, depth and verdict (0 none, 1 usual, 2 not)
@inline const ENTRY_BYTES: usize = 12;
@inline const LENGTH: usize = 4;
@inline const ENTRY_DEPTH: usize = 8;
@inline const VERDICT: usize = 9;

@inline const MIN_CODES: u32 = 128;
@inline const SURELY_EXACT: usize = 16;
@inline const MAX_DEPTH: u32 = 200;
@inline const MAX_KEYS: usize = 64;
// a key that was seen in an object: its first eight bytes, where it stands, its length
@inline const KEY_BYTES: usize = 16;
@inline const KEY_FROM: usize = 8;
@inline const KEY_SIZE: usize = 12;

let maxLine: usize = 0;
let columns: usize = 0;
let columnCount: u32 = 0;
let typeColumn: usize = 0;
let root: usize = 0;
let timeNode: usize = 0;
let effectNode: usize = 0;
let decisionBit: u32 = 0;
let sayingBits: u32 = 0;
let callText: usize = 0;
let callCode: u32 = 0;
let heap: usize = 0;
// the keys of the objects that are open, those of the innermost last
let keys: usize = 0;
let keysEnd: usize = 0;
let stamp: u32 = 0;
let has: u32 = 0;
let dayStart: f64 = NaN;
let dayWord: u64 = 0;
let dayRest: u32 = 0;

// the rows that were read and not yet taken, one list a member
let capacity: u32 = 0;
let times: usize = 0;
let hasList: usize = 0;
let starts: usize = 0;
let ends: usize = 0;
let lines: usize = 0;
export let rows: u32 = 0;
export let line: u32 = 0;
/** Where the line that comes next starts. */
export let at: usize = 0;
let origin: usize = 0;

export function setTables(columnTable: usize, count: u32, type: u32, rootNode: usize, time: usize, effect: usize): void {
  columns = columnTable;
  columnCount = count;
  typeColumn = columnTable + type * COLUMN_BYTES;
  root = rootNode;
  timeNode = time;
  effectNode = effect;
}

export function setRules(longest: usize, decision: u32, saying: u32, call: usize, keyRoom: usize): void {
  keys = keyRoom;
  maxLine = longest;
  decisionBit = decision;
  sayingBits = saying;
  callText = call;
}

export function setRows(count: u32, timeList: usize, members: usize, startList: usize, endList: usize, lineList: usize): void {
  capacity = count;
  times = timeList;
  hasList = members;
  starts = startList;
  ends = endList;
  lines = lineList;
}

/** The day of the times to come: its ten bytes, and when it starts. */
export function setDay(text: usize, start: f64): void {
  dayWord = load<u64>(text);
  dayRest = load<u32>(text, 8) & 0xffffff;
  dayStart = start;
}

/** Finishes a node whose key, parent and numbers are set: finds it in its parent's table from now on. */
export function link(node: usize): void {
  const length = load<u32>(node, KEY_LENGTH);
  const key = load<u32>(node, KEY);
  for (let i: usize = 0; i < 16; i++) {
    const short = length <= 14;
    store<u8>(node + i, short ? (i < length ? load<u8>(key + i) : i == length ? 34 : 58) : 0xff, PATTERN);
    store<u8>(node + i, !short || i < length + 2 ? 0xff : 0, PATTERN_MASK);
  }
  const word = load<u64>(key) & firstBytes(length);
  store<u64>(node, word, KEY_WORD);
  const parent: usize = load<u32>(node, PARENT);
  const mask = load<u32>(parent, TABLE_MASK);
  let slot = hashOf(word, length) & mask;
  while (load<u32>(load<u32>(parent, TABLE) + 4 * slot) != 0) slot = (slot + 1) & mask;
  store<u32>(load<u32>(parent, TABLE) + 4 * slot, node as u32);
}

@inline function firstBytes(count: u32): u64 {
  return count >= 8 ? u64.MAX_VALUE : ((1 as u64) << (8 * count)) - 1;
}

@inline function hashOf(word: u64, length: u32): u32 {
  const mixed = (word ^ length) * 0x9e3779b97f4a7c15;
  return (mixed >> 40) as u32;
}

/** Room that is given back as a whole. */
export function room(bytes: usize): usize {
  const found = heap;
  heap = (heap + bytes + 15) & ~15;
  const pages = ((heap + 0xffff + 64) >> 16) as i32;
  const short = pages - memory.size();
  // WHY as much again: growing is dear, and each time hands whoever looks at the memory a new one
  if (short > 0 && memory.grow(max(short, 64)) < 0 && memory.grow(short) < 0) unreachable();
  return found;
}

/** Gives all room back, and makes so much at `from`; what stands there stays. */
export function reserve(from: usize, bytes: usize): void {
  heap = from;
  room(bytes);
}

/** Begins a piece whose lines stand from `from` on; what lies behind `free` is room for dictionaries. */
export function begin(from: usize, first: usize, free: usize): void {
  heap = (free + 64 + 15) & ~15;
  origin = from;
  at = first;
  rows = 0;
  line = 0;
  callCode = 0;
  for (let i: u32 = 0; i < columnCount; i++) {
    const column = columns + i * COLUMN_BYTES;
    store<u32>(column, MIN_CODES, CAPACITY);
    store<u32>(column, room(MIN_CODES * ENTRY_BYTES) as u32, ENTRIES);
    store<u32>(column, 2 * MIN_CODES - 1, SLOT_MASK);
    const slots = room(16 * MIN_CODES);
    memory.fill(slots, 0, 16 * MIN_CODES);
    store<u32>(column, slots as u32, SLOTS);
    store<u32>(column, 1, SIZE);
    store<u32>(column, 0, LAST);
    store<u32>(column, 0, EMPTY_DEPTH);
  }
}

/** Reads lines until one is not usual (1: it starts at `at`), no more rows have room (2), or `end` is reached (0). */
export function run(end: usize): i32 {
  while (at < end) {
    if (rows == capacity) return 2;
    const behind = usual(at);
    if (behind == 0) return 1;
    line++;
    at = behind;
  }
  return 0;
}

/** Takes one line, and gives where the next one starts. */
function usual(start: usize): usize {
  stamp++;
  has = 0;
  keysEnd = keys;
  let end = spaces(start);
  if (load<u8>(end) != 0x7b) return 0;
  end = scanObject(end + 1, root);
  if (end == 0) return 0;
  end = spaces(end);
  if (load<u8>(end) != 10 || end - start > maxLine) return 0;
  let time: f64 = NaN;
  if (load<u32>(timeNode, THERE) == stamp) {
    time = timeOf(load<u32>(timeNode, FROM) + 1, load<u32>(timeNode, TO) - 1);
    if (isNaN(time)) return 0;
  }
  if (!takeColumns()) return 0;
  if ((has & decisionBit) != 0 && load<u32>(effectNode, THERE) != stamp) return 0;
  if ((has & sayingBits) == 0 && isCall()) return 0;
  const row: usize = rows;
  store<f64>(times + 8 * row, time);
  store<u16>(hasList + 2 * row, has as u16);
  store<u32>(starts + 4 * row, (start - origin) as u32);
  store<u32>(ends + 4 * row, (end - origin) as u32);
  store<u32>(lines + 4 * row, line);
  rows++;
  return end + 1;
}

function isCall(): bool {
  const code = load<u32>(load<u32>(typeColumn, CODES) + 4 * (rows as usize));
  if (code == 0) return true;
  if (callCode == 0) callCode = intern(typeColumn, callText, 6, 1);
  return code == callCode;
}

/** Writes the code of every column; false: one of them is not usual. */
function takeColumns(): bool {
  const row: usize = 4 * (rows as usize);
  let column = columns;
  for (let i: u32 = 0; i < columnCount; i++, column += COLUMN_BYTES) {
    let node: usize = load<u32>(column, AT_NODE);
    const flags = load<u32>(column, FLAGS);
    let code: u32 = 0;
    if (load<u32>(node, THERE) != stamp) {
      // of a path that a condition reads it matters how far it could be followed
      if ((flags & FOLLOWED) != 0) {
        do node = load<u32>(node, PARENT);
        while (node != root && load<u32>(node, THERE) != stamp);
        if (node != root) code = load<u32>(node, FROM) == 0 ? codeOfObject(column, load<u32>(node, DEPTH)) : codeOf(column, node);
      }
    } else if ((flags & PRESENCE) != 0) code = 1;
    else if ((flags & NAMING) == 0 || load<u32>(node, TO) - load<u32>(node, FROM) != 2) {
      code = codeOf(column, node);
      if ((flags & (COMPARED | VALIDATED)) != 0 && !isUsual(column, i, flags, code)) return false;
    }
    store<u32>(load<u32>(column, CODES) + row, code);
  }
  return true;
}

@inline function codeOf(column: usize, node: usize): u32 {
  const from: usize = load<u32>(node, FROM);
  return intern(column, from, load<u32>(node, TO) - (from as u32), load<u32>(node, DEPTH));
}

@inline function codeOfObject(column: usize, depth: u32): u32 {
  if (load<u32>(column, EMPTY_DEPTH) == depth) return load<u32>(column, EMPTY_CODE);
  const code = intern(column, callText, 0, depth);
  store<u32>(column, depth, EMPTY_DEPTH);
  store<u32>(column, code, EMPTY_CODE);
  return code;
}

@inline function isUsual(column: usize, index: u32, flags: u32, code: u32): bool {
  const entry: usize = load<u32>(column, ENTRIES) + code * (ENTRY_BYTES as u32);
  const verdict = load<u8>(entry, VERDICT);
  return verdict != 0 ? verdict == 1 : judged(entry, index, flags);
}

function judged(entry: usize, index: u32, flags: u32): bool {
  const from: usize = load<u32>(entry);
  const to = from + (load<u32>(entry, LENGTH) as usize);
  let good = true;
  if ((flags & COMPARED) != 0) for (let i = from; i < to; i++) if (load<u8>(i) == 0x5c) good = false;
  if (good && (flags & VALIDATED) != 0) good = judge(index, from, to);
  store<u8>(entry, good ? 1 : 2, VERDICT);
  return good;
}

/** The code of a text that stays where it is. */
export function intern(column: usize, from: usize, length: u32, depth: u32): u32 {
  const entries: usize = load<u32>(column, ENTRIES);
  const last = load<u32>(column, LAST);
  if (last != 0) {
    const entry = entries + last * ENTRY_BYTES;
    if (load<u32>(entry, LENGTH) == length && load<u8>(entry, ENTRY_DEPTH) == depth && same(load<u32>(entry), from, length)) return last;
  }
  let mixed: u64 = (depth as u64) + ((length as u64) << 8);
  let left = length;
  let next = from;
  for (; left > 8; left -= 8, next += 8) mixed = mix(mixed ^ load<u64>(next));
  mixed = mix(mixed ^ (load<u64>(next) & firstBytes(left)));
  const hash = (mixed ^ (mixed >> 29)) as u32;
  const mask = load<u32>(column, SLOT_MASK);
  const slots: usize = load<u32>(column, SLOTS);
  let slot = hash & mask;
  while (true) {
    const held = load<u64>(slots + 8 * (slot as usize));
    if (held == 0) {
      const code = added(column, from, length, depth);
      place(column, code, hash);
      store<u32>(column, code, LAST);
      return code;
    }
    const entry = entries + ((held & 0xffffffff) as usize) * ENTRY_BYTES;
    // INVARIANT: equal hashes are compared byte by byte, so that a trace cannot merge two values
    if (((held >> 32) as u32) == hash && load<u32>(entry, LENGTH) == length && load<u8>(entry, ENTRY_DEPTH) == depth && same(load<u32>(entry), from, length)) {
      store<u32>(column, held as u32, LAST);
      return held as u32;
    }
    slot = (slot + 1) & mask;
  }
}

@inline function mix(word: u64): u64 {
  const mixed = word * 0x9e3779b97f4a7c15;
  return mixed ^ (mixed >> 32);
}

@inline function same(a: usize, b: usize, length: u32): bool {
  let left = length;
  for (; left > 8; left -= 8, a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  return ((load<u64>(a) ^ load<u64>(b)) & firstBytes(left)) == 0;
}

function added(column: usize, from: usize, length: u32, depth: u32): u32 {
  const code = load<u32>(column, SIZE);
  if (code == load<u32>(column, CAPACITY)) widen(column, code);
  const entry: usize = load<u32>(column, ENTRIES) + code * (ENTRY_BYTES as u32);
  store<u32>(entry, from as u32);
  store<u32>(entry, length, LENGTH);
  store<u32>(entry, depth, ENTRY_DEPTH);
  store<u32>(column, code + 1, SIZE);
  return code;
}

function widen(column: usize, size: u32): void {
  const entries = room(2 * size * (ENTRY_BYTES as u32));
  memory.copy(entries, load<u32>(column, ENTRIES), size * (ENTRY_BYTES as u32));
  store<u32>(column, entries as u32, ENTRIES);
  store<u32>(column, 2 * size, CAPACITY);
  const old: usize = load<u32>(column, SLOTS);
  const slots = room(32 * size);
  memory.fill(slots, 0, 32 * size);
  store<u32>(column, slots as u32, SLOTS);
  store<u32>(column, 4 * size - 1, SLOT_MASK);
  for (let i: usize = 0; i < 2 * (size as usize); i++) {
    const held = load<u64>(old + 8 * i);
    if (held != 0) place(column, held as u32, (held >> 32) as u32);
  }
}

function place(column: usize, code: u32, hash: u32): void {
  const mask = load<u32>(column, SLOT_MASK);
  const slots: usize = load<u32>(column, SLOTS);
  let slot = hash & mask;
  while (load<u64>(slots + 8 * (slot as usize)) != 0) slot = (slot + 1) & mask;
  store<u64>(slots + 8 * (slot as usize), ((hash as u64) << 32) | code);
}

/** Puts a column's texts one behind the other, as `Dictionary` has them. */
export function pack(column: usize): void {
  const size = load<u32>(column, SIZE);
  const entries: usize = load<u32>(column, ENTRIES);
  let total: usize = 0;
  for (let code: u32 = 1; code < size; code++) total += load<u32>(entries + code * ENTRY_BYTES, LENGTH);
  const offsets = room(4 * (size + 1));
  const depths = room(size);
  const pool = room(total);
  let used: u32 = 0;
  store<u32>(offsets, 0);
  store<u8>(depths, 0);
  for (let code: u32 = 1; code < size; code++) {
    const entry = entries + code * ENTRY_BYTES;
    const length = load<u32>(entry, LENGTH);
    store<u32>(offsets + 4 * code, used);
    store<u8>(depths + code, load<u8>(entry, ENTRY_DEPTH));
    const from: usize = load<u32>(entry);
    if (length > 64) memory.copy(pool + used, from, length);
    else for (let i: usize = 0; i < length; i += 8) store<u64>(pool + used + i, load<u64>(from + i));
    used += length;
  }
  store<u32>(offsets + 4 * size, used);
  store<u32>(column, pool as u32, POOL);
  store<u32>(column, offsets as u32, OFFSETS);
  store<u32>(column, depths as u32, DEPTHS);
}

// times

@inline function two(at: usize): u32 {
  const tens = (load<u8>(at) as u32) - 48;
  const ones = (load<u8>(at, 1) as u32) - 48;
  return tens > 9 || ones > 9 ? 1000 : tens * 10 + ones;
}

/** A time of the day that is known, to the second or to the millisecond, in UTC; any other is the host's. */
function timeOf(from: usize, to: usize): f64 {
  const length = to - from;
  if ((length != 24 && length != 20) || load<u64>(from) != dayWord || (load<u32>(from, 8) & 0xffffff) != dayRest) return anyTime(from, to);
  if (load<u8>(from, 13) != 58 || load<u8>(from, 16) != 58 || load<u8>(to - 1) != 0x5a) return anyTime(from, to);
  const hours = two(from + 11);
  const minutes = two(from + 14);
  const seconds = two(from + 17);
  let millis: u32 = 0;
  if (length == 24) {
    const hundreds = (load<u8>(from, 20) as u32) - 48;
    millis = load<u8>(from, 19) != 46 || hundreds > 9 ? 1000 : hundreds * 100 + two(from + 21);
  }
  // a leap second, and what is none of this, is left to the reader of any time
  if (hours > 23 || minutes > 59 || seconds > 59 || millis > 999) return anyTime(from, to);
  return dayStart + ((hours * 3600000 + minutes * 60000 + seconds * 1000 + millis) as f64);
}

// objects on the way to columns

/** An object whose members are looked up below `parent`; `at` is behind its brace. */
function scanObject(at: usize, parent: usize): usize {
  const start = at - 1;
  at = spaces(at);
  if (load<u8>(at) == 0x7d) return at + 1;
  const strange = keysEnd;
  // where the guess stands which member comes next
  let guess = parent + FIRST;
  while (true) {
    if (load<u8>(at) != 0x22) return 0;
    const from = at + 1;
    let child: usize = load<u32>(guess);
    if (child != 0 && !v128.any_true(v128.and(v128.xor(v128.load(from), v128.load(child, PATTERN)), v128.load(child, PATTERN_MASK)))) {
      at = spaces(from + (load<u32>(child, KEY_LENGTH) as usize) + 2);
    } else {
      const to = endOfKey(from);
      if (to == 0) return 0;
      child = find(parent, from, (to - from) as u32);
      if (child != 0) store<u32>(guess, child as u32);
      else if (!noteKey(strange, from, (to - from) as u32)) return 0;
      at = behindColon(to + 1);
      if (at == 0) return 0;
    }
    if (child == 0) at = skipValue(at, load<u32>(parent, DEPTH));
    else {
      guess = child + NEXT;
      at = scanMember(at, child);
    }
    if (at == 0) return 0;
    let byte = load<u8>(at);
    if (byte != 0x2c) {
      at = spaces(at);
      byte = load<u8>(at);
      if (byte == 0x7d) {
        const rest: usize = load<u32>(parent, REST);
        if (rest != 0 && ((load<u32>(parent, WHOLE) != 0 && keysEnd > strange) || load<u32>(load<u32>(parent, PROPERTIES), SEEN) == stamp)) keep(rest, start, at + 1);
        keysEnd = strange;
        return at + 1;
      }
      if (byte != 0x2c) return 0;
    }
    at = spaces(at + 1);
  }
}

@inline function keep(node: usize, from: usize, to: usize): void {
  store<u32>(node, stamp, THERE);
  store<u32>(node, from as u32, FROM);
  store<u32>(node, to as u32, TO);
}

/** A member on the way to a column: notes what stands there. */
@inline function scanMember(at: usize, child: usize): usize {
  if (load<u32>(child, SEEN) == stamp) return 0;
  store<u32>(child, stamp, SEEN);
  const first = load<u8>(at);
  // a null member is not there (design 3.5)
  if (first == 0x6e) return skipWord(at, NULL, 4);
  has |= load<u32>(child, BIT);
  const kind = load<u32>(child, KIND);
  if (kind != 0 && !fits(kind, first)) return 0;
  if (first == 0x7b && load<u32>(child, COLUMN) == 0) {
    keep(child, 0, 0);
    return load<u32>(child, DEPTH) < MAX_DEPTH ? scanObject(at + 1, child) : 0;
  }
  const behind = skipValue(at, load<u32>(child, DEPTH));
  keep(child, at, behind);
  return behind;
}

@inline function fits(kind: u32, first: u32): bool {
  if (kind == 1) return first == 0x7b;
  return kind == 2 ? first == 0x22 : first == 0x2d || first - 48 <= 9;
}

/** Where the quote behind a key stands; 0 for a key with an escape, which is unusual. */
@inline function endOfKey(at: usize): usize {
  let found = special(at);
  while (found == 0) {
    at += 16;
    found = special(at);
  }
  at += ctz(found);
  return load<u8>(at) == 0x22 ? at : 0;
}

function find(parent: usize, from: usize, length: u32): usize {
  const word = load<u64>(from) & firstBytes(length);
  const mask = load<u32>(parent, TABLE_MASK);
  const table: usize = load<u32>(parent, TABLE);
  let slot = hashOf(word, length) & mask;
  while (true) {
    const child: usize = load<u32>(table + 4 * (slot as usize));
    if (child == 0) return 0;
    if (load<u64>(child, KEY_WORD) == word && load<u32>(child, KEY_LENGTH) == length && same(load<u32>(child, KEY), from, length)) return child;
    slot = (slot + 1) & mask;
  }
}

// JSON that is stepped over

@inline const TRUE: u32 = 0x65757274;
@inline const ALSE: u32 = 0x65736c61;
@inline const NULL: u32 = 0x6c6c756e;

@inline function spaces(at: usize): usize {
  while (true) {
    const byte = load<u8>(at);
    if (byte > 32 || (byte != 32 && byte != 9 && byte != 13)) return at;
    at++;
  }
}

/** Which of sixteen bytes a string does not go on with: quotes, backslashes and control characters. */
@inline function special(at: usize): u32 {
  const bytes = v128.load(at);
  const ends = v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c)));
  return i8x16.bitmask(v128.or(ends, i8x16.eq(i8x16.min_u(bytes, i8x16.splat(0x1f)), bytes))) as u32;
}

/** `at` is behind the opening quote. */
@inline function skipString(at: usize): usize {
  const found = special(at);
  const end = at + ctz(found);
  return found != 0 && load<u8>(end) == 0x22 ? end + 1 : skipLong(at);
}

function skipLong(at: usize): usize {
  while (true) {
    const found = special(at);
    if (found == 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    const byte = load<u8>(at);
    if (byte == 0x22) return at + 1;
    if (byte != 0x5c) return 0;
    at = skipEscape(at + 1);
    if (at == 0) return 0;
  }
}

function skipEscape(at: usize): usize {
  const escaped = load<u8>(at);
  if (escaped == 0x75) {
    for (let i: usize = 1; i <= 4; i++) {
      const byte = load<u8>(at + i) as u32;
      if (byte - 48 > 9 && (byte | 32) - 97 > 5) return 0;
    }
    return at + 5;
  }
  const good = escaped == 0x22 || escaped == 0x5c || escaped == 0x2f || escaped == 0x62 || escaped == 0x66 || escaped == 0x6e || escaped == 0x72 || escaped == 0x74;
  return good ? at + 1 : 0;
}

@inline function skipWord(at: usize, word: u32, length: usize): usize {
  return load<u32>(at + length - 4) == word ? at + length : 0;
}

@inline function isDigit(at: usize): bool {
  return (load<u8>(at) as u32) - 48 <= 9;
}

function skipNumber(start: usize): usize {
  let at = load<u8>(start) == 0x2d ? start + 1 : start;
  if (!isDigit(at)) return 0;
  const first = at;
  while (isDigit(at)) at++;
  if (load<u8>(first) == 48 && at > first + 1) return 0;
  if (load<u8>(at) == 0x2e) {
    at++;
    if (!isDigit(at)) return 0;
    while (isDigit(at)) at++;
  }
  if ((load<u8>(at) | 32) == 0x65) {
    at++;
    if (load<u8>(at) == 0x2d || load<u8>(at) == 0x2b) at++;
    if (!isDigit(at)) return 0;
    while (isDigit(at)) at++;
  } else if (at - start < SURELY_EXACT) return at;
  return exact(start, at) ? at : 0;
}

/** Any value, up to {@link MAX_DEPTH} levels deep. */
function skipValue(at: usize, depth: u32): usize {
  const byte = load<u8>(at);
  if (byte == 0x22) return skipString(at + 1);
  if (byte == 0x7b) return depth < MAX_DEPTH ? skipObject(at + 1, depth + 1) : 0;
  if (byte == 0x5b) return depth < MAX_DEPTH ? skipList(at + 1, depth + 1) : 0;
  if (byte == 0x74) return skipWord(at, TRUE, 4);
  if (byte == 0x66) return skipWord(at, ALSE, 5);
  return byte == 0x6e ? skipWord(at, NULL, 4) : skipNumber(at);
}

/** Adds a key to those of its object, which stand from `first` on; false: it stands there already, or there are too many to look through. */
@inline function noteKey(first: usize, from: usize, length: u32): bool {
  const word = load<u64>(from) & firstBytes(length);
  for (let key = first; key < keysEnd; key += KEY_BYTES) {
    if (load<u64>(key) == word && load<u32>(key, KEY_SIZE) == length && (length <= 8 || same(load<u32>(key, KEY_FROM), from, length))) return false;
  }
  if (keysEnd - first >= MAX_KEYS * KEY_BYTES) return false;
  store<u64>(keysEnd, word);
  store<u32>(keysEnd, from as u32, KEY_FROM);
  store<u32>(keysEnd, length, KEY_SIZE);
  keysEnd += KEY_BYTES;
  return true;
}

/** `at` is behind the opening brace. */
function skipObject(at: usize, depth: u32): usize {
  at = spaces(at);
  if (load<u8>(at) == 0x7d) return at + 1;
  const own = keysEnd;
  while (true) {
    if (load<u8>(at) != 0x22) return 0;
    const to = endOfKey(at + 1);
    if (to == 0 || !noteKey(own, at + 1, (to - at - 1) as u32)) return 0;
    at = behindColon(to + 1);
    if (at == 0) return 0;
    at = load<u8>(at) == 0x22 ? skipString(at + 1) : skipValue(at, depth);
    if (at == 0) return 0;
    at = spaces(at);
    const byte = load<u8>(at);
    if (byte == 0x7d) {
      keysEnd = own;
      return at + 1;
    }
    if (byte != 0x2c) return 0;
    at = spaces(at + 1);
  }
}

/** The colon behind a key and the space around it. */
@inline function behindColon(at: usize): usize {
  at = spaces(at);
  return load<u8>(at) == 0x3a ? spaces(at + 1) : 0;
}

/** `at` is behind the opening bracket. */
function skipList(at: usize, depth: u32): usize {
  at = spaces(at);
  if (load<u8>(at) == 0x5d) return at + 1;
  while (true) {
    at = skipValue(at, depth);
    if (at == 0) return 0;
    at = spaces(at);
    const byte = load<u8>(at);
    if (byte == 0x5d) return at + 1;
    if (byte != 0x2c) return 0;
    at = spaces(at + 1);
  }
}

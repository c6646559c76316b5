/**
 * An IP address as a number. An IPv4 address written inside an IPv6 one is that IPv4 address
 * (design 3.7).
 */
export class IpAddress {
  constructor(
    readonly family: 4 | 6,
    readonly value: bigint,
  ) {}
}

/** A network: an address, which may have bits behind its prefix, and the length of the prefix. */
export class Cidr {
  constructor(
    readonly address: IpAddress,
    readonly prefix: number,
  ) {}
}

/** `unclear`: an IPv6 address that stands for an IPv4 one by a way that not every network goes. */
export type AddressReading = IpAddress | "unclear" | undefined;

const OCTET = /^(?:0|[1-9]\d{0,2})$/;

/**
 * The number of a dotted IPv4 address; octets with a leading zero are none, since some read them as
 * octal.
 */
function ipv4Bits(text: string): bigint | undefined {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) < 256))
    return undefined;
  return octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}

/** The last group in dotted form as two groups; undefined where it is no IPv4 address. */
function withoutDots(text: string): string | undefined {
  const at = text.lastIndexOf(":") + 1;
  if (!text.includes(".", at)) return text;
  const bits = ipv4Bits(text.slice(at));
  return bits === undefined
    ? undefined
    : `${text.slice(0, at)}${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
}

function ipv6Bits(text: string): bigint | undefined {
  const halves = withoutDots(text)?.split("::");
  if (halves === undefined || halves.length > 2) return undefined;
  const [head, tail] = [groupsOf(halves[0] ?? ""), groupsOf(halves[1] ?? "")];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill("0"), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/**
 * Networks whose last 32 bits are an IPv4 address: mapped and translated (RFC 2765), compatible
 * (RFC 4291), NAT64 (RFC 6052).
 */
const EMBEDDING: ReadonlySet<bigint> = new Set([
  0xffffn,
  0xffff_0000n,
  0n,
  0x64_ff9b_0000_0000_0000_0000n,
]);
const LOOPBACK = 1n;

/**
 * 6to4 (RFC 3056), Teredo (RFC 4380), local NAT64 (RFC 8215), ISATAP (RFC 5214): whether they reach
 * the IPv4 address hangs on the network.
 */
function isUnclear(bits: bigint): boolean {
  const isatap = (bits >> 32n) & 0xfdff_ffffn;
  return (
    bits >> 112n === 0x2002n ||
    bits >> 96n === 0x2001_0000n ||
    bits >> 80n === 0x64_ff9b_0001n ||
    isatap === 0x5efen
  );
}

/** The IPv4 address that these bits of an IPv6 address are, if they are one. */
function embedded(bits: bigint): IpAddress | undefined {
  return EMBEDDING.has(bits >> 32n) && bits > LOOPBACK
    ? new IpAddress(4, bits & 0xffff_ffffn)
    : undefined;
}

/**
 * The address that a text writes: IPv4, IPv6, or IPv6 in brackets; undefined where it writes none,
 * or one with a zone.
 */
export function readAddress(text: string): AddressReading {
  if (text.length > 64) return undefined;
  const four = ipv4Bits(text);
  if (four !== undefined) return new IpAddress(4, four);
  const bits = ipv6Bits(/^\[(.*)\]$/s.exec(text)?.[1] ?? text);
  if (bits === undefined) return undefined;
  return embedded(bits) ?? (isUnclear(bits) ? "unclear" : new IpAddress(6, bits));
}

/**
 * The network that a text writes: `10.0.0.0/8`. One of IPv4 addresses inside IPv6 is that of the
 * IPv4 addresses.
 */
export function readCidr(text: string): Cidr | "unclear" | undefined {
  const [, before = "", after = ""] = /^([^/[\]]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = readAddress(before);
  const length = Number(after);
  if (address === undefined || length > (before.includes(":") ? 128 : 32)) return undefined;
  if (!before.includes(":")) return address === "unclear" ? undefined : new Cidr(address, length);
  const bits = ipv6Bits(before) ?? 0n;
  const net = maskedBits(bits, 128 - length);
  // the unspecified and the loopback address are IPv6; what holds them and others below `::/96`
  // holds both kinds
  if (net === 0n && length >= 96 && length < 127) return "unclear";
  if (length >= 96 && EMBEDDING.has(bits >> 32n) && net > LOOPBACK)
    return new Cidr(new IpAddress(4, bits & 0xffff_ffffn), length - 96);
  const holdsOthers =
    length > 0 &&
    [...EMBEDDING].some((prefix) => length < 96 && maskedBits(prefix << 32n, 128 - length) === net);
  return address === "unclear" || holdsOthers
    ? "unclear"
    : new Cidr(new IpAddress(6, bits), length);
}

function maskedBits(bits: bigint, free: number): bigint {
  return (bits >> BigInt(free)) << BigInt(free);
}

function widthOf({ family }: IpAddress): number {
  return family === 4 ? 32 : 128;
}

/** The network without the bits behind its prefix. */
export function maskedCidr({ address, prefix }: Cidr): Cidr {
  return new Cidr(
    new IpAddress(address.family, maskedBits(address.value, widthOf(address) - prefix)),
    prefix,
  );
}

/** Whether an address is one of a network; those of another family never are. */
export function containsAddress({ address, prefix }: Cidr, other: IpAddress): boolean {
  const free = BigInt(widthOf(address) - prefix);
  return address.family === other.family && address.value >> free === other.value >> free;
}

/** Whether all addresses of `other` are among those of `network`. */
export function containsCidr(network: Cidr, other: Cidr): boolean {
  return network.prefix <= other.prefix && containsAddress(network, other.address);
}

/** An address in its one canonical text: dotted, or as RFC 5952 writes IPv6. */
export function addressText({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(":");
  return `${groups.slice(0, zeros.start).join(":")}::${groups.slice(zeros.start + zeros.length).join(":")}`;
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly string[]): {
  readonly start: number;
  readonly length: number;
} {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

export function cidrText({ address, prefix }: Cidr): string {
  return `${addressText(address)}/${prefix}`;
}

import {
  addressText,
  Cidr,
  cidrText,
  containsAddress,
  containsCidr,
  IpAddress,
  maskedCidr,
  readAddress,
  readCidr,
} from "../address.ts";
import { BOOL, CIDR, INT, IP, STRING } from "../types.ts";
import { Failure } from "../value.ts";
import { binary, string, unary, type Overload, type Param } from "./overload.ts";

const NO_ADDRESS = new Failure("this is not an IP address");
const NO_NETWORK = new Failure("this is not a network like `10.0.0.0/8`");
const UNCLEAR = new Failure(
  "it depends on the network whether this IPv6 address is an IPv4 address",
);
const UNCLEAR_NETWORK = new Failure(
  "this IPv6 network contains IPv4 addresses; write the IPv4 network instead",
);

const ip: Param<IpAddress> = { type: IP, accepts: (v): v is IpAddress => v instanceof IpAddress };
const cidr: Param<Cidr> = { type: CIDR, accepts: (v): v is Cidr => v instanceof Cidr };

function addressOf(text: string): IpAddress | Failure {
  const read = readAddress(text);
  return read === "unclear" ? UNCLEAR : (read ?? NO_ADDRESS);
}

function networkOf(text: string): Cidr | Failure {
  const read = readCidr(text);
  return read === "unclear" ? UNCLEAR_NETWORK : (read ?? NO_NETWORK);
}

function network(text: string): Cidr {
  const read = readCidr(text);
  if (!(read instanceof Cidr)) throw new Error(`internal error: ${text} is no network`);
  return read;
}

/**
 * Networks by the name of the property that their addresses have, as Go's `netip` and the
 * Kubernetes library define them.
 */
const LOOPBACK = [network("127.0.0.0/8"), network("::1/128")];
const UNSPECIFIED = [network("0.0.0.0/32"), network("::/128")];
const LINK_LOCAL = [network("169.254.0.0/16"), network("fe80::/10")];
const LINK_LOCAL_MULTICAST = [
  network("224.0.0.0/24"),
  ...Array.from({ length: 16 }, (_, flags) => network(`ff${flags.toString(16)}2::/16`)),
];
const MULTICAST = [network("224.0.0.0/4"), network("ff00::/8")];
const BROADCAST = [network("255.255.255.255/32")];
const PRIVATE = [
  network("10.0.0.0/8"),
  network("172.16.0.0/12"),
  network("192.168.0.0/16"),
  network("fc00::/7"),
];
const NOT_GLOBAL = [...LOOPBACK, ...UNSPECIFIED, ...LINK_LOCAL, ...MULTICAST, ...BROADCAST];

function isAmong(networks: readonly Cidr[], address: IpAddress): boolean {
  return networks.some((one) => containsAddress(one, address));
}

function property(name: string, networks: readonly Cidr[]): Overload {
  return unary(name, ip, BOOL, (address) => isAmong(networks, address));
}

function within(one: Cidr | Failure, address: IpAddress | Failure): boolean | Failure {
  if (one instanceof Failure) return one;
  return address instanceof Failure ? address : containsAddress(one, address);
}

function isCanonical(text: string): boolean | Failure {
  const address = addressOf(text);
  return address instanceof Failure ? address : addressText(address) === text;
}

/**
 * Addresses and networks as in Kubernetes' CEL library (kubernetes.io, "CEL in Kubernetes"), with
 * `isPrivate` and `inCidr` besides. Otherwise than there an IPv4 address inside IPv6 is that IPv4
 * address, and brackets are taken, as `host` writes them (design 3.7).
 */
export const ADDRESSES: readonly Overload[] = [
  unary("ip", string, IP, addressOf),
  unary("isIP", string, BOOL, (text) => readAddress(text) !== undefined),
  unary("ip.isCanonical", string, BOOL, isCanonical),
  unary(".family", ip, INT, ({ family }) => BigInt(family)),
  property(".isUnspecified", UNSPECIFIED),
  property(".isLoopback", LOOPBACK),
  property(".isLinkLocalMulticast", LINK_LOCAL_MULTICAST),
  property(".isLinkLocalUnicast", LINK_LOCAL),
  property(".isPrivate", PRIVATE),
  unary(".isGlobalUnicast", ip, BOOL, (address) => !isAmong(NOT_GLOBAL, address)),
  unary("cidr", string, CIDR, networkOf),
  unary("isCIDR", string, BOOL, (text) => readCidr(text) !== undefined),
  binary(".containsIP", [cidr, ip], BOOL, within),
  binary(".containsIP", [cidr, string], BOOL, (one, text) => within(one, addressOf(text))),
  binary(".containsCIDR", [cidr, cidr], BOOL, containsCidr),
  binary(".containsCIDR", [cidr, string], BOOL, (one, text) => {
    const other = networkOf(text);
    return other instanceof Failure ? other : containsCidr(one, other);
  }),
  unary(".ip", cidr, IP, ({ address }) => address),
  unary(".masked", cidr, CIDR, maskedCidr),
  unary(".prefixLength", cidr, INT, ({ prefix }) => BigInt(prefix)),
  binary("inCidr", [string, string], BOOL, (text, range) =>
    within(networkOf(range), addressOf(text)),
  ),
  unary("string", ip, STRING, addressText),
  unary("string", cidr, STRING, cidrText),
];

import fc from "fast-check";
import { BlockList, isIPv4, isIPv6 } from "node:net";
import { describe, expect, it } from "vitest";
import { checkExpression } from "../../src/condition/check.ts";
import { parsed, told } from "./run.ts";

const true_ = (texts: readonly string[]): void =>
  it.each(texts.map((text) => [text]))("%s", (text) => expect(told(text)).toBe(true));
const error = (texts: readonly string[]): void =>
  it.each(texts.map((text) => [text]))("%s is an error", (text) =>
    expect(told(text)).toBe("error"),
  );

describe("design 3.7: ip() and its members are those of Kubernetes' CEL library", () => {
  true_([
    "isIP('127.0.0.1') && isIP('::1') && isIP('2001:db8::abcd')",
    "!isIP('127.0.0.256') && !isIP(':::1') && !isIP('') && !isIP('x') && !isIP('1.2.3')",
    "!isIP('fe80::1%eth0') && !isIP('127.0.0.01') && !isIP('0x7f.0.0.1') && !isIP('2130706433')",
    "ip('127.0.0.1').family() == 4 && ip('::1').family() == 6",
    "ip.isCanonical('127.0.0.1') && ip.isCanonical('2001:db8::abcd') && ip.isCanonical('::')",
    "!ip.isCanonical('2001:DB8::ABCD') && !ip.isCanonical('2001:db8::0:0:0:abcd') && " +
      "!ip.isCanonical('2001:db8:0:0:0:0:0:abcd')",
    "ip('0.0.0.0').isUnspecified() && ip('::').isUnspecified() && " +
      "!ip('127.0.0.1').isUnspecified() && !ip('::1').isUnspecified()",
    "ip('127.0.0.1').isLoopback() && ip('127.9.9.9').isLoopback() && ip('::1').isLoopback() && " +
      "!ip('192.168.0.1').isLoopback() && !ip('2001:db8::abcd').isLoopback()",
    "ip('224.0.0.1').isLinkLocalMulticast() && !ip('224.0.1.1').isLinkLocalMulticast() && " +
      "ip('ff02::1').isLinkLocalMulticast() && !ip('fd00::1').isLinkLocalMulticast() && " +
      "ip('ff12::1').isLinkLocalMulticast() && !ip('ff05::1').isLinkLocalMulticast()",
    "ip('169.254.169.254').isLinkLocalUnicast() && !ip('192.168.0.1').isLinkLocalUnicast() && " +
      "ip('fe80::1').isLinkLocalUnicast() && ip('febf::1').isLinkLocalUnicast() && " +
      "!ip('fd80::1').isLinkLocalUnicast()",
    "ip('192.168.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast() && " +
      "ip('2001:db8::abcd').isGlobalUnicast() && !ip('ff00::1').isGlobalUnicast() && " +
      "!ip('0.0.0.0').isGlobalUnicast() && !ip('127.0.0.1').isGlobalUnicast() && " +
      "!ip('169.254.1.1').isGlobalUnicast()",
    "ip('2001:db8::1') == ip('2001:DB8:0:0::1') && ip('127.0.0.1') != ip('::1')",
    "string(ip('2001:DB8::0:1')) == '2001:db8::1' && string(ip('1.2.3.4')) == '1.2.3.4' && " +
      "string(ip('1:0:0:2:0:0:0:3')) == '1:0:0:2::3' && string(ip('1:0:2:3:4:5:6:7')) == " +
      "'1:0:2:3:4:5:6:7'",
    "type(ip('1.2.3.4')) == net.IP && type(cidr('1.2.3.0/24')) == net.CIDR && net.IP != net.CIDR",
    "'%s %s'.format([ip('::1'), cidr('10.0.0.0/8')]) == '::1 10.0.0.0/8'",
    "['10.0.0.1', '10.0.0.2'].all(ip, cidr('10.0.0.0/30').containsIP(ip))",
    "ip('10.0.0.1') in [ip('10.0.0.1')] && ['::1'].map(t, ip(t)).all(ip, ip.isLoopback())",
  ]);
  error([
    "ip('127.0.0.256') == ip('127.0.0.1')",
    "ip(':::1').family() == 6",
    "ip('').isLoopback()",
    "ip('fe80::1%eth0').isLoopback()",
    "ip('127.0.0.01').isLoopback()",
    "ip('example.com').isLoopback()",
    "ip.isCanonical('x')",
    "ip('1.2.3.4') < ip('1.2.3.5')",
    "ip('1:2:3:4:5:6:7').family() == 6",
    "ip('1::2::3').family() == 6",
    "ip('12345::').family() == 6",
  ]);
});

describe("design 3.7: cidr() and its members", () => {
  true_([
    "isCIDR('192.168.0.0/16') && isCIDR('::1/128') && isCIDR('0.0.0.0/0') && isCIDR('::/0')",
    "!isCIDR('192.168.0.0/33') && !isCIDR('::1/129') && !isCIDR('10.0.0.0') && " +
      "!isCIDR('10.0.0.0/08') && !isCIDR('10.0.0.0/-1') && !isCIDR('10.0.0.0/8 ') && " +
      "!isCIDR('10.0.0.0/8/8')",
    "cidr('192.168.0.0/24').containsIP(ip('192.168.0.1')) && !cidr('192.168.0.0/24').containsIP(ip('192.168.1.1'))",
    "cidr('192.168.0.0/24').containsIP('192.168.0.1') && !cidr('192.168.0.0/24').containsIP('192.168.1.1')",
    "!cidr('10.0.0.0/8').containsIP('::1') && !cidr('::/0').containsIP('10.0.0.1') && " +
      "cidr('::/0').containsIP('2001:db8::1')",
    "cidr('192.168.0.0/16').containsCIDR(cidr('192.168.10.0/24')) && " +
      "!cidr('192.168.1.0/24').containsCIDR(cidr('192.168.2.0/24'))",
    "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24') && " +
      "!cidr('192.168.1.0/24').containsCIDR('192.168.2.0/24') && " +
      "!cidr('10.0.0.0/16').containsCIDR('10.0.0.0/8') && " +
      "cidr('10.0.0.0/8').containsCIDR('10.0.0.0/8')",
    "cidr('192.168.0.1/24').ip() == ip('192.168.0.1') && cidr('192.168.0.1/24').ip().family() " +
      "== 4 && cidr('::1/128').ip() == ip('::1')",
    "cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24') && cidr('192.168.0.0/24') == " +
      "cidr('192.168.0.0/24').masked() && cidr('192.168.0.1/24') != " +
      "cidr('192.168.0.1/24').masked()",
    "cidr('192.168.0.0/16').prefixLength() == 16 && cidr('::1/128').prefixLength() == 128",
    "string(cidr('2001:DB8::/32')) == '2001:db8::/32' && string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8'",
  ]);
  error([
    "cidr('192.168.0.0/33').prefixLength() == 33",
    "cidr('::1/129').prefixLength() == 129",
    "cidr('10.0.0.0').prefixLength() == 8",
    "cidr('10.0.0.0/8').containsIP('x')",
    "cidr('10.0.0.0/8').containsCIDR('10.0.0.0')",
    "cidr('[::1]/128').prefixLength() == 128",
  ]);
});

describe("design 3.7: an IPv4 address inside an IPv6 one is that address", () => {
  true_([
    "ip('::ffff:127.0.0.1') == ip('127.0.0.1') && ip('::ffff:7f00:1').isLoopback() && " +
      "ip('::ffff:7f00:1').family() == 4",
    "ip('::127.0.0.1').isLoopback() && ip('::ffff:0:127.0.0.1').isLoopback() && " +
      "ip('64:ff9b::a9fe:a9fe').isLinkLocalUnicast()",
    "string(ip('::ffff:10.0.0.1')) == '10.0.0.1' && !ip.isCanonical('::ffff:10.0.0.1')",
    "cidr('10.0.0.0/8').containsIP('::ffff:10.1.2.3') && cidr('169.254.0.0/16').containsIP('64:ff9b::169.254.169.254')",
    "cidr('::ffff:10.0.0.0/104') == cidr('10.0.0.0/8') && cidr('64:ff9b::/96') == cidr('0.0.0.0/0')",
    "isIP('::ffff:127.0.0.1') && isIP('2002:7f00:1::') && ip('::2').family() == 4",
    "ip('[::1]').isLoopback() && isIP('[::1]') && !isIP('[127.0.0.1]') && !ip.isCanonical('[::1]')",
    "ip(host('http://[::1]:80/')).isLoopback() && " +
      "ip(host('http://[::ffff:169.254.169.254]/')).isLinkLocalUnicast() && " +
      "ip(host('http://2130706433/')).isLoopback()",
  ]);
  error([
    "ip('2002:7f00:1::').isLoopback()",
    "ip('2001:0:4136:e378:8000:63bf:3fff:fdd2').isPrivate()",
    "ip('64:ff9b:1::7f00:1').isLoopback()",
    "ip('fe80::5efe:127.0.0.1').isLoopback()",
    "cidr('::ffff:0:0/95').prefixLength() == 95",
    "cidr('::/8').containsIP('::1')",
    "cidr('64:ff9b::/32').containsIP('::1')",
    "cidr('2002::/16').containsIP('::1')",
    "inCidr('::', '::/96')",
    "inCidr('0.0.0.9', '::/124')",
    "inCidr('::1', '::3/126')",
  ]);
});

describe("design 3.7: what Kubernetes' library does not have", () => {
  true_([
    "ip('10.0.0.1').isPrivate() && ip('172.16.0.1').isPrivate() && " +
      "ip('172.31.255.255').isPrivate() && ip('192.168.1.1').isPrivate() && " +
      "ip('fd00::1').isPrivate() && ip('fc00::1').isPrivate()",
    "!ip('172.32.0.1').isPrivate() && !ip('11.0.0.1').isPrivate() && " +
      "!ip('8.8.8.8').isPrivate() && !ip('fe80::1').isPrivate() && " +
      "!ip('2001:db8::1').isPrivate() && !ip('127.0.0.1').isPrivate()",
    "inCidr('::1', '::/127') && inCidr('::', '::/128') && inCidr('::2', '::2/127')",
    "inCidr('10.1.2.3', '10.0.0.0/8') && !inCidr('11.1.2.3', '10.0.0.0/8') && " +
      "inCidr(host('http://[::ffff:10.0.0.1]/'), '10.0.0.0/8') && inCidr('[fd00::1]', 'fc00::/7')",
  ]);
  error([
    "inCidr('example.com', '10.0.0.0/8')",
    "inCidr('10.0.0.1', '10.0.0.0')",
    "inCidr('', '10.0.0.0/8')",
  ]);
});

describe("what the checker says of addresses", () => {
  const faults = (text: string): readonly string[] =>
    checkExpression(parsed(text), { variables: new Map() }, "bool").map(({ message }) => message);
  it.each([
    ["ip('127.0.0.1').isLoopback()", undefined],
    ["ip('127.0.0.256').isLoopback()", "IP address"],
    ["cidr('10.0.0.0/33').containsIP('10.0.0.1')", "network"],
    ["inCidr('10.0.0.1', '10.0.0/8')", "network"],
    ["cidr('10.0.0.0/8').containsIP('10.0.0')", "IP address"],
    ["ip('1.2.3.4') == '1.2.3.4'", "ip"],
    ["'1.2.3.4'.isLoopback()", "does not take"],
    ["ip('1.2.3.4').isLocal()", "there is no method"],
    ["ip('1.2.3.4') < ip('1.2.3.5')", "ip"],
    ["cidr('10.0.0.0/8').family() == 4", "does not take"],
    ["type(ip('1.2.3.4')) == net.IP", undefined],
  ])("%s: %s", (text, want) => {
    expect(faults(text).join("\n")).toEqual(
      want === undefined ? "" : expect.stringContaining(want),
    );
  });
});

describe("Node's own reader of addresses says the same", () => {
  const four = fc.ipV4();
  const six = fc.ipV6();
  const odd = fc
    .array(
      fc.constantFrom(
        ":",
        "::",
        ".",
        "0",
        "1",
        "ff",
        "127",
        "256",
        "01",
        "ffff",
        "%",
        "[",
        "]",
        "1.2.3.4",
      ),
      { maxLength: 9 },
    )
    .map((parts) => parts.join(""));
  it("of what is one", () => {
    fc.assert(
      fc.property(fc.oneof(four, six, odd), (text) => {
        const theirs = isIPv4(text) || (isIPv6(text) && !text.includes("%"));
        expect([text, told("isIP(t) && !t.startsWith('[')", { t: text })]).toEqual([text, theirs]);
      }),
      { numRuns: 3_000 },
    );
  });
  it("of how it is written, and whether a network holds it", () => {
    fc.assert(
      fc.property(
        fc.oneof(four, six),
        fc.oneof(four, six),
        fc.nat(128),
        (address, network, bits) => {
          const [a, n] = [
            told("string(ip(t))", { t: address }),
            told("string(ip(t))", { t: network }),
          ];
          // an IPv4 address inside IPv6 is none of IPv6 here
          if (
            typeof a !== "string" ||
            typeof n !== "string" ||
            isIPv4(a) !== isIPv4(address) ||
            isIPv4(n) !== isIPv4(network)
          )
            return;
          if (isIPv6(a)) expect(`[${a}]`).toBe(new URL(`http://[${address}]/`).hostname);
          const length = isIPv4(n) ? bits % 33 : bits;
          const list = new BlockList();
          list.addSubnet(n, length, isIPv4(n) ? "ipv4" : "ipv6");
          const ours = told("inCidr(a, n)", { a, n: `${n}/${length}` });
          if (ours !== "error")
            expect([a, n, length, ours]).toEqual([
              a,
              n,
              length,
              isIPv4(a) === isIPv4(n) && list.check(a, isIPv4(a) ? "ipv4" : "ipv6"),
            ]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

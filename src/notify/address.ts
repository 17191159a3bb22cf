import { BlockList, isIPv4, isIPv6 } from "node:net";

/** What no public host has: RFC 6890 and its successors, and everything that leads on to an IPv4 address in disguise. */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "2620:4f:8000::/48",
  "3fff::/20",
] as const;

/** All of IPv6 that is given out; loop-back, link-local, unique local, mapped and translated addresses lie outside. */
const GLOBAL_IPV6 = "2000::/3";

const closed = blockList(NOT_PUBLIC);
const open = blockList([GLOBAL_IPV6]);

/** Is this an address on the public internet? Anything that is not plainly one is not: names, zones, ports, odd forms. */
export function isPublicAddress(ip: string): boolean {
  if (isIPv4(ip)) return !closed.check(ip, "ipv4");
  if (!isIPv6(ip) || ip.includes("%")) return false;
  return open.check(ip, "ipv6") && !closed.check(ip, "ipv6");
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [net = "", prefix] = subnet.split("/");
    list.addSubnet(net, Number(prefix), net.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}

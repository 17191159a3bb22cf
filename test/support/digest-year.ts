// oxlint-disable max-params -- an incident is written on one line
import type { WeekFacts } from "../../src/domain/facts.ts";
import type { Postmortem } from "../../src/domain/postmortem.ts";
import { daysBefore, someAction, somePostmortem, weekFacts } from "./postmortem-builders.ts";

/** A year of incidents as a platform team has them: the sample that the rendered digest is read on. */
export function someYear(overrides: Partial<WeekFacts> = {}): WeekFacts {
  return weekFacts({
    postmortems: [...earlierMonths(), ...lastMonths(), ...thisWeek()],
    withheld: 4,
    functions: [
      { name: "platform", people: ["alice", "bob", "carol"], affinity: [] },
      { name: "network", people: ["dan", "eve"], affinity: ["dns", "ingress"], lead: "dan" },
    ],
    absences: [{ who: "eve", from: "2026-11-12", until: "2026-11-20" }],
    previous: [{ number: 88, url: "https://github.com/acme/incidents/issues/88" }],
    ...overrides,
  });
}

function thisWeek(): Postmortem[] {
  return [
    incident(101, 6, "ingress", {
      title: "Ingress reload drops websockets of every tenant",
      severity: 1,
      team: seats("alice", "dan"),
    }),
    incident(102, 5, "ingress", {
      title: "One invalid Ingress object stops all reloads",
      severity: 2,
      contributing: ["multi-tenancy"],
      team: seats("bob", "eve"),
    }),
    incident(103, 4, "ingress", { title: "503s while the controller rolls", team: seats("carol", "dan") }),
    incident(104, 2, "dns", {
      title: "Lookups time out for five seconds after a node drain",
      severity: 2,
      contributing: ["old-versions"],
      team: seats("alice"),
    }),
    incident(105, 1, undefined, { title: "Nightly export missing", severity: 4, team: seats("bob", "eve") }),
    incident(106, 3, "resource-pressure", { title: "Exercise: node out of memory", drill: true }),
    incident(107, 2, "multi-tenancy", {
      title: "Customer secret readable across namespaces",
      severity: 1,
      restricted: true,
      actions: [someAction({ text: "Rotate the leaked credentials", since: "2026-11-14", due: "2026-11-20" })],
    }),
  ];
}

function lastMonths(): Postmortem[] {
  return [
    incident(91, 20, "resource-pressure", {
      title: "Memory limit of the log shipper set below its buffer",
      severity: 2,
      stage: "reviewed",
      reviewer: "bob",
      reviewedAt: daysBefore(5),
      publishedAt: daysBefore(3),
      actions: [
        someAction({
          text: "Give system pods a higher priority class",
          owner: "alice",
          type: "prevent",
          status: "delivered",
          evidence: "https://github.com/acme/infra/pull/12",
          since: "2026-10-27",
          settledAt: daysBefore(4),
        }),
        someAction({
          text: "Alert when a node has less than 5 % memory left",
          owner: "bob",
          type: "detect",
          since: "2026-10-27",
          due: "2026-12-01",
        }),
      ],
    }),
    incident(85, 34, "ingress", {
      title: "Certificate renewal stuck behind the old controller",
      severity: 2,
      stage: "in-review",
      reviewer: "carol",
      team: seats("carol", "dan"),
      actions: [
        someAction({
          text: "Run one ingress controller per team",
          owner: "dan",
          type: "prevent",
          since: "2026-10-13",
          due: "2026-11-10",
        }),
        someAction({
          text: "Validate Ingress objects at admission",
          type: "prevent",
          since: "2026-10-13",
          due: "2026-11-24",
        }),
        someAction({
          text: "Write a runbook for reload storms",
          owner: "eve",
          type: "mitigate",
          status: "ticked",
          since: "2026-10-13",
          settledAt: daysBefore(2),
        }),
      ],
    }),
    incident(80, 55, "dns", {
      title: "conntrack race delays lookups",
      severity: 1,
      issueState: "closed",
      closedAt: daysBefore(3),
      contributing: ["old-versions"],
      actions: [
        someAction({
          text: "Run a DNS cache on every node",
          owner: "eve",
          type: "prevent",
          since: "2026-09-22",
          due: "2026-10-20",
        }),
        someAction({
          text: "Move to TCP for lookups",
          type: "prevent",
          status: "dropped",
          reason: "the cache is enough",
          since: "2026-09-22",
          settledAt: daysBefore(6),
        }),
        someAction({
          text: "Graph p99 lookup latency per node",
          owner: "dan",
          type: "detect",
          status: "delivered",
          evidence: "https://github.com/acme/infra/pull/9",
          since: "2026-09-22",
          settledAt: daysBefore(40),
        }),
      ],
    }),
    incident(76, 80, "old-versions", {
      title: "Kubelet bug leaks mounts, fixed upstream two minors ago",
      issueState: "closed",
      closedAt: daysBefore(60),
      actions: [
        someAction({
          text: "Upgrade clusters within 30 days of a minor release",
          owner: "carol",
          type: "prevent",
          since: "2026-08-28",
          due: "2026-12-20",
        }),
      ],
    }),
  ];
}

/** Two quiet quarters: one ingress and one DNS incident a month, and the rest now and then. */
function earlierMonths(): Postmortem[] {
  const kinds = ["ingress", "dns", "resource-pressure", undefined, "dns", "old-versions"];
  const older = Array.from({ length: 18 }, (_, index) =>
    incident(10 + index, 350 - 14 * index, kinds[index % kinds.length], {
      title: `Incident of the week ${index + 1}`,
      issueState: "closed",
      closedAt: daysBefore(330 - 14 * index),
    }),
  );
  return [
    incident(3, 366, "dns", {
      title: "Resolver overload on the day of the sale",
      severity: 1,
      issueState: "closed",
      closedAt: daysBefore(360),
      actions: [
        someAction({
          text: "Scale the resolver with the nodes",
          status: "delivered",
          evidence: "https://github.com/acme/infra/pull/2",
          settledAt: daysBefore(300),
          since: "2025-11-16",
        }),
      ],
    }),
    ...older,
  ];
}

function incident(
  number: number,
  daysAgo: number,
  category: string | undefined,
  rest: Partial<Postmortem>,
): Postmortem {
  return somePostmortem({
    number,
    openedAt: daysBefore(daysAgo),
    ...(category === undefined ? {} : { category, categoryBy: "person" }),
    ...rest,
  });
}

function seats(platform: string, network?: string): Postmortem["team"] {
  const seat = (name: string, login: string | undefined): Postmortem["team"][number] => ({
    function: name,
    ...(login === undefined ? { vacant: "Everybody is away." } : { login }),
    by: "app",
    at: daysBefore(4),
    candidates: [],
  });
  return [seat("platform", platform), seat("network", network)];
}

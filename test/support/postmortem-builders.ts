import { DEFAULT_CONFIG } from "../../src/domain/config.ts";
import type { WeekFacts } from "../../src/domain/facts.ts";
import { DeliveryId, InstallationId } from "../../src/domain/ids.ts";
import { Postmortem } from "../../src/domain/postmortem.ts";
import { PreventiveAction } from "../../src/domain/preventive-action.ts";

type Loose<T> = Partial<Omit<T, "ref">>;

/** A postmortem of acme/incidents, opened within the week of `weekFacts`. */
export function somePostmortem(
  overrides: Loose<Postmortem> & { number?: number; owner?: string; repo?: string } = {},
): Postmortem {
  const { number = 1, owner = "acme", repo = "incidents", ...rest } = overrides;
  const openedAt = rest.openedAt ?? "2026-11-10T09:00:00.000Z";
  return Postmortem.parse({
    ref: { installationId: 7, repositoryId: repositoryId(owner, repo), owner, repo, number },
    title: `Incident ${number}`,
    author: "alice",
    url: `https://github.com/${owner}/${repo}/issues/${number}`,
    stage: rest.issueState === "closed" ? "closed" : "draft",
    severity: 3,
    issueState: "open",
    openedAt,
    startedAt: openedAt,
    startedBy: "alice",
    ...rest,
  });
}

/** An open action without an owner, written on 2026-11-01 and due in 2027. */
export function someAction(overrides: Loose<PreventiveAction> = {}): PreventiveAction {
  const text = overrides.text ?? "Alert on the age of snapshots";
  return PreventiveAction.parse({
    key: text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/gu, "-")
      .slice(0, 60),
    text,
    due: "2027-01-15",
    status: "open",
    since: "2026-11-01",
    ...overrides,
  });
}

/** The facts of week 2026-W47 in Berlin: 9 to 15 November 2026, posted on Monday the 16th. */
export function weekFacts(overrides: Partial<WeekFacts> = {}): WeekFacts {
  return {
    kind: "week",
    now: "2026-11-16T08:00:05.000Z",
    delivery: { id: DeliveryId.parse("digest:7:2026-W47"), attempt: 1 },
    event: { kind: "digest-due", week: "2026-W47", asked: false },
    self: { appId: 1, login: "postmortem-app[bot]" },
    week: { name: "2026-W47", from: "2026-11-08T23:00:00.000Z", until: "2026-11-15T23:00:00.000Z" },
    timeZone: "Europe/Berlin",
    config: DEFAULT_CONFIG,
    home: {
      installationId: InstallationId.parse(7),
      repositoryId: 100,
      owner: "acme",
      repo: "incidents",
      visibility: "private",
    },
    webUrl: "https://github.com",
    postmortems: [],
    withheld: 0,
    categories: CATEGORIES,
    functions: [],
    absences: [],
    previous: [],
    ...overrides,
  };
}

/** An instant some days before the end of the week of `weekFacts`. */
export function daysBefore(days: number): string {
  return new Date(Date.parse("2026-11-15T23:00:00.000Z") - days * 86_400_000).toISOString();
}

function repositoryId(owner: string, repo: string): number {
  let sum = 0;
  for (const letter of `${owner}/${repo}`) sum = (sum * 31 + letter.charCodeAt(0)) % 100_000;
  return 100 + sum;
}

const TALK = "https://example.com/hardening";

export const CATEGORIES: WeekFacts["categories"] = [
  {
    key: "old-versions",
    title: "Old versions and upgrades",
    advice: [{ text: "Look for the symptom in upstream issues first.", source: TALK }],
  },
  { key: "ingress", title: "Ingress", advice: [{ text: "Give teams separate ingress controllers.", source: TALK }] },
  {
    key: "dns",
    title: "Networking and DNS",
    advice: [{ text: "Measure DNS latency from inside the pods.", source: TALK }],
  },
  {
    key: "resource-pressure",
    title: "Resource pressure",
    advice: [{ text: "Set requests and limits with generous buffers.", source: TALK }],
  },
  {
    key: "multi-tenancy",
    title: "Multi-tenancy",
    advice: [{ text: "Nobody is cluster-admin by default.", source: TALK }],
  },
  { key: "other", title: "Other", advice: [] },
];

import { seeded } from "./random.ts";

/** What people do to one issue, one after the other. Each act is one event of the run, with one visible effect. */
export type Act =
  | { readonly kind: "label" }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "action"; readonly text: string }
  | { readonly kind: "severity"; readonly severity: 1 | 2 | 4 }
  | { readonly kind: "tick" }
  | { readonly kind: "close" };

export interface IssueStory {
  readonly repository: string;
  readonly title: string;
  readonly acts: readonly Act[];
}

export interface Plan {
  readonly organizations: readonly string[];
  readonly repositories: readonly string[];
  readonly issues: readonly IssueStory[];
}

export const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  platform: ["ana", "ben", "cleo"],
  network: ["dora", "eve", "finn"],
  product: ["gus", "hana", "ivan"],
};
export const PEOPLE = [...Object.values(FUNCTIONS).flat(), "wendy", "mia"];

export const CONFIG = `
team:
  functions:
${Object.entries(FUNCTIONS)
  .map(([name, people]) => `    - name: ${name}\n      members: [${people.join(", ")}]`)
  .join("\n")}
`;

const TITLES = [
  "Ingress would not reload",
  "DNS lookups timed out",
  "Disk was full",
  "Certificate ran out",
  "Queue stood still",
];
const ACTS_EACH = 4;
/** Of GitHub's points, retries included; the app spends 850 of them a minute for one installation. */
const POINTS_PER_EVENT = 30;
const POINTS_PER_MINUTE = 850;
const FEWEST_INSTALLATIONS = 5;
/** Trouble comes in bursts: so many issues of one organisation one after the other, which is what its budget bears. */
const ISSUES_AT_A_TIME = Math.floor(POINTS_PER_MINUTE / POINTS_PER_EVENT / ACTS_EACH);

/**
 * The same seed, number and rate of events give the same plan, whoever is driven with it. There are just so many
 * installations that no budget of the app is the reason for waiting.
 */
export function planOf({ events, seed, rate }: { events: number; seed: number; rate: number }): Plan {
  const random = seeded(seed);
  const busiest = Math.min(events, rate * 60) * POINTS_PER_EVENT;
  const count = Math.max(FEWEST_INSTALLATIONS, Math.ceil(busiest / POINTS_PER_MINUTE));
  const organizations = Array.from({ length: count }, (_, n) => `org${n}`);
  const repositories = organizations.map((organization) => `${organization}/shop`);
  const issues: IssueStory[] = [];
  for (let n = 0; issues.length * ACTS_EACH < events; n += 1) {
    const repository = repositories[Math.floor(n / ISSUES_AT_A_TIME) % repositories.length] ?? "";
    issues.push({ repository, title: `${random.pick(TITLES)} (${n})`, acts: actsOf(n, random.below(3)) });
  }
  return { organizations, repositories, issues };
}

function actsOf(n: number, variant: number): Act[] {
  const note: Act = { kind: "note", text: `note${n}end` };
  const action: Act = { kind: "action", text: `action${n}end` };
  const severity: Act = { kind: "severity", severity: ([1, 2, 4] as const)[n % 3] ?? 1 };
  if (variant === 0) return [{ kind: "label" }, note, { kind: "tick" }, { kind: "close" }];
  if (variant === 1) return [{ kind: "label" }, action, severity, { kind: "tick" }];
  return [{ kind: "label" }, { kind: "tick" }, note, action];
}

import { seeded } from "./random.ts";

/** What people do to one issue, one after the other. Each act is one event of the run, with one visible effect. */
export type Act =
  | { readonly kind: "label" }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "action"; readonly text: string }
  | { readonly kind: "severity"; readonly severity: 1 | 2 | 4 }
  /** A click on the box of a prompt. */
  | { readonly kind: "tick"; readonly key: string }
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
/** Prompts that nobody but a person ticks here: nothing is written under their headings. */
const BOXES = ["shared", "detection", "mitigation", "factors", "upstream"] as const;
/** A status comment asks ten things, so most of what people do to a postmortem is clicking. */
const USUAL_CLICKS: number = BOXES.length;
/** GitHub's points for one issue, retries included: for its three other acts, and for each click. */
const POINTS_FOR_ACTS = 105;
const POINTS_PER_CLICK = 5;
/** What the app spends a minute for one installation. */
const POINTS_PER_MINUTE = 850;
const FEWEST_INSTALLATIONS = 5;

/**
 * The same seed, number and rate of events give the same plan, whoever is driven with it. There are just so many
 * installations that no budget of the app is the reason for waiting.
 */
export function planOf({
  events,
  seed,
  rate,
  clicks = USUAL_CLICKS,
}: {
  events: number;
  seed: number;
  rate: number;
  clicks?: number;
}): Plan {
  const random = seeded(seed);
  const actsEach = 3 + clicks;
  const pointsPerIssue = POINTS_FOR_ACTS + clicks * POINTS_PER_CLICK;
  /** Trouble comes in bursts: so many issues of one organisation one after the other, which is what its budget bears. */
  const atATime = Math.floor(POINTS_PER_MINUTE / pointsPerIssue);
  const inAMinute = Math.min(events, rate * 60) / actsEach / atATime;
  // A minute and a little is over before it is an organisation's turn again.
  const count = Math.max(FEWEST_INSTALLATIONS, Math.ceil(inAMinute * 1.1) + 1);
  const organizations = Array.from({ length: count }, (_, n) => `org${n}`);
  const repositories = organizations.map((organization) => `${organization}/shop`);
  const issues: IssueStory[] = [];
  for (let n = 0; issues.length * actsEach < events; n += 1) {
    const repository = repositories[Math.floor(n / atATime) % repositories.length] ?? "";
    issues.push({
      repository,
      title: `${random.pick(TITLES)} (${n})`,
      acts: actsOf(n, { variant: random.below(3), clicks }),
    });
  }
  return { organizations, repositories, issues };
}

/** The label first, then two other acts with the clicks before, between and after them; a close is the last. */
function actsOf(n: number, { variant, clicks }: { variant: number; clicks: number }): Act[] {
  const note: Act = { kind: "note", text: `note${n}end` };
  const action: Act = { kind: "action", text: `action${n}end` };
  const severity: Act = { kind: "severity", severity: ([1, 2, 4] as const)[n % 3] ?? 1 };
  const ticks = BOXES.slice(0, clicks).map((key): Act => ({ kind: "tick", key }));
  const half = Math.ceil(clicks / 2);
  if (variant === 0) return [{ kind: "label" }, note, ...ticks, { kind: "close" }];
  if (variant === 1) return [{ kind: "label" }, action, ...ticks.slice(0, half), severity, ...ticks.slice(half)];
  return [{ kind: "label" }, ...ticks.slice(0, half), note, ...ticks.slice(half), action];
}

import { type Config, Config as ConfigSchema } from "../../../src/domain/config.ts";
import { dayIn } from "../../../src/domain/day.ts";
import { Delivery } from "../../../src/domain/delivery.ts";
import type { TenantFacts } from "../../../src/domain/facts.ts";
import { InstallationId, type Instant } from "../../../src/domain/ids.ts";
import type { Postmortem } from "../../../src/domain/postmortem.ts";
import { trackActions } from "../../../src/features/preventive-actions/track.ts";
import choose from "../../../src/features/preventive-actions/rules/choose-reminders.ts";
import remindOwners from "../../../src/features/preventive-actions/rules/remind-owners.ts";
import { plan } from "../../../src/plan/plan.ts";
import { remindersDue } from "../../../src/schedule/due.ts";
import { scheduleOf } from "../../../src/store/tenants.ts";
import { issueFacts } from "../../support/issue-facts.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";

const HOUR_MS = 3_600_000;

export const OWNERS = ["ana", "ben", "cleo", "dora", "eve"];
export const LEADS = ["lea", "leo"];

/** What was said to whom: one entry for each person mentioned in one comment. */
export interface Said {
  readonly kind: "reminder" | "escalation";
  readonly who: string;
  readonly at: Instant;
  readonly issue: number;
  readonly actions: readonly string[];
}

export interface World {
  readonly config: Config;
  postmortems: Postmortem[];
  readonly bodies: Map<number, string>;
}

export function someConfig(overrides: object = {}): Config {
  return ConfigSchema.parse({
    digest: { timezone: "Europe/Berlin" },
    team: {
      functions: [
        { name: "platform", members: ["ana", "ben", "cleo"], lead: "lea" },
        { name: "network", members: ["dora", "eve"], lead: "leo" },
      ],
    },
    ...overrides,
  });
}

/** `issues` postmortems with `perIssue` actions each, owned in turn, due on the days given in turn. */
export function someWorld(
  config: Config,
  { issues, perIssue, due }: { issues: number; perIssue: number; due: string[] },
): World {
  const bodies = new Map<number, string>();
  const postmortems: Postmortem[] = [];
  let n = 0;
  for (let issue = 1; issue <= issues; issue += 1) {
    const lines: string[] = [];
    for (let line = 1; line <= perIssue; line += 1) {
      const owner = OWNERS[n % OWNERS.length];
      lines.push(`- [ ] Put safeguard ${n + 1} in place @${owner} (due ${due[issue % due.length]})`);
      n += 1;
    }
    bodies.set(issue, `## Preventive actions\n\n${lines.join("\n")}\n`);
    postmortems.push(somePostmortem({ number: issue, issueState: "closed" }));
  }
  return { config, postmortems, bodies };
}

/** The body is read again at every event, as the app does. */
export function readBodies(world: World, now: Instant): void {
  world.postmortems = world.postmortems.map((postmortem) => look(world, postmortem, now));
}

/** One tick of the clock, through the planning functions alone. What they plan is put into the world. */
export function tickWorld(world: World, now: Instant, asked: Set<string>): Said[] {
  const day = remindersDue(scheduleOf(world.config), now);
  if (day === undefined || asked.has(day)) return [];
  asked.add(day);
  return sends(world, now, day).flatMap((delivery) => handle(world, delivery, now));
}

export function sends(world: World, now: Instant, day: string): Delivery[] {
  const settings = new Map(
    world.postmortems.map(({ ref }) => [
      ref.repositoryId,
      {
        config: world.config,
        functions: world.config.team.functions.map(({ name, members, lead }) => ({
          name,
          people: members,
          affinity: [],
          ...(lead === undefined ? {} : { lead }),
        })),
      },
    ]),
  );
  const facts: TenantFacts = {
    kind: "tenant",
    now,
    delivery: { id: `reminders:7:${day}`, attempt: 1 },
    event: { kind: "reminders-due", day },
    installationId: InstallationId.parse(7),
    reminding: { postmortems: world.postmortems, settings },
  };
  return plan(facts, { commands: [], rules: [choose] }).flatMap((change) =>
    change.kind === "send" ? [Delivery.parse(change.delivery)] : [],
  );
}

export function handle(world: World, delivery: Delivery, now: Instant): Said[] {
  const number = delivery.issue?.number ?? 0;
  const postmortem = world.postmortems.find(({ ref }) => ref.number === number);
  if (postmortem === undefined) return [];
  const facts = issueFacts({
    now,
    today: dayIn(world.config.digest.timezone, now),
    event: delivery.event,
    actor: { id: 0, login: "ghost", kind: "ghost" },
    config: world.config,
    issue: { ref: postmortem.ref, body: world.bodies.get(number) ?? "", state: postmortem.issueState },
    mentionable: [...OWNERS, ...LEADS],
    postmortem,
    stored: postmortem,
  });
  const changes = plan(facts, { commands: [], rules: [remindOwners] });
  for (const change of changes) {
    if (change.kind === "save-postmortem")
      world.postmortems = world.postmortems.map((one) => (one === postmortem ? change.postmortem : one));
  }
  return changes.flatMap((change) => {
    if (change.kind !== "put-comment") return [];
    const { call } = change;
    if (call.template !== "preventive-actions/reminder" && call.template !== "preventive-actions/escalated") return [];
    const kind = call.template === "preventive-actions/reminder" ? ("reminder" as const) : ("escalation" as const);
    return call.view.groups.flatMap(({ who, mentioned, actions }) =>
      who === undefined || !mentioned
        ? []
        : [{ kind, who, at: now, issue: number, actions: actions.map(({ text }) => text) }],
    );
  });
}

/** Hours of `days` days, one after the other. */
export function hoursFrom(start: Instant, days: number): Instant[] {
  return Array.from({ length: days * 24 }, (_, hour) => new Date(Date.parse(start) + hour * HOUR_MS).toISOString());
}

function look(world: World, postmortem: Postmortem, now: Instant): Postmortem {
  const body = world.bodies.get(postmortem.ref.number) ?? "";
  const facts = issueFacts({
    now,
    today: dayIn(world.config.digest.timezone, now),
    config: world.config,
    issue: { body },
  });
  return { ...postmortem, actions: trackActions(facts, postmortem) };
}

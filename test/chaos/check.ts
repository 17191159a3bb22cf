import type { LogEntry } from "../../src/sandbox/front.ts";
import type { State } from "./sandbox-process.ts";
import { type Act, FUNCTIONS, type IssueStory } from "./story.ts";

export interface Acted {
  readonly story: IssueStory;
  /** Undefined when it was never opened. */
  number: number | undefined;
  /** Acts done so far. */
  done: number;
  readonly commentIds: Map<Act, number>;
}

export interface Verdict {
  readonly events: number;
  /** Events without their effect. */
  readonly lost: number;
  /** Comments of the app beyond the one of each issue. */
  readonly surplusComments: number;
  /** People assigned beyond one for each function. */
  readonly surplusAssignees: number;
  /** Notes and actions that stand in the text more than once. */
  readonly surplusEntries: number;
  readonly calls: number;
  readonly callsPerEvent: number;
  readonly faults: number;
  readonly examples: readonly string[];
  /** Calls by method and form of the path. */
  readonly routes: ReadonlyMap<string, number>;
}

type Issue = State["repositories"][number]["issues"][number];

const SKILLS = {
  /** All that the app does. */
  app: new Set<Act["kind"]>(["label", "note", "action", "severity", "tick", "close"]),
  /** What the baseline's handlers do: a comment, an assignee, a reaction, a label. */
  baseline: new Set<Act["kind"]>(["label", "note", "action", "severity", "close"]),
};

export type Skill = keyof typeof SKILLS;

/** Judges by what GitHub has in the end and by its log of requests: the app is not asked. */
export function check(
  acted: readonly Acted[],
  { state, log, bot, skill }: { state: State; log: readonly LogEntry[]; bot: string; skill: Skill },
): Verdict {
  const issues = new Map<string, Issue>(
    state.repositories.flatMap(({ name, issues }) =>
      issues.map((issue) => [`${name}#${issue.number}`, issue] as const),
    ),
  );
  const examples: string[] = [];
  const sums = { events: 0, lost: 0, surplusComments: 0, surplusAssignees: 0, surplusEntries: 0 };
  for (const one of acted) {
    const at = `${one.story.repository}#${one.number}`;
    const issue = issues.get(at);
    if (issue === undefined) continue;
    const ours = issue.comments.filter(({ author }) => author === bot);
    sums.surplusComments += Math.max(0, ours.length - 1);
    sums.surplusAssignees += Math.max(0, issue.assignees.length - (skill === "app" ? 3 : 1));
    if (ours.length > 1) examples.push(`${at}: ${ours.length} comments`);
    for (const act of one.story.acts.slice(0, one.done)) {
      if (!SKILLS[skill].has(act.kind)) continue;
      sums.events += 1;
      if (entriesOf(act, issue) > 1) {
        sums.surplusEntries += 1;
        examples.push(`${at}: ${act.kind} stands twice`);
      }
      const why =
        skill === "app" ? missing(act, issue, { ours, one, bot }) : missingOfBaseline(act, issue, { ours, one, bot });
      if (why === undefined) continue;
      sums.lost += 1;
      examples.push(`${at}: ${act.kind}: ${why}`);
    }
  }
  const requests = log.filter(({ actor }) => actor.startsWith("app"));
  return {
    ...sums,
    calls: requests.length,
    callsPerEvent: requests.length / Math.max(1, sums.events),
    faults: requests.filter(({ fault }) => fault !== undefined).length,
    examples: examples.slice(0, 12),
    routes: byRoute(requests),
  };
}

function byRoute(requests: readonly LogEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { method, path } of requests) {
    const route = `${method} ${path
      .replace(/\?.*$/u, "")
      .replace(/^\/repos\/[^/]+\/[^/]+/u, "")
      .replaceAll(/\/\d+/gu, "/N")}`
      .replace(/labels\/.+$/u, "labels/NAME")
      .replace(/collaborators\/[^/]+/u, "collaborators/LOGIN");
    counts.set(route, (counts.get(route) ?? 0) + 1);
  }
  return counts;
}

interface Seen {
  readonly ours: Issue["comments"];
  readonly one: Acted;
  readonly bot: string;
}

function entriesOf(act: Act, { body }: Issue): number {
  return act.kind === "note" || act.kind === "action" ? (body ?? "").split(act.text).length - 1 : 0;
}

/** What an act should have led to and did not; undefined when it is all there. */
function missing(act: Act, issue: Issue, seen: Seen): string | undefined {
  const { ours } = seen;
  const status = ours[0]?.body ?? "";
  switch (act.kind) {
    case "label":
      if (times(issue.body, "<!-- postmortem:begin -->") !== 1) return "the sections are not there once";
      if (!status.includes("slot=status")) return "there is no status comment";
      if (
        !["priority/", "severity/", "stage/"].every((prefix) => issue.labels.some((label) => label.startsWith(prefix)))
      )
        return `labels are ${issue.labels.join(", ")}`;
      return Object.values(FUNCTIONS).every((people) => people.some((login) => issue.assignees.includes(login)))
        ? undefined
        : `assignees are ${issue.assignees.join(", ")}`;
    case "note":
    case "action":
      return entriesOf(act, issue) === 0 ? "it is not in the text" : unreceipted(act, issue, seen);
    case "severity": {
      const severities = issue.labels.filter((label) => label.startsWith("severity/")).join(", ");
      return severities === `severity/${act.severity}` ? unreceipted(act, issue, seen) : `it is ${severities}`;
    }
    case "tick":
      return status.includes(`- [x] <!-- pm:prompt.${act.key} -->`) ? undefined : `the box ${act.key} is not ticked`;
    case "close":
      return issue.labels.includes("stage/closed") ? undefined : `labels are ${issue.labels.join(", ")}`;
    default:
      return undefined;
  }
}

function missingOfBaseline(act: Act, issue: Issue, seen: Seen): string | undefined {
  if (act.kind === "label") {
    if (seen.ours.length === 0) return "there is no comment";
    return issue.assignees.length > 0 ? undefined : "nobody is assigned";
  }
  if (act.kind === "close") return issue.labels.includes("stage/closed") ? undefined : "the label is not there";
  return unreceipted(act, issue, seen);
}

/** Each comment with a command ends with one thumb of ours. */
function unreceipted(act: Act, issue: Issue, { one, bot }: Seen): string | undefined {
  const comment = issue.comments.find(({ id }) => id === one.commentIds.get(act));
  const thumbs = comment?.reactions.filter(({ user, content }) => user === bot && content === "+1").length ?? 0;
  return thumbs === 1 ? undefined : `${thumbs} receipts`;
}

function times(text: string | null, part: string): number {
  return (text ?? "").split(part).length - 1;
}

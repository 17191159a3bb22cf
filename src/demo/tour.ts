import { type Deed, openIssue, perform, statusComment } from "./deeds.ts";
import type { Call } from "./recorder.ts";
import { issueOf, issuesOf, type Stage } from "./stage.ts";
import { inWords, isQuestion, lineDiff } from "./words.ts";
import { REPOSITORY } from "./world.ts";

/** What the tour leaves behind, by file name. */
export type Souvenirs = Readonly<Record<string, string>>;

type Say = (line: string) => void;

/** Small enough for the short form, and soon after the first: what the app has just read, it need not read again. */
const SMALL_INCIDENT = {
  title: "Image thumbnails late: the resize queue waits for an address",
  body: "Thumbnails were ten minutes late after the same node pool was replaced: the queue's workers looked a name up that timed out.\n",
  labels: ["severity/4"],
};

const INCIDENT = {
  title: "Checkout slow and failing: name lookups time out while CoreDNS restarts",
  body: `## Summary

For 31 minutes every fourth checkout failed. A node pool was replaced, CoreDNS pods moved with it, and lookups timed out
because each node asks the same two pods.

## Impact

About 4,200 orders were delayed, 310 were given up.

## Timeline

- 2026-11-20 08:52 UTC — node pool replaced for the kernel update
- 2026-11-20 08:58 UTC — alert: checkout error rate above 5 %
- 2026-11-20 09:23 UTC — CoreDNS scaled to six pods, errors stop

## Contributing factors

- Two CoreDNS pods for 90 nodes, without a disruption budget.
- No DNS cache on the nodes; \`ndots:5\` makes five lookups of one.

## Preventive actions

- [ ] Disruption budget and spread constraints for CoreDNS @eve (due 2026-12-04, prevent)
`,
};

/** Plays a postmortem from label to digest without a person, and tells what happens. */
export async function playTour(stage: Stage, say: Say): Promise<Souvenirs> {
  const step = stepper(stage, say);
  const number = openIssue(stage, "tom", INCIDENT);
  await stage.settle();
  const before = issueOf(stage, REPOSITORY, number).body ?? "";

  await step("tom opens an issue, then puts the label `postmortem` on it", number, [
    "tom",
    { kind: "label", label: "postmortem" },
  ]);
  for (const line of lineDiff(before, issueOf(stage, REPOSITORY, number).body ?? "").added) {
    if (!line.startsWith("<!--")) say(`    + ${line}`);
  }
  const second = openIssue(stage, "tom", SMALL_INCIDENT);
  await stage.settle();
  await step("tom labels a second issue: configuration, team and labels are known by now", second, [
    "tom",
    { kind: "label", label: "postmortem" },
  ]);
  const tourists: readonly (readonly [string, string, Deed])[] = [
    [
      "ana ticks a box in the status comment: the lessons have been shared",
      "ana",
      { kind: "click", box: "prompt.shared" },
    ],
    [
      "tom says how bad it was, what it belongs to, and what else is to be done",
      "tom",
      {
        kind: "comment",
        text: '/postmortem severity 2\n/postmortem category dns also resource-pressure\n/postmortem action add "Node-local DNS cache in the checkout cluster" @dora due=2026-12-11 type=prevent',
      },
    ],
    ["tom asks why these three people were chosen", "tom", { kind: "comment", text: "/postmortem why" }],
    ["rita may only read, and tries anyway", "rita", { kind: "comment", text: "/postmortem severity 4" }],
    ["eve makes a slip of the pen", "eve", { kind: "comment", text: "/postmortem sevrity 1" }],
    [
      "eve has merged her change and says so, with the evidence",
      "eve",
      {
        kind: "comment",
        text: "/postmortem action done 1 https://github.example/acme/network/pull/120",
      },
    ],
    ["tom closes the issue while one preventive action is open", "tom", { kind: "close", reason: "completed" }],
    [
      "dora finds out that the action makes no sense here, and says why",
      "dora",
      {
        kind: "comment",
        text: '/postmortem action drop 2 "CoreDNS runs on every node there since this morning"',
      },
    ],
    ["dora asks for a review", "dora", { kind: "comment", text: "/postmortem review @ivan" }],
    [
      "ivan has read it, and it may be recommended to others",
      "ivan",
      { kind: "comment", text: "/postmortem review ok\n/postmortem publish" },
    ],
    ["tom closes the issue: everything is settled now", "tom", { kind: "close", reason: "completed" }],
    ["mia saw the errors again and reopens it", "mia", { kind: "reopen" }],
    ["mia closes it for good", "mia", { kind: "close", reason: "completed" }],
  ];
  for (const [title, who, deed] of tourists) await step(title, number, [who, deed]);

  await step("a week passes", number, undefined);
  return { ...souvenirsOf(stage, number), "calls.txt": step.told() };
}

type Step = ((title: string, number: number, deed: readonly [string, Deed] | undefined) => Promise<void>) & {
  /** Everything that was said about calls. */
  told(): string;
};

/** People take their time, but not as long as the app believes what it read of roles, team and configuration. */
const PAUSE_MS = 30_000;
const WEEK_MS = 7 * 86_400_000;

function stepper(stage: Stage, say: Say): Step {
  const told: string[] = [];
  let hear: (call: Call) => void = () => undefined;
  let n = 0;
  const tell = (line: string): void => {
    told.push(line);
    say(line);
  };
  stage.onCall((call) => hear(call));
  const step = async (title: string, number: number, deed: readonly [string, Deed] | undefined): Promise<void> => {
    n += 1;
    await stage.passUntil(new Date(Date.parse(stage.now()) + PAUSE_MS).toISOString());
    tell(`\n${n}. ${title}  (${stage.now().slice(0, 16).replace("T", " ")} UTC)`);
    if (deed?.[1].kind === "comment") for (const line of deed[1].text.split("\n")) tell(`    > ${line}`);
    const calls: Call[] = [];
    hear = (call) => {
      calls.push(call);
      tell(`  ${isQuestion(call) ? "·" : "→"} ${inWords(call)}`);
    };
    if (deed === undefined) await stage.passUntil(new Date(Date.parse(stage.now()) + WEEK_MS).toISOString());
    else {
      perform(stage, deed[0], number, deed[1]);
      await stage.settle();
    }
    hear = () => undefined;
    tell(`  ${requests(calls)}`);
  };
  return Object.assign(step, { told: () => `${told.join("\n").trimStart()}\n` });
}

function requests(calls: readonly Call[]): string {
  const writes = calls.filter((call) => !isQuestion(call)).length;
  return `${calls.length} request${calls.length === 1 ? "" : "s"}, ${writes} of them change${writes === 1 ? "s" : ""} something`;
}

function souvenirsOf(stage: Stage, number: number): Souvenirs {
  const issue = issueOf(stage, REPOSITORY, number);
  const status = statusComment(stage, number);
  const replies = issue.comments.filter(({ id }) => id !== status.id);
  const why = replies.find(({ body }) => body.includes("<!-- postmortem:slot=why."));
  const digest = issuesOf(stage, REPOSITORY).findLast(
    ({ labels, state }) => labels.includes("postmortem-digest") && state === "open",
  );
  if (why === undefined) throw new Error("The app did not answer /postmortem why.");
  if (digest === undefined) throw new Error("A week passed, and no digest came.");
  const head = [
    `# ${issue.title}`,
    `#${number}, ${issue.state}. Labels: ${issue.labels.map((label) => `\`${label}\``).join(" ")}. Assigned: ${issue.assignees.map((who) => `@${who}`).join(" ")}.`,
  ].join("\n\n");
  const portable = (text: string): string =>
    withoutState(text).replaceAll(stage.url, GITHUB).replaceAll(stage.sandbox.url, GITHUB);
  return {
    "issue.md": portable(`${head}\n\n${issue.body ?? ""}`),
    "status-comment.md": portable(status.body),
    "why.md": portable(why.body),
    "digest.md": portable(`# ${digest.title}\n\n${digest.body ?? ""}`),
    "replies.md": portable(
      `${replies.map(({ author, body, reactions }) => `## ${author}\n\n${body.trim()}\n\n${reactions.map(({ content }) => `(${content})`).join(" ")}`.trim()).join("\n\n")}\n`,
    ),
  };
}

/** Links of the files lead here: the demo's own addresses end with it. */
const GITHUB = "https://github.example";

/** The app's memory in its comment: long, and nothing to read. */
function withoutState(text: string): string {
  return text.replaceAll(/\n?<!-- postmortem:[^>]*-->\n?/gu, "").trimStart();
}

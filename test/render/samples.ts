import type { ActionView, StatusView, TemplateName, Views } from "../../src/domain/template-call.ts";
import { compose } from "../../src/features/digest/compose.ts";
import { commandViews } from "../../src/features/help/command-views.ts";
import { loadFeatures } from "../../src/plan/load-features.ts";
import { daysBefore, somePostmortem, weekFacts } from "../support/postmortem-builders.ts";

/** Every message the app can write, each with the cases a reader meets. A template without a sample does not compile. */
type Samples = { readonly [T in TemplateName]: { readonly [sample: string]: Views[T] } };

const PROMPTS: StatusView["prompts"] = [
  { key: "impact", text: "Impact is written: who noticed what, for how long", checked: true },
  { key: "detection", text: "Detection is written: how we found out", checked: true, by: "ana" },
  { key: "timeline", text: "The timeline has entries", checked: false },
  { key: "category", text: "The hotspot is confirmed", checked: false },
];

const OPEN: ActionView = {
  text: "Alert on the age of etcd snapshots",
  mark: "open",
  owner: "ana",
  due: "2026-12-01",
  supplied: false,
  overdue: false,
};
const LATE: ActionView = {
  text: "Give each team its own ingress class",
  mark: "open",
  due: "2026-11-02",
  supplied: true,
  overdue: true,
};
const DELIVERED: ActionView = {
  text: "Pin the resolver's version",
  mark: "delivered",
  owner: "ben",
  supplied: false,
  overdue: false,
  evidence: "https://github.com/acme/infra/pull/88",
  trackedBy: "acme/infra#61",
};

const RELATED: StatusView["related"] = [
  {
    title: "Resolver overload",
    url: "https://github.com/acme/shop/issues/12",
    words: ["SERVFAIL", "ndots"],
    outcome: "2 of 3 actions settled",
  },
];

const STARTED: StatusView = {
  stage: "draft",
  severity: "2",
  contributing: [],
  suggestions: [
    { key: "dns", title: "Networking and DNS", words: ["resolver", "SERVFAIL"], checked: false },
    { key: "old-versions", title: "Old versions and upgrades", words: [], checked: false },
  ],
  seats: [
    { function: "platform", login: "ana" },
    {
      function: "network",
      vacant: "Nobody of network can take it (dora: away until 2026-12-15; eve: holds 5 open, the cap is 5).",
    },
  ],
  noTeam: false,
  dropped: [],
  prompts: PROMPTS,
  promptsDone: 2,
  promptsTotal: 4,
  actions: [],
  actionsSettled: 0,
  actionsTotal: 0,
  known: [],
  related: [],
  upstream: [],
  notes: [],
};

const RIPE: StatusView = {
  ...STARTED,
  stage: "in review",
  hotspot: "Networking and DNS",
  hotspotBy: "confirmed",
  contributing: ["Old versions and upgrades"],
  suggestions: [],
  dropped: ["gus"],
  actions: [OPEN, LATE, DELIVERED],
  actionsSettled: 1,
  actionsTotal: 3,
  known: [
    {
      text: "Cache DNS on the nodes",
      title: "#12 Resolver overload",
      url: "https://github.com/acme/shop/issues/12",
      days: 211,
      state: "dropped",
    },
  ],
  related: RELATED,
  upstream: ["kubernetes/kubernetes#57992"],
  notes: [{ words: "human error", suggestion: "Say what made the slip possible, and what would have caught it." }],
  reviewer: "mia",
};

const commands = commandViews((await loadFeatures()).commands);

export const SAMPLES: Samples = {
  "postmortem/status": {
    started: STARTED,
    "without-team": {
      ...STARTED,
      severity: "not set",
      seats: [],
      noTeam: true,
      suggestions: [],
      unsure: "too little is written to tell",
      configProblem: ".github/postmortem.yml, line 3: `membres` is not known; did you mean `members`?",
    },
    "in-review": RIPE,
    closed: {
      ...RIPE,
      stage: "closed",
      reviewedOn: "2026-11-20",
      closedAnyway: { by: "mia", reason: "moved to the platform backlog" },
      related: [],
      notes: [],
    },
  },
  "postmortem/label-changed": {
    renamed: { before: "postmortem", after: "incident review", line: 'label: "incident review"' },
    deleted: { before: "postmortem" },
  },
  "postmortem/lost": {
    refused: {
      who: "ana",
      why: "GitHub did not take what was to be written",
      delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    },
  },
  "postmortem/held": { label: { label: "postmortem", who: "rita" } },
  "postmortem/stopped": { person: { by: "tom", label: "postmortem" } },
  "postmortem/refused": { reader: { who: "rita", command: "severity", needs: "triage" } },
  "postmortem/sorry": {
    one: { who: "ana", sentences: ["There is no command `sverity`. Did you mean `/postmortem severity`?"] },
    two: {
      who: "ana",
      sentences: ["It is closed: reopen the issue first.", "Write it as `/postmortem severity <1-4>`."],
    },
  },
  "postmortem/help": { all: { commands } },
  "postmortem/related": { two: { related: [...RELATED, ...RELATED] }, none: { related: [] } },
  "postmortem/why": {
    team: {
      seats: [
        {
          function: "platform",
          outcome: "ana, least loaded",
          rows: [
            { login: "ana", open: 0, recent: 1, draw: "0badcafe", note: "chosen" },
            { login: "ben", open: 0, recent: 2, draw: "00000001", note: "" },
            { login: "cleo", open: 1, recent: 1, draw: "12345678", note: "away until 2026-12-15" },
          ],
        },
        { function: "network", outcome: "Nobody is listed for network, or the team could not be read.", rows: [] },
        { function: "guest", outcome: "wendy, chosen by a person", rows: [] },
      ],
    },
    nobody: { seats: [] },
  },
  "postmortem/restored": {
    edit: {
      who: "ana",
      lost: "## Impact\r\n\r\nLogins failed for 40 minutes.\r\n\r\n```sh\r\nkubectl get pods\r\n```\r\n",
    },
  },
  "close-guard/reopened": { two: { who: "ben", n: 2, actions: [OPEN, LATE] } },
  "close-guard/warned": { one: { n: 1, actions: [{ ...LATE, due: "2026-12-31", overdue: false }] } },
  "preventive-actions/tracked": {
    owned: {
      text: "Alert on the age of snapshots",
      parent: "acme/shop#12",
      title: "etcd snapshots too old",
      owner: "ana",
      due: "2026-12-01",
    },
  },
  "preventive-actions/reminder": {
    owners: {
      day: "2026-11-20",
      groups: [
        { who: "ana", mentioned: true, actions: [{ ...OPEN, place: 1, times: 1 }] },
        { who: "gus", mentioned: false, actions: [{ ...LATE, place: 2, times: 3 }] },
      ],
    },
  },
  "preventive-actions/escalated": {
    lead: { day: "2026-11-20", groups: [{ who: "mia", mentioned: true, actions: [{ ...LATE, place: 2, times: 3 }] }] },
  },
  "digest/weekly": {
    quiet: compose(
      weekFacts({
        postmortems: [somePostmortem({ title: "Resolver overload", openedAt: daysBefore(3), category: "dns" })],
      }),
    ),
  },
};

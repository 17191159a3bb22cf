import type {
  ActionView,
  DigestView,
  HotspotRowView,
  LinkedCount,
  StatusView,
  TemplateCall,
  Views,
} from "../../src/domain/template-call.ts";

type Word = () => string;

/** The templates that print what people wrote, with `word` for each of their words. */
export const CALLS_WITH_WORDS: readonly ((word: Word) => TemplateCall)[] = [
  (word) => ({ template: "postmortem/status", view: statusOf(word, true) }),
  (word) => ({ template: "postmortem/status", view: statusOf(word, false) }),
  (word) => ({ template: "postmortem/why", view: whyOf(word) }),
  (word) => ({ template: "postmortem/sorry", view: { who: word(), sentences: ["Say what happened.", "And when."] } }),
  (word) => ({ template: "postmortem/restored", view: { who: word(), lost: word() } }),
  (word) => ({ template: "postmortem/lost", view: { who: word(), why: "the app made a mistake", delivery: word() } }),
  (word) => ({ template: "postmortem/held", view: { who: word(), label: word() } }),
  (word) => ({ template: "postmortem/label-changed", view: { before: word(), after: word(), line: word() } }),
  (word) => ({ template: "postmortem/stopped", view: { by: word(), label: word() } }),
  (word) => ({ template: "postmortem/refused", view: { who: word(), command: word(), needs: "triage" } }),
  (word) => ({ template: "close-guard/reopened", view: { who: word(), n: 1, actions: [actionOf(word)] } }),
  (word) => ({ template: "close-guard/warned", view: { n: 1, actions: [actionOf(word)] } }),
  (word) => ({
    template: "preventive-actions/tracked",
    view: { text: word(), parent: "its postmortem", title: word(), owner: word(), due: "2026-12-01" },
  }),
  (word) => ({ template: "preventive-actions/reminder", view: remindersOf(word) }),
  (word) => ({ template: "preventive-actions/escalated", view: remindersOf(word) }),
  (word) => ({ template: "digest/weekly", view: digestOf(word) }),
];

/** A preventive action in people's words. */
export function actionOf(word: Word): ActionView {
  return {
    text: word(),
    mark: "open",
    owner: word(),
    due: "2026-12-01",
    supplied: true,
    overdue: true,
    evidence: word(),
    trackedBy: word(),
  };
}

function statusOf(word: Word, isSure: boolean): StatusView {
  return {
    stage: "draft",
    severity: "2",
    hotspot: word(),
    hotspotBy: "confirmed",
    contributing: [word(), word()],
    suggestions: isSure ? [] : [{ key: "dns", title: word(), words: [word(), word()], checked: false }],
    seats: [
      { function: word(), login: word() },
      { function: word(), vacant: word() },
    ],
    noTeam: false,
    dropped: [word(), word()],
    prompts: [{ key: "impact", text: "Impact is written", checked: true, by: word() }],
    promptsDone: 1,
    promptsTotal: 1,
    actions: [actionOf(word), actionOf(word)],
    actionsSettled: 0,
    actionsTotal: 2,
    known: [{ text: word(), title: word(), url: `https://github.com/${word()}`, days: 3, state: "open" }],
    related: [{ title: word(), url: `https://github.com/${word()}`, words: [word()], outcome: "no actions" }],
    upstream: [word()],
    notes: [{ words: word(), suggestion: "Say what to do." }],
    ideas: [{ text: word(), by: word(), on: "2026-11-20" }],
    reviewer: word(),
    ...(isSure ? { reviewedOn: "2026-11-20" } : {}),
    closedAnyway: { by: word(), reason: word() },
    configProblem: word(),
  };
}

function whyOf(word: Word): Views["postmortem/why"] {
  const row = { open: 1, recent: 2, draw: "0badcafe" };
  return {
    seats: [
      {
        function: word(),
        outcome: word(),
        rows: [
          { ...row, login: word(), note: word() },
          { ...row, login: word(), note: word() },
        ],
      },
      { function: word(), outcome: word(), rows: [] },
    ],
  };
}

/** Nobody is mentioned here: who may be is decided before, and is a login. */
function remindersOf(word: Word): Views["preventive-actions/reminder"] {
  const actions = [{ ...actionOf(word), place: 1, times: 2 }];
  return { day: "2026-11-20", groups: [{ who: word(), mentioned: false, actions }] };
}

const COUNT: LinkedCount = { n: 2, url: "https://github.com/issues?q=label%3Apostmortem", parts: [] };

/** A link to an issue whose address has people's words in it as well. */
function linkOf(word: Word): { title: string; url: string } {
  return { title: word(), url: `https://github.com/${word()}` };
}

function rowOf(title: string): HotspotRowView {
  return { title, period: COUNT, quarter: COUNT, year: COUNT, spark: "▁▂█", openActions: 1, oldest: "41 days" };
}

function digestOf(word: Word): DigestView {
  return {
    week: "2026-W47",
    from: "2026-11-16",
    until: "2026-11-22",
    timeZone: "UTC",
    empty: false,
    ...countsOf(),
    next: [{ what: word(), text: word(), ...linkOf(word), owner: word(), age: "5 days" }],
    nextMore: 0,
    hotspots: [rowOf(word()), rowOf(word())],
    hotspotsCut: 0,
    quiet: [word(), word()],
    ...hotspotWordsOf(word),
    actions: [{ text: word(), ...linkOf(word), owner: word(), due: "2026-11-20", overdue: true }],
    actionsCut: 0,
    actionsUnnamed: 0,
    reading: { ...linkOf(word), why: "the most discussed", summary: word() },
    yearAgo: { ...linkOf(word), on: "2025-11-20", outcome: "settled" },
    severalList: [{ ...linkOf(word), main: word(), others: [word(), word()] }],
    severalCut: 0,
    severalUnnamed: 0,
    functions: [{ name: word(), least: 1, most: 2, n: 3, people: 2, away: 0 }],
    chart: [
      { label: word(), n: 2 },
      { label: word(), n: 1 },
    ],
    chartTop: 2,
    ideas: [{ text: word(), places: [linkOf(word), linkOf(word)] }],
    previous: [{ number: 1, url: "https://github.com/acme/incidents/issues/1" }],
  };
}

function hotspotWordsOf(word: Word): Pick<DigestView, "hotspotNotes" | "changed" | "sinceFixed"> {
  const { title, ...action } = { ...linkOf(word), text: word() };
  return {
    hotspotNotes: [
      {
        title,
        known: { met: 1, of: 2, oldest: { ...action, age: "41 days", state: "open" } },
        advice: { text: word(), source: `https://github.com/${word()}` },
      },
    ],
    changed: [{ title, count: COUNT, words: "this week", before: COUNT, weeks: 51, expected: "0.4", most: 2 }],
    sinceFixed: [
      {
        title: word(),
        on: "2026-06-01",
        action,
        before: COUNT,
        beforeDays: "90 days",
        since: COUNT,
        sinceDays: "90 days",
        verdict: "fewer",
      },
    ],
  };
}

function countsOf(): Pick<
  DigestView,
  "opened" | "closed" | "open" | "reviewing" | "all" | "uncategorised" | "several" | "ledger" | "types" | "n"
> {
  return {
    opened: COUNT,
    closed: COUNT,
    open: COUNT,
    reviewing: COUNT,
    all: rowOf("All"),
    uncategorised: rowOf("Uncategorised"),
    several: rowOf("In more than one category"),
    ledger: { opened: 1, delivered: 1, ticked: 0, dropped: 0, open: 2, overdue: 1 },
    types: [{ type: "prevent", open: 2 }],
    n: COUNT,
  };
}

import type { ActionView, StatusView, TemplateCall, Views } from "../../src/domain/template-call.ts";

/** The templates that print what people wrote, with `word` for each of their words. */
export const CALLS_WITH_WORDS: readonly ((word: () => string) => TemplateCall)[] = [
  (word) => ({ template: "postmortem/status", view: statusOf(word, true) }),
  (word) => ({ template: "postmortem/status", view: statusOf(word, false) }),
  (word) => ({ template: "postmortem/why", view: whyOf(word) }),
  (word) => ({ template: "postmortem/sorry", view: { who: word(), sentences: ["Say what happened.", "And when."] } }),
  (word) => ({ template: "postmortem/restored", view: { who: word(), lost: "as it was" } }),
  (word) => ({ template: "postmortem/held", view: { who: word(), label: word() } }),
  (word) => ({ template: "postmortem/stopped", view: { by: word(), label: word() } }),
  (word) => ({ template: "postmortem/refused", view: { who: word(), command: word(), needs: "triage" } }),
  (word) => ({ template: "close-guard/reopened", view: { who: word(), n: 1, actions: [actionOf(word)] } }),
  (word) => ({ template: "close-guard/warned", view: { n: 1, actions: [actionOf(word)] } }),
];

function actionOf(word: () => string): ActionView {
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

function statusOf(word: () => string, isSure: boolean): StatusView {
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
    reviewer: word(),
    ...(isSure ? { reviewedOn: "2026-11-20" } : {}),
    closedAnyway: { by: word(), reason: word() },
    configProblem: word(),
  };
}

function whyOf(word: () => string): Views["postmortem/why"] {
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

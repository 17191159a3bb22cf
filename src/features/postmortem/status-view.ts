import { daysBetween } from "../../domain/day.ts";
import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import { type ActionStatus, isOverdue, isSettled, type PreventiveAction } from "../../domain/preventive-action.ts";
import type { ActionView, KnownView, StatusView, SuggestionView } from "../../domain/template-call.ts";
import { relatedViews } from "../hotspots/related-views.ts";
import { upstreamLines } from "../hotspots/upstream-lines.ts";
import { noteViews } from "../preventive-actions/note-views.ts";
import { promptViews } from "./prompts.ts";

const STAGE_WORDS = { draft: "draft", "in-review": "in review", reviewed: "reviewed", closed: "closed" } as const;
const MARKS: Readonly<Record<ActionStatus, string>> = {
  open: "open",
  ticked: "ticked, no evidence",
  delivered: "delivered",
  dropped: "dropped",
  na: "does not apply",
};

/** How many words are quoted for a category: enough to judge it. */
const WORDS_SHOWN = 4;
const KNOWN_SHOWN = 5;

/** The one comment people look at, as a flat view. */
export function statusView(facts: IssueFacts, postmortem: Postmortem): StatusView {
  const prompts = promptViews(facts.issue.body, postmortem);
  const suggestions = suggestionsOf(facts, postmortem);
  return {
    stage: STAGE_WORDS[postmortem.stage],
    severity: postmortem.severity === undefined ? "not set" : `${postmortem.severity}`,
    ...hotspotOf(facts, postmortem),
    contributing: postmortem.contributing.map((key) => titleOf(facts, key)),
    suggestions,
    ...(suggestions.length === 0 && postmortem.category === undefined
      ? { unsure: "too little is written to tell" }
      : {}),
    seats: postmortem.team.map(({ function: name, login, vacant }) => ({
      function: name,
      ...(login === undefined ? {} : { login }),
      ...(vacant === undefined ? {} : { vacant }),
    })),
    noTeam: facts.config.team.functions.length === 0,
    dropped: postmortem.dropped,
    prompts,
    promptsDone: prompts.filter(({ checked }) => checked).length,
    promptsTotal: prompts.length,
    actions: postmortem.actions.map((action) => actionView(action, facts.today)),
    actionsSettled: postmortem.actions.filter(isSettled).length,
    actionsTotal: postmortem.actions.length,
    known: knownOf(facts),
    related: relatedViews(facts),
    upstream: upstreamLines(facts),
    notes: noteViews(facts, postmortem),
    ideas: (postmortem.ideas ?? []).map(({ text, by, at }) => ({ text, by, on: at.slice(0, 10) })),
    ...(postmortem.reviewer === undefined ? {} : { reviewer: postmortem.reviewer }),
    ...(postmortem.reviewedAt === undefined ? {} : { reviewedOn: postmortem.reviewedAt.slice(0, 10) }),
    ...(postmortem.closedAnyway === undefined ? {} : { closedAnyway: postmortem.closedAnyway }),
    ...(facts.configProblem === undefined ? {} : { configProblem: facts.configProblem }),
  };
}

export function actionView(action: PreventiveAction, today: string): ActionView {
  return {
    text: action.text,
    mark: markOf(action, today),
    ...(action.owner === undefined ? {} : { owner: action.owner }),
    ...(action.due === undefined ? {} : { due: action.due }),
    supplied: action.dueSupplied,
    overdue: isOverdue(action, today),
    ...(action.evidence === undefined ? {} : { evidence: action.evidence }),
    ...(action.trackedBy === undefined ? {} : { trackedBy: action.trackedBy }),
  };
}

function markOf({ status, snoozedUntil }: PreventiveAction, today: string): string {
  const isAsleep = status === "open" && snoozedUntil !== undefined && today < snoozedUntil;
  return isAsleep ? `${MARKS[status]}, snoozed until ${snoozedUntil}` : MARKS[status];
}

function hotspotOf(facts: IssueFacts, postmortem: Postmortem): Pick<StatusView, "hotspot" | "hotspotBy"> {
  if (postmortem.category === undefined) return {};
  return {
    hotspot: titleOf(facts, postmortem.category),
    hotspotBy: postmortem.categoryBy === "person" ? "confirmed" : "by its words",
  };
}

/** Boxes for the likely categories while nobody has confirmed one; one click confirms. */
function suggestionsOf(facts: IssueFacts, postmortem: Postmortem): SuggestionView[] {
  const { classification } = facts;
  if (postmortem.categoryBy === "person" || classification === undefined || classification.thin) return [];
  const keys = [classification.primary, ...classification.contributing].slice(0, 3);
  return [...new Set(keys)].map((key) => ({
    key,
    title: titleOf(facts, key),
    words: [
      ...new Set(classification.evidence.filter(({ category }) => category === key).map(({ words }) => words)),
    ].slice(0, WORDS_SHOWN),
    checked: false,
  }));
}

function knownOf(facts: IssueFacts): KnownView[] {
  return facts.earlier.slice(0, KNOWN_SHOWN).map(({ postmortem, action }) => ({
    text: action.text,
    title: `#${postmortem.ref.number} ${postmortem.title}`,
    url: postmortem.url,
    days: Math.max(0, daysBetween(action.since, facts.today)),
    state: MARKS[action.status],
  }));
}

export function titleOf(facts: Pick<IssueFacts, "categories">, key: string): string {
  return facts.categories.find((category) => category.key === key)?.title ?? key;
}

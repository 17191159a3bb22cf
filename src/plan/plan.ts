import { allows } from "../domain/actor.ts";
import type { Change } from "../domain/change.ts";
import type { Facts, IssueFacts, TenantFacts } from "../domain/facts.ts";
import { type Refusal, refuse, unreachable } from "../domain/refusal.ts";
import type { Command, CommandCall, IssueRule, Planned, Registry } from "./define.ts";
import { compact, fold, isEmpty } from "./fold.ts";
import { nearest, slashCalls } from "./slash.ts";

/** Facts → changes: every rule, then every command in the comment, then the rules that look at the outcome. */
export function plan(facts: Facts, registry: Registry): Change[] {
  switch (facts.kind) {
    case "issue":
      return planIssue(facts, registry);
    case "week":
      return compact(registry.rules.flatMap((rule) => (rule.facts === "week" ? rule.plan(facts) : [])));
    case "tenant":
      return planTenant(facts, registry);
    default:
      return unreachable(facts);
  }
}

function planTenant(facts: TenantFacts, registry: Registry): Change[] {
  const rules = registry.rules
    .filter((rule) => rule.facts === "tenant")
    .filter((rule) => rule.when.includes(facts.event.kind));
  return compact(rules.flatMap((rule) => rule.plan(facts)));
}

function planIssue(facts: IssueFacts, registry: Registry): Change[] {
  if (facts.actor.kind === "self") return [];
  const rules = registry.rules.filter((rule) => rule.facts === "issue");
  const changes: Change[] = [];
  let current = facts;
  const take = (made: readonly Change[]): void => {
    changes.push(...made);
    current = fold(current, made);
  };
  for (const rule of phase(rules, "before", facts)) take(rule.plan(current));
  take(planCalls(current, registry));
  for (const rule of phase(rules, "after", facts)) take(rule.plan(current));
  return allowedBy(facts.config.mode, compact(changes));
}

function phase(rules: readonly IssueRule[], wanted: IssueRule["phase"], facts: IssueFacts): IssueRule[] {
  return rules
    .filter((rule) => rule.phase === wanted && (rule.when === "any" || rule.when.includes(facts.event.kind)))
    .sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
}

/**
 * Nobody means more; somebody who pastes a log may. On an issue of 60,000 characters so many are a second or two of work,
 * in which nobody else of this process has their turn.
 */
const MOST_CALLS = 10;

/** Each command of a comment in turn, one seeing the other's effect; then one receipt for all of them. */
function planCalls(facts: IssueFacts, registry: Registry): Change[] {
  if (facts.event.kind !== "comment-created" || facts.actor.kind !== "person") return [];
  const { commentId } = facts.event;
  const all = slashCalls(facts.event.body, commentId);
  if (all.length === 0) return [];
  const calls = all.slice(0, MOST_CALLS);
  const changes: Change[] = [];
  const sorry: string[] =
    all.length > MOST_CALLS
      ? [`Only the first ${MOST_CALLS} commands of a comment are taken: write the others in another one.`]
      : [];
  let barred: Change | undefined;
  let current = facts;
  for (const call of calls) {
    const command = registry.commands.find(({ name }) => name === call.name);
    if (command !== undefined && !allows(current.role, command.needs(call.words))) {
      barred ??= barredChange(current, command, call);
      continue;
    }
    const planned =
      command === undefined
        ? unknown(call, registry)
        : honest(command.run(call, current, registry.commands), facts.config.mode);
    if (isRefusal(planned)) sorry.push(planned.sentence);
    else {
      changes.push(...planned);
      current = fold(current, planned);
    }
  }
  return [...changes, ...receipt(facts, commentId, { sorry, barred })];
}

function receipt(
  facts: IssueFacts,
  commentId: number,
  outcome: { sorry: string[]; barred: Change | undefined },
): Change[] {
  const issue = facts.issue.ref;
  const bad = outcome.sorry.length > 0 || outcome.barred !== undefined;
  const changes: Change[] = [{ kind: "react", issue, commentId, reaction: "eyes" }];
  if (outcome.barred !== undefined) changes.push(outcome.barred);
  if (outcome.sorry.length > 0) {
    const view = { who: facts.actor.login, sentences: outcome.sorry };
    changes.push({
      kind: "put-comment",
      issue,
      slot: `sorry.${commentId}`,
      once: true,
      call: { template: "postmortem/sorry", view },
    });
  }
  changes.push({ kind: "react", issue, commentId, reaction: bad ? "confused" : "+1" });
  return changes;
}

/** Said once per issue, whoever asks: a bot that scolds everybody is taken off. */
function barredChange(facts: IssueFacts, command: Command, call: CommandCall): Change {
  const view = { who: facts.actor.login, command: call.name, needs: command.needs(call.words) };
  return {
    kind: "put-comment",
    issue: facts.issue.ref,
    slot: "refused",
    once: true,
    call: { template: "postmortem/refused", view },
  };
}

function unknown(call: CommandCall, registry: Registry): Refusal {
  const guess = nearest(
    call.name,
    registry.commands.map(({ name }) => name),
  );
  const hint =
    guess === undefined ? "`/postmortem help` lists what there is." : `Did you mean \`/postmortem ${guess}\`?`;
  return refuse(`There is no command ${inCode(call.name)}. ${hint}`);
}

function inCode(word: string): string {
  return `\`${word.replaceAll(/[^\w.-]/gu, "").slice(0, 30)}\``;
}

function isRefusal(planned: Planned): planned is Refusal {
  return "kind" in planned;
}

const QUIET = new Set<Change["kind"]>(["put-body", "set-assignees", "set-issue-state"]);
/** Comments that stay in quiet mode: the status, answers to a person's comment, and what gives a person's text back. */
const QUIET_SLOTS = /^(?:status|refused|restored\..+|[a-z]+\.\d+)$/u;

/** dry-run: nothing is written. quiet: labels and the status comment only, and answers to who asked. */
function allowedBy(mode: Mode, changes: Change[]): Change[] {
  if (mode === "dry-run") return [];
  return mode === "quiet" ? changes.filter(isQuiet) : changes;
}

type Mode = IssueFacts["config"]["mode"];

function isQuiet(change: Change): boolean {
  return !QUIET.has(change.kind) && (change.kind !== "put-comment" || QUIET_SLOTS.test(change.slot));
}

/** No thumb for what quiet mode leaves undone: a command of which nothing is left is refused instead. */
function honest(planned: Planned, mode: Mode): Planned {
  if (mode !== "quiet" || isRefusal(planned)) return planned;
  const written = planned.filter((change) => change.kind !== "save-postmortem" && !isEmpty(change));
  if (written.length === 0 || written.some(isQuiet)) return planned;
  return refuse("This repository keeps the app quiet (`mode: quiet`): it writes labels and the status comment only.");
}

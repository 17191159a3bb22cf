import { allows } from "../domain/actor.ts";
import type { Change } from "../domain/change.ts";
import type { Facts, IssueFacts, TenantFacts } from "../domain/facts.ts";
import { type Refusal, refuse, unreachable } from "../domain/refusal.ts";
import type { Command, CommandCall, IssueRule, Planned, Registry } from "./define.ts";
import { compact, fold } from "./fold.ts";
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

/** Each command of a comment in turn, one seeing the other's effect; then one receipt for all of them. */
function planCalls(facts: IssueFacts, registry: Registry): Change[] {
  if (facts.event.kind !== "comment-created" || facts.actor.kind !== "person") return [];
  const { commentId } = facts.event;
  const calls = slashCalls(facts.event.body, commentId);
  if (calls.length === 0) return [];
  const changes: Change[] = [];
  const sorry: string[] = [];
  let barred: Change | undefined;
  let current = facts;
  for (const call of calls) {
    const command = registry.commands.find(({ name }) => name === call.name);
    if (command !== undefined && !allows(current.role, command.needs(call.words))) {
      barred ??= barredChange(current, command, call);
      continue;
    }
    const planned = command === undefined ? unknown(call, registry) : command.run(call, current, registry.commands);
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

/** dry-run: nothing is written. quiet: labels and the status comment only. */
function allowedBy(mode: IssueFacts["config"]["mode"], changes: Change[]): Change[] {
  if (mode === "dry-run") return [];
  if (mode === "quiet") return changes.filter((change) => !QUIET.has(change.kind));
  return changes;
}

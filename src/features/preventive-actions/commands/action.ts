import { z } from "zod";

import { calm } from "../../../domain/calm.ts";
import { isLogin } from "../../../domain/actor.ts";
import { isCalendarDay } from "../../../domain/day.ts";
import { ActionType, type PreventiveAction } from "../../../domain/preventive-action.ts";
import { refuse } from "../../../domain/refusal.ts";
import { type CommandFacts, defineCommand, type Planned } from "../../../plan/define.ts";
import { freeText } from "../../../plan/slash.ts";
import { BODY_CAP } from "../../postmortem/template.ts";
import { addAction, dropAction, markNa, setDue, setOwner, tick } from "../parse/edit-actions.ts";
import type { ParsedAction } from "../parse/parsed-action.ts";
import { actionNamed, trackActions, writtenAction } from "../track.ts";

/** What a sub-command does to the body; undefined when the words do not fit it. */
type Edit = (facts: CommandFacts, target: Target, words: readonly string[]) => Planned | undefined;

interface Target {
  readonly action: PreventiveAction;
  readonly written: ParsedAction;
}

const EDITS: Readonly<Record<string, Edit>> = {
  done: markDone,
  reopen: (facts, { action, written }) => {
    const { evidence: _, settledAt: __, ...open } = action;
    return [body(facts, tick(facts.issue.body, written, false)), remembered(facts, { ...open, status: "open" })];
  },
  assign: (facts, { written }, [login]) => {
    const owner = login?.replace(/^@/u, "") ?? "";
    return isLogin(owner) ? [body(facts, setOwner(facts.issue.body, written, owner))] : undefined;
  },
  due: (facts, { written }, [day]) => {
    if (day === undefined || !isCalendarDay(day))
      return refuse("Write the day as 2026-12-01: `/postmortem action due 2 2026-12-01`.");
    return [body(facts, setDue(facts.issue.body, written, day))];
  },
  drop: (facts, { written }) => withReason(facts, (reason) => dropAction(facts.issue.body, written, reason)),
  na: (facts, { written }) => withReason(facts, (reason) => markNa(facts.issue.body, written, reason)),
};

const USAGE = [
  'action add "what to do" [@owner] [due=2026-12-01] [type=prevent|detect|mitigate]',
  "action done <n> [link]",
  "action reopen <n>",
  "action assign <n> @login",
  "action due <n> <2026-12-01>",
  'action drop <n> "reason"',
  'action na <n> "reason"',
];

export default defineCommand({
  name: "action",
  usage: USAGE,
  summary: "Add a preventive action, or say what became of one. `<n>` is its place in the list.",
  needs: "triage",
  args: z.array(z.string()).min(1),
  plan(words, facts) {
    const [verb = "", which = "", ...rest] = words;
    if (verb === "add") return add(facts, words.slice(1));
    const edit = Object.hasOwn(EDITS, verb) ? EDITS[verb] : undefined;
    if (edit === undefined)
      return refuse("After `action` comes one of `add`, `done`, `reopen`, `assign`, `due`, `drop`, `na`.");
    const target = targetOf(facts, which);
    if (target === undefined)
      return refuse(
        `There is no action ${which === "" ? "without a number" : "of that number"}: the status comment counts them from 1.`,
      );
    const planned =
      edit(facts, target, rest) ??
      refuse(`Write it as \`/postmortem ${USAGE.find((form) => form.startsWith(`action ${verb}`)) ?? "help"}\`.`);
    return fits(planned);
  },
});

function add(facts: CommandFacts, words: readonly string[]): Planned {
  const { named } = facts.call;
  const isOwner = (word: string): boolean => word.startsWith("@") && isLogin(word.slice(1));
  const owner = words.find(isOwner)?.slice(1);
  const rest = facts.call.rest.replace(/^add\b/u, "");
  const text = freeText({ rest }, ["due", "type"], isOwner);
  if (text === "") return refuse('Say what is to be done: `/postmortem action add "Alert on snapshot age" @alice`.');
  const due = named["due"];
  if (due !== undefined && !isCalendarDay(due)) return refuse("Write the day as due=2026-12-01.");
  const type = ActionType.safeParse(named["type"]);
  if (named["type"] !== undefined && !type.success) return refuse("The type is one of prevent, detect, mitigate.");
  const line = {
    text: calm(text),
    ...(owner === undefined ? {} : { owner }),
    ...(due === undefined ? {} : { due }),
    ...(type.success ? { type: type.data } : {}),
  };
  return fits([body(facts, addAction(facts.issue.body, line))]);
}

function markDone(facts: CommandFacts, { action, written }: Target, [link]: readonly string[]): Planned {
  if (link !== undefined && !/^(?:https?:\/\/\S+|(?:[\w.-]+\/[\w.-]+)?#\d+)$/u.test(link))
    return refuse("The evidence is a link, or a number like #12 or owner/repo#12.");
  const evidence = link ?? action.evidence;
  const done: PreventiveAction = {
    ...action,
    status: evidence === undefined ? "ticked" : "delivered",
    settledAt: facts.now,
    ...(evidence === undefined ? {} : { evidence }),
  };
  return [body(facts, tick(facts.issue.body, written, true)), remembered(facts, done)];
}

function withReason(facts: CommandFacts, edit: (reason: string) => string): Planned {
  const [, , ...said] = facts.call.rest.split(/\s+/u);
  const reason = calm(freeText({ rest: said.join(" ") }));
  return reason === ""
    ? refuse('Say why: `/postmortem action drop 2 "the component is going away"`.')
    : [body(facts, edit(reason))];
}

function targetOf(facts: CommandFacts, which: string): Target | undefined {
  const action = actionNamed(which, trackActions(facts, facts.postmortem));
  const written = action === undefined ? undefined : writtenAction(facts.issue.body, action.key);
  return action === undefined || written === undefined ? undefined : { action, written };
}

function body(
  facts: CommandFacts,
  text: string,
): { kind: "put-body"; issue: CommandFacts["issue"]["ref"]; body: string } {
  return { kind: "put-body", issue: facts.issue.ref, body: text };
}

/** What the body cannot say (the evidence) is kept with the postmortem. */
function remembered(
  facts: CommandFacts,
  action: PreventiveAction,
): { kind: "save-postmortem"; postmortem: CommandFacts["postmortem"] } {
  const actions = trackActions(facts, facts.postmortem).map((one) => (one.key === action.key ? action : one));
  return { kind: "save-postmortem", postmortem: { ...facts.postmortem, actions } };
}

function fits(planned: Planned): Planned {
  if ("kind" in planned) return planned;
  const isFull = planned.some((change) => change.kind === "put-body" && change.body.length > BODY_CAP);
  return isFull ? refuse("The issue is full: GitHub takes no more than 65,536 characters.") : planned;
}

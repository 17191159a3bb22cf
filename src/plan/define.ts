import type { z } from "zod";

import type { Role } from "../domain/actor.ts";
import type { Change } from "../domain/change.ts";
import type { EventKind } from "../domain/event.ts";
import type { IssueFacts, TenantFacts, WeekFacts } from "../domain/facts.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { refuse, type Refusal } from "../domain/refusal.ts";

/** One line of a comment that asks for something: `/postmortem due 2 2026-12-01 note="after the freeze"`. */
export interface CommandCall {
  readonly name: string;
  readonly words: readonly string[];
  /** `key=value` words. */
  readonly named: Readonly<Record<string, string>>;
  /** The line after the command's name, as written. */
  readonly rest: string;
  /** The comment that holds the line; 0 when asked from the command line. */
  readonly commentId: number;
}

/** What a command on a postmortem may look at. */
export interface CommandFacts extends IssueFacts {
  readonly postmortem: Postmortem;
  readonly call: CommandCall;
  /** Every command there is, for help. */
  readonly commands: readonly Command[];
}

export type Planned = readonly Change[] | Refusal;

/** A command as the frame sees it: arguments are parsed inside. */
export interface Command {
  readonly name: string;
  /** Each form of it, without the prefix: `severity <1-4>`. */
  readonly usage: readonly string[];
  readonly summary: string;
  /** The least role that may use it. Some forms need more than others. */
  readonly needs: (words: readonly string[]) => Role;
  readonly who: Role;
  /** Most need a postmortem; `start` and `help` work on any issue. */
  readonly on: "postmortem" | "issue";
  readonly run: (call: CommandCall, facts: IssueFacts, commands: readonly Command[]) => Planned;
}

interface PostmortemCommand<Args extends z.ZodType> {
  readonly name: string;
  readonly usage: readonly string[];
  readonly summary: string;
  readonly needs: Role;
  readonly needsFor?: (words: readonly string[]) => Role | undefined;
  readonly args: Args;
  readonly plan: (args: z.output<Args>, facts: CommandFacts) => Planned;
}

/** A command on a postmortem. Parsing, permission, the reaction and the refusal are the frame's work. */
export function defineCommand<Args extends z.ZodType>(command: PostmortemCommand<Args>): Command {
  return {
    ...named(command),
    on: "postmortem",
    run(call, facts, commands) {
      const { postmortem } = facts;
      if (postmortem === undefined)
        return refuse("This issue is not a postmortem yet: `/postmortem start` makes it one.");
      const args = command.args.safeParse(call.words);
      if (!args.success) return refuse(usageOf(command, args.error));
      return command.plan(args.data, { ...facts, postmortem, call, commands });
    },
  };
}

interface IssueCommand {
  readonly name: string;
  readonly usage: readonly string[];
  readonly summary: string;
  readonly needs: Role;
  readonly plan: (facts: IssueFacts, call: CommandCall, commands: readonly Command[]) => Planned;
}

/** A command that works on any issue. */
export function defineIssueCommand(command: IssueCommand): Command {
  return { ...named(command), on: "issue", run: (call, facts, commands) => command.plan(facts, call, commands) };
}

export interface IssueRule {
  readonly facts: "issue";
  readonly name: string;
  readonly when: readonly EventKind[] | "any";
  /** Rules plan before the commands of a comment, or after them; within a phase the lower `order` goes first. */
  readonly phase: "before" | "after";
  readonly order: number;
  readonly plan: (facts: IssueFacts) => readonly Change[];
}

export function defineRule(rule: Pick<IssueRule, "name" | "when" | "plan"> & Partial<IssueRule>): IssueRule {
  return { phase: "before", order: 0, ...rule, facts: "issue" };
}

export interface WeekRule {
  readonly facts: "week";
  readonly name: string;
  readonly plan: (facts: WeekFacts) => readonly Change[];
}

export function defineWeekRule(rule: Omit<WeekRule, "facts">): WeekRule {
  return { ...rule, facts: "week" };
}

export interface TenantRule {
  readonly facts: "tenant";
  readonly name: string;
  readonly when: readonly EventKind[];
  readonly plan: (facts: TenantFacts) => readonly Change[];
}

export function defineTenantRule(rule: Omit<TenantRule, "facts">): TenantRule {
  return { ...rule, facts: "tenant" };
}

export type Rule = IssueRule | WeekRule | TenantRule;

/** All that can be asked of the app and all that it does by itself. */
export interface Registry {
  readonly commands: readonly Command[];
  readonly rules: readonly Rule[];
}

function named(command: Pick<PostmortemCommand<z.ZodType>, "name" | "usage" | "summary" | "needs" | "needsFor">) {
  return {
    name: command.name,
    usage: command.usage,
    summary: command.summary,
    who: command.needs,
    needs: (words: readonly string[]) => command.needsFor?.(words) ?? command.needs,
  };
}

function usageOf(command: { readonly usage: readonly string[] }, error: z.ZodError): string {
  const said = error.issues[0]?.message ?? "";
  const why = said === "" || said.startsWith("Invalid") || said.startsWith("Too ") ? "" : `${said}. `;
  return `${why}Write it as ${command.usage.map((form) => `\`/postmortem ${form}\``).join(" or ")}.`;
}

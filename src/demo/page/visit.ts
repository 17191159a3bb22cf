import { setCookie, getCookie } from "hono/cookie";
import type { Context } from "hono";

import type { Call } from "../recorder.ts";
import type { Stage } from "../stage.ts";
import { inWords } from "../words.ts";
import { PEOPLE } from "../world.ts";

/** A deed on the page, and what the app did about it. */
export interface Turn {
  readonly n: number;
  readonly what: string;
  /** The issue it was done to. */
  readonly issue: number | undefined;
  readonly at: string;
  readonly calls: readonly Call[];
}

/** What every page shows. */
export interface Visit {
  /** Who the visitor plays. */
  readonly who: string;
  readonly now: string;
  /** Where forms lead back to. */
  readonly back: string;
  readonly notice: string | undefined;
  readonly faults: readonly string[];
  readonly last: Turn | undefined;
}

export interface Play {
  readonly turns: readonly Turn[];
  visit(context: Context): Promise<Visit>;
  /** Does something, waits for the app's answer and keeps both. One at a time. */
  turn(what: string, issue: number | undefined, deed: () => void | Promise<void>): Promise<void>;
}

/** Write access: may tick boxes in the app's comment. */
const EVERYBODY_STARTS_AS = "ana";

export function createPlay(stage: Stage): Play {
  const turns: Turn[] = [];
  let notice: string | undefined;
  let queue: Promise<void> = Promise.resolve();

  // oxlint-disable-next-line max-params -- reads as a sentence
  async function play(what: string, issue: number | undefined, deed: () => void | Promise<void>): Promise<void> {
    const from = stage.calls.length;
    const at = stage.now();
    try {
      await deed();
    } catch (error) {
      notice = error instanceof Error ? error.message : String(error);
      return;
    }
    await stage.settle();
    const calls = stage.calls.slice(from);
    turns.push({ n: turns.length + 1, what, issue, at, calls });
    console.log(`\n${what}`);
    for (const call of calls) console.log(`  ${call.method === "GET" ? "·" : "→"} ${inWords(call)}`);
  }

  return {
    turns,
    async visit(context) {
      const told = notice;
      notice = undefined;
      const { pathname, search } = new URL(context.req.url);
      return {
        who: actorOf(context),
        now: stage.now(),
        back: pathname + search,
        notice: told,
        faults: await stage.faults(),
        last: turns.at(-1),
      };
    },
    // oxlint-disable-next-line max-params -- reads as a sentence
    async turn(what, issue, deed) {
      queue = queue.then(() => play(what, issue, deed));
      await queue;
    },
  };
}

export function actorOf(context: Context): string {
  const who = getCookie(context, "who");
  return who !== undefined && Object.hasOwn(PEOPLE, who) ? who : EVERYBODY_STARTS_AS;
}

export function becomes(context: Context, who: string): void {
  if (Object.hasOwn(PEOPLE, who)) setCookie(context, "who", who, { path: "/", sameSite: "Strict", httpOnly: true });
}

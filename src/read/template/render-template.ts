import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { z } from "zod";

import type { Filled, TemplateJob } from "./fill-template.ts";

export interface TemplateRenderer {
  /** Checks and fills in a template of a repository. A template that is wrong or runs away is a problem, not a throw. */
  render(job: TemplateJob): Promise<Filled>;
  /** Ends the thread; a later `render` starts another. */
  close(): Promise<void>;
}

export interface TemplateRendererOptions {
  /** How long one template may take, in milliseconds, once the thread is up. */
  readonly timeLimitMs?: number;
  readonly worker?: URL;
}

const WORKER = new URL("template-worker.ts", import.meta.url);
const TIME_LIMIT_MS = 100;
/** On a busy machine a harmless template can lose its 100 ms to others; twice in a row is no chance. */
const ATTEMPTS = 2;
/** Enough for Handlebars and 60,000 characters; a template that needs more is cut off by V8. */
const LIMITS = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8, codeRangeSizeMb: 16, stackSizeMb: 2 };

const Answer = z.union([
  z.object({ markdown: z.string() }),
  z.object({
    problems: z.array(z.object({ file: z.string(), line: z.number(), column: z.number(), message: z.string() })),
  }),
]);

/**
 * Fills in templates in a thread of their own, one at a time: without our environment, with little memory, and ended
 * from outside when it takes too long. Handlebars itself knows no limit.
 */
export function createTemplateRenderer(options: TemplateRendererOptions = {}): TemplateRenderer {
  const { timeLimitMs = TIME_LIMIT_MS, worker: script = WORKER } = options;
  let warm: Worker | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function render(job: TemplateJob): Promise<Filled> {
    const turn = queue.then(async () => renderNow(job, ATTEMPTS));
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function renderNow(job: TemplateJob, attempts: number): Promise<Filled> {
    const worker = warm ?? (await startWorker(script));
    if (warm === undefined) worker.once("exit", () => (warm = warm === worker ? undefined : warm));
    warm = worker;
    worker.ref();
    const answer = await ask(worker, job, timeLimitMs);
    if (typeof answer !== "string") {
      worker.unref();
      return Answer.parse(answer);
    }
    await end();
    if (attempts > 1) return renderNow(job, attempts - 1);
    return { problems: [{ file: job.file, line: 1, column: 1, message: answer }] };
  }

  async function end(): Promise<void> {
    const worker = warm;
    warm = undefined;
    await worker?.terminate();
  }

  return { render, close: async () => queue.then(end) };
}

/** Throws when the thread cannot start: that is our fault, not the template's. */
async function startWorker(script: URL): Promise<Worker> {
  const worker = new Worker(script, { env: {}, execArgv: [], stdout: true, stderr: true, resourceLimits: LIMITS });
  await once(worker, "message");
  // A thread that breaks while nobody waits for it must not end the app; the next job finds it gone.
  worker.on("error", () => undefined);
  return worker;
}

/** What the thread answers; a sentence when there will be no answer. */
async function ask(worker: Worker, job: TemplateJob, timeLimitMs: number): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  const timer = setTimeout(() => done.abort(), timeLimitMs);
  try {
    const answered = once(worker, "message", { signal });
    const ended = once(worker, "exit", { signal });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(job);
    const [first]: unknown[] = await Promise.race([answered, ended]);
    return typeof first === "object" ? first : "this ended the thread that fills in templates; make it simpler";
  } catch {
    if (signal.aborted) return `this takes longer than ${timeLimitMs} ms; make it simpler`;
    return "this needs more memory than a template may have; make it simpler";
  } finally {
    clearTimeout(timer);
    // Takes the listeners off again.
    done.abort();
  }
}

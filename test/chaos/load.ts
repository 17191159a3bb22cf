import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

import type { Tenant } from "./rig.ts";
import { SECRET } from "./sandbox-process.ts";

/** A webhook ready to be sent. */
export interface Post {
  readonly id: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

/** What became of a post. Times are of `performance.now()`. */
export interface Answer {
  readonly id: string;
  /** When it was due to be sent, which is before it was sent if the sender was late. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** 0 when there was no answer. */
  readonly status: number;
}

interface Example {
  readonly name: string;
  readonly payload: { readonly action: string } & Record<"issue" | "repository", object>;
}

/** GitHub hangs up after so long. */
const PATIENCE_MS = 10_000;
const agent = new Agent({ keepAlive: true });
const EXAMPLES = examples();

/** GitHub's own example payloads of issues and comments on them, about 12 kB each. */
function examples(): Example[] {
  const all = createRequire(import.meta.url)("@octokit/webhooks-examples") as {
    name: string;
    examples: Example["payload"][];
  }[];
  return all
    .filter(({ name }) => name === "issues" || name === "issue_comment")
    .flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })))
    .filter(({ payload }) => "issue" in payload && "repository" in payload);
}

/** What people do all day on issues that are nothing to the app: it keeps them, looks into its store, and lets them go. */
const EVERYDAY: ReadonlySet<string> = new Set(["created", "assigned", "unassigned", "reopened"]);

/** The nth webhook of a stream that goes round the tenants, each about another issue. */
export function everydayPost(n: number, tenants: readonly Tenant[]): Post {
  const everyday = EXAMPLES.filter(({ payload }) => EVERYDAY.has(payload.action));
  const tenant = tenants[n % tenants.length];
  const example = everyday[n % everyday.length];
  if (tenant === undefined || example === undefined) throw new Error("There is nobody to send for");
  const { name, payload } = example;
  const body = Buffer.from(
    JSON.stringify({
      ...payload,
      issue: { ...payload.issue, number: 1_000 + n },
      repository: { ...payload.repository, id: tenant.repositoryId, full_name: tenant.repository },
      installation: { id: tenant.installationId },
    }),
  );
  const id = `everyday-${n}`;
  return {
    id,
    body,
    headers: {
      "content-type": "application/json",
      "content-length": body.length,
      "x-github-event": name,
      "x-github-delivery": id,
      "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`,
    },
  };
}

/** Sends on time whatever becomes of those before, as many people do who know nothing of each other. */
export interface Stream {
  /** Those that have come so far. */
  readonly answers: readonly Answer[];
  /** Sends no more, and resolves when all were answered. */
  stop(): Promise<readonly Answer[]>;
}

/** `rate` posts a second until it is stopped. */
export function startStream(url: string, postOf: () => Post, rate: number): Stream {
  const started = performance.now();
  const answers: Answer[] = [];
  const sending: Promise<unknown>[] = [];
  let isStopped = false;
  async function run(): Promise<void> {
    for (let n = 0; ; n += 1) {
      const due = started + (n * 1_000) / rate;
      const ahead = due - performance.now();
      if (ahead > 0) await sleep(ahead);
      if (isStopped) return;
      sending.push(send(url, postOf(), due).then((answer) => answers.push(answer)));
    }
  }
  const running = run();
  return {
    answers,
    async stop() {
      isStopped = true;
      await running;
      await Promise.all(sending);
      return answers;
    },
  };
}

/** Sends the next when one was answered, with so many under way. */
export async function sendInTurn(
  url: string,
  postOf: (n: number) => Post,
  { count, atOnce }: { count: number; atOnce: number },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  async function line(): Promise<void> {
    while (next < count) answers.push(await send(url, postOf(next++), performance.now()));
  }
  await Promise.all(Array.from({ length: atOnce }, line));
  return answers;
}

async function send(url: string, post: Post, sentAt: number): Promise<Answer> {
  const status = await new Promise<number>((resolve) => exchange(url, post, resolve));
  return { id: post.id, sentAt, answeredAt: performance.now(), status };
}

function exchange(url: string, post: Post, told: (status: number) => void): void {
  const { headers, body } = post;
  const sent = request(url, { method: "POST", agent, headers, timeout: PATIENCE_MS }, (response) => {
    response.resume();
    response.on("end", () => told(response.statusCode ?? 0));
    response.on("error", () => told(0));
  });
  sent.on("timeout", () => sent.destroy());
  sent.on("error", (error: NodeJS.ErrnoException) => {
    // The server hung up an idle connection at the moment it was used again: nothing was sent on it.
    if (sent.reusedSocket && error.code === "ECONNRESET") exchange(url, post, told);
    else told(0);
  });
  sent.end(body);
}

export function isAcknowledged({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

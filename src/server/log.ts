import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";

import type { Env } from "../env.ts";
import { createScrub } from "./scrub.ts";

export type Log = Logger;

const HEADERS = ["authorization", "cookie", "x-hub-signature", "x-hub-signature-256"];

/**
 * The log: one JSON object a line. No line at any level holds a token, a key or a secret, nor the body of a webhook:
 * named headers are cut, errors are reduced to a few fields, and what remains is scrubbed as text.
 *
 * @param to where lines go; standard output by default.
 */
export function createLog(
  env: Pick<Env, "logLevel" | "credentials" | "slackWebhookUrl" | "notifyWebhook">,
  to?: DestinationStream,
): Log {
  const { privateKey, webhookSecrets = [] } = env.credentials ?? {};
  const scrub = createScrub(
    [privateKey, env.slackWebhookUrl, env.notifyWebhook?.url, env.notifyWebhook?.secret, ...webhookSecrets].filter(
      (secret) => secret !== undefined,
    ),
  );
  const options = {
    level: env.logLevel,
    name: "postmortem",
    redact: {
      paths: [
        "event.payload",
        "payload",
        "token",
        "*.token",
        ...HEADERS.flatMap((name) => [`headers["${name}"]`, `req.headers["${name}"]`]),
      ],
      censor: "[hidden]",
    },
    serializers: { err: describe, error: describe, req: stdSerializers.req, res: stdSerializers.res },
    hooks: { streamWrite: scrub },
    onChild: quietenHttp,
  };
  return to === undefined ? pino(options) : pino(options, to);
}

/** Probot logs each request; at `info` one line per delivery is enough, and that line is the worker's. */
function quietenHttp(child: Logger): void {
  if (child.bindings()["name"] === "http" && child.level === "info") child.level = "warn";
}

/** Octokit's and Probot's errors carry requests, headers and whole webhooks: only what helps to understand is kept. */
function describe(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === "object" && error !== null ? { type: "object" } : error;
  const causes = error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...("status" in error ? { status: error.status } : {}),
    ...("code" in error ? { code: error.code } : {}),
    ...(causes.length > 0 && depth < 4 ? { causes: causes.map((cause: unknown) => describe(cause, depth + 1)) } : {}),
  };
}

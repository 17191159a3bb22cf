import { z } from "zod";

import { EnvFault } from "../env.ts";
import { whyGitHubRefused } from "./github.ts";

/** What was typed makes no sense: told with the usage, exit code 2. */
export class WrongUse extends Error {
  override readonly name = "WrongUse";
}

/** Does the work of a sub-command and gives its exit code: 2 for wrong use, 1 for what went wrong, told in a sentence. */
export async function exitCodeOf(usage: string, work: () => Promise<number>): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount("error", endQuietly) === 0) stream.on("error", endQuietly);
  }
  try {
    return await work();
  } catch (error) {
    const misuse = whyWrongUse(error);
    if (misuse === undefined) console.error(sentenceOf(error));
    else console.error(`${misuse}\n\nusage: ${usage}`);
    return misuse === undefined ? 1 : 2;
  }
}

/** Whoever reads has seen enough: `… | head -1`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}

function whyWrongUse(error: unknown): string | undefined {
  if (error instanceof WrongUse || error instanceof EnvFault) return error.message;
  const isOfFlags = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
  // Node goes on about arguments that begin with a dash, which nobody means.
  return isOfFlags ? `${error.message.split(". ")[0] ?? error.message}.` : undefined;
}

/** Mistakes of ours come with their place; for everything else the sentence and its causes will do. */
const MISTAKES = [TypeError, ReferenceError, SyntaxError, z.ZodError];

function sentenceOf(error: unknown): string {
  const refused = whyGitHubRefused(error);
  if (refused !== undefined) return refused;
  if (!(error instanceof Error)) return String(error);
  if (MISTAKES.some((mistake) => error instanceof mistake)) return error.stack ?? error.message;
  return error.cause === undefined ? error.message : `${error.message}\n  ${causeOf(error.cause)}`;
}

/** A refused connection is several failures in one, without a message of its own. */
function causeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === "") return cause.errors.map(causeOf).join("; ");
  return cause instanceof Error ? cause.message : String(cause);
}

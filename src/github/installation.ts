import { z } from "zod";

import type { InstallationId } from "../domain/ids.ts";
import { exchange } from "./exchange.ts";
import type { Clock, Limits, RequestKind } from "./limits.ts";
import type { Octokit } from "./octokit.ts";
import { isUnauthorised } from "./read-again.ts";

type Request = Octokit["request"];

interface RequestOptions extends RequestKind {
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/** What a client asks to send each of its requests. */
export type Hook = (request: Request, options: RequestOptions) => ReturnType<Request>;

interface InstallationDeps {
  readonly installationId: InstallationId;
  /** The app's own, which keeps the tokens, each under the id of its installation. */
  readonly auth: (options: {
    readonly type: "installation";
    readonly installationId: InstallationId;
    readonly refresh?: true;
  }) => Promise<unknown>;
  readonly clock: Clock;
  readonly limits: Limits;
}

const Token = z.object({ token: z.string(), createdAt: z.string() });
type Token = z.infer<typeof Token>;

/** A token younger than this may not be known everywhere at GitHub: it is tried again before it counts as refused. */
const YOUNG_MS = 5_000;
const TRIES = 4;
const PAUSE_MS = 1_000;

/**
 * What one installation has of its own: the name it signs in with, and its budgets. It is small, as there are thousands;
 * everything else of a client is shared.
 */
export function createInstallation({ installationId, auth, clock, limits }: InstallationDeps): Hook {
  let refused: string | undefined;

  async function signIn(): Promise<Token> {
    const signed = Token.parse(await auth({ type: "installation", installationId }));
    if (signed.token !== refused) return signed;
    return Token.parse(await auth({ type: "installation", installationId, refresh: true }));
  }

  return async function send(request, options) {
    let signed: Token | undefined;
    const sending = {
      prepare: async () => (signed = await signIn()),
      send: async ({ token }: Token) =>
        request({ ...options, headers: { ...options.headers, authorization: `token ${token}` } }),
    };
    for (let tries = 1; ; tries += 1) {
      try {
        return await exchange(options, sending, { clock, limits });
      } catch (error) {
        if (signed === undefined || !isUnauthorised(error)) throw error;
        if (!isYoung(signed) || tries >= TRIES) {
          refused = signed.token;
          throw error;
        }
        await clock.sleep(tries * PAUSE_MS);
      }
    }
  };
}

function isYoung({ createdAt }: Token): boolean {
  return Date.now() - Date.parse(createdAt) < YOUNG_MS;
}

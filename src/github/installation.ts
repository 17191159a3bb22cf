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

/** The app's own client, as much of it as an installation needs: how it sends, and how it signs in. */
export interface AppClient extends Octokit {
  readonly auth: (options: {
    readonly type: "installation";
    readonly installationId: InstallationId;
    readonly refresh?: true;
  }) => Promise<unknown>;
}

export interface InstallationDeps {
  readonly app: AppClient;
  readonly installationId: InstallationId;
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
 * The client of one installation. It is small, as there are thousands: address and sending are those of the app's client,
 * tokens are kept by it, each under the id of its installation. Its own are the budgets, and the name it signs in with.
 */
export function createInstallationClient({ app, installationId, clock, limits }: InstallationDeps): Octokit {
  let refused: string | undefined;

  async function signIn(): Promise<Token> {
    const signed = Token.parse(await app.auth({ type: "installation", installationId }));
    if (signed.token !== refused) return signed;
    return Token.parse(await app.auth({ type: "installation", installationId, refresh: true }));
  }

  async function send(request: Request, options: RequestOptions): ReturnType<Request> {
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
  }

  // In the place of the app's own hooks, which would sign in as the app.
  return { request: app.request.defaults({ request: { hook: send } }) };
}

function isYoung({ createdAt }: Token): boolean {
  return Date.now() - Date.parse(createdAt) < YOUNG_MS;
}

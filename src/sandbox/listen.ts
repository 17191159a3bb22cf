import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import type { Bindings } from "./exchange.ts";

export type Sockets = Pick<Bindings, "incoming" | "outgoing">;

export interface Address {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
}

/** An HTTP server that listens when the promise resolves. Rejects with Node's own error when the port is taken. */
export function listen(
  { port, host }: Address,
  answer: (request: Request, sockets: Sockets) => Response | Promise<Response>,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: (request, env) => answer(request, env as Sockets), port, hostname: host }, () =>
      resolve(server as Server),
    );
    // Idle clients shall not meet a socket that is just being closed.
    if ("keepAliveTimeout" in server) server.keepAliveTimeout = 65_000;
    server.on("error", reject);
  });
}

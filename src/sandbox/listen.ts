import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { Bindings } from "./exchange.ts";

export type Sockets = Pick<Bindings, "incoming" | "outgoing">;

export interface Address {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
}

export interface Listening {
  readonly port: number;
  /** Cuts what is open, and resolves when the port is free. */
  close(): Promise<void>;
}

/** An HTTP server that listens when the promise resolves. Rejects with Node's own error when the port is taken. */
export function listen(
  { port, host }: Address,
  answer: (request: Request, sockets: Sockets) => Response | Promise<Response>,
): Promise<Listening> {
  const { promise, resolve, reject } = Promise.withResolvers<Listening>();
  const server = serve({ fetch: (request, env) => answer(request, env as Sockets), port, hostname: host }, () =>
    resolve({ port: (server.address() as AddressInfo).port, close }),
  );
  // Idle clients shall not meet a socket that is just being closed.
  if ("keepAliveTimeout" in server) server.keepAliveTimeout = 65_000;
  server.on("error", reject);
  return promise;

  async function close(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    if ("closeAllConnections" in server) server.closeAllConnections();
    await closed.promise;
  }
}

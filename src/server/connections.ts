import type { Server } from "node:http";
import type { Socket } from "node:net";

export interface ConnectionLimits {
  /** From the opening of a connection to the last of the first request's headers. */
  readonly headersTimeoutMs: number;
  readonly connections: number;
}

/**
 * Closes connections that open and then say nothing: a slow sender would otherwise hold one for as long as it likes,
 * since Node looks at its own header limit only twice a minute.
 */
export function guardConnections(server: Server, { headersTimeoutMs, connections }: ConnectionLimits): void {
  server.maxConnections = connections;
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = headersTimeoutMs * 2;
  server.keepAliveTimeout = 5_000;
  const silent = new Map<Socket, NodeJS.Timeout>();
  server.on("connection", (socket: Socket) => {
    const timer = setTimeout(() => socket.destroy(), headersTimeoutMs);
    timer.unref();
    silent.set(socket, timer);
    socket.once("close", () => heard(socket));
  });
  server.on("request", (request) => heard(request.socket));

  function heard(socket: Socket): void {
    clearTimeout(silent.get(socket));
    silent.delete(socket);
  }
}

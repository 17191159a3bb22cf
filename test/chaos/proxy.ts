import { connect, createServer, type Socket } from "node:net";

import { freePort } from "../crash/app-process.ts";

/** Stands before a server and can let it vanish. */
export interface Proxy {
  readonly port: number;
  /** Cuts every connection and takes no more. */
  close(): Promise<void>;
  open(): Promise<void>;
}

export async function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  const port = await freePort();
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on("close", () => clients.delete(client));
    client.on("error", () => client.destroy());
    const upstream = connect(target);
    joinSockets(client, upstream);
  });
  async function open(): Promise<void> {
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  }
  await open();
  return {
    port,
    open,
    async close() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

/** What the one says the other hears; when one ends, so does the other. */
export function joinSockets(client: Socket, upstream: Socket): void {
  upstream.on("error", () => client.destroy());
  upstream.on("close", () => client.destroy());
  client.on("close", () => upstream.destroy());
  client.pipe(upstream).pipe(client);
}

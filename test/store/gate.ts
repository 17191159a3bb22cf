import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

export interface Gate {
  /** The address of the database through the gate. */
  readonly url: string;
  /** Connections made so far. */
  readonly count: () => number;
  /** Breaks off all connections and refuses new ones until opened again. */
  readonly shut: () => Promise<void>;
  readonly open: () => Promise<void>;
  /** Connections stay, new ones are let in, and nothing passes: a network that swallows. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

export interface GateOptions {
  /** Speaks TLS towards the client, as a server with a certificate does. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** Stands between a client and a PostgreSQL server. */
export async function openGate(databaseUrl: string, { tls }: GateOptions = {}): Promise<Gate> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let port = 0;
  let frozen = false;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    follow(socket);
    if (frozen) return;
    if (tls === undefined) pass(socket);
    else socket.once("data", () => socket.write("S", () => pass(new TLSSocket(socket, { ...tls, isServer: true }))));
  });

  function pass(client: Socket): void {
    const behind = connect({ host: target.hostname, port: Number(target.port || 5432) });
    follow(behind);
    client.on("error", () => behind.destroy());
    for (const [from, to] of [
      [client, behind],
      [behind, client],
    ] as const) {
      from.on("data", (bytes: Buffer) => void (frozen || to.write(bytes)));
      from.on("close", () => to.destroy());
    }
  }

  function follow(socket: Socket): void {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  }

  async function open(): Promise<void> {
    await new Promise<void>((resolve) => {
      server.listen(port, "127.0.0.1", resolve);
    });
    port = (server.address() as AddressInfo).port;
  }

  await open();
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    url: url.href,
    count: () => connections,
    async shut() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    open,
    freeze: () => void (frozen = true),
    thaw: () => void (frozen = false),
  };
}

import { connect, type Socket } from "node:net";

export const MB = 1024 * 1024;

function head(headers: string): string {
  return `POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-github-event: issues\r\nx-github-delivery: hostile\r\nx-hub-signature-256: sha256=${"0".repeat(64)}\r\n${headers}\r\n\r\n`;
}

export interface Upload {
  readonly bytes: number;
  /** Without saying how long it will be. */
  readonly chunked?: boolean;
  /** Waited for before each megabyte. */
  readonly turn?: () => Promise<void>;
}

/** Sends so many bytes, or as many as the other side takes, and says what came back: a status, or "none". */
export async function upload(
  port: number,
  { bytes, chunked = false, turn = async () => undefined }: Upload,
): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
    socket.destroy();
  });
  socket.on("error", () => {});
  socket.on("close", () => resolve());
  socket.write(head(chunked ? "transfer-encoding: chunked" : `content-length: ${bytes}`));
  const piece = "x".repeat(MB);
  const framed = Buffer.from(chunked ? `${MB.toString(16)}\r\n${piece}\r\n` : piece);
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += MB) {
    await turn();
    await write(socket, framed, closed);
  }
  if (chunked) await write(socket, "0\r\n\r\n", closed);
  await closed;
  return answer.split(" ")[1] ?? "none";
}

async function write(socket: Socket, data: string | Buffer, closed: Promise<void>): Promise<void> {
  if (socket.destroyed || socket.write(data)) return;
  await Promise.race([closed, new Promise((resolve) => socket.once("drain", resolve))]);
}

/** So many who begin a request and never end it. */
export function slowSenders(port: number, count: number): { stop(): void } {
  const slow = Array.from({ length: count }, () => connect(port, "127.0.0.1"));
  for (const socket of slow) {
    socket.on("error", () => {});
    socket.write("POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\n");
  }
  return {
    stop() {
      for (const socket of slow) socket.destroy();
    },
  };
}

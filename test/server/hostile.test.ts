import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";

import { afterEach, expect, it } from "vitest";

import { endAll, start } from "./own-process.ts";
import { deliver, PRIVATE_KEY, SECRET } from "./support.ts";

const MB = 1024 * 1024;

afterEach(endAll);

/** Resident memory in MB: now, or the most there ever was. */
function memory(pid: number | undefined, which: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  return Number(new RegExp(`^${which}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1]) / 1024;
}

function head(headers: string): string {
  return `POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-github-event: issues\r\nx-github-delivery: hostile\r\nx-hub-signature-256: sha256=${"0".repeat(64)}\r\n${headers}\r\n\r\n`;
}

/** Sends so many bytes, or as many as the other side takes, and says what came back. */
async function upload(port: number, bytes: number, chunked: boolean): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.on("close", () => resolve());
  socket.write(head(chunked ? "transfer-encoding: chunked" : `content-length: ${bytes}`));
  const piece = "x".repeat(MB);
  const framed = chunked ? `${MB.toString(16)}\r\n${piece}\r\n` : piece;
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += MB) await write(socket, framed, closed);
  if (chunked) await write(socket, "0\r\n\r\n", closed);
  await closed;
  return answer.split(" ")[1] ?? "none";
}

async function write(socket: Socket, text: string, closed: Promise<void>): Promise<void> {
  if (socket.destroyed || socket.write(text)) return;
  await Promise.race([closed, new Promise((resolve) => socket.once("drain", resolve))]);
}

it("stays small and well under uploads of 600 MB, a crowd of large bodies, and slow senders", async () => {
  const app = start({
    APP_ID: "7",
    PRIVATE_KEY,
    WEBHOOK_SECRET: SECRET,
    GITHUB_API_URL: "http://127.0.0.1:59125",
    PORT: "0",
    LOG_LEVEL: "info",
  });
  const [, url = ""] = await app.says(/"url":"([^"]+)"/u);
  const port = Number(new URL(url).port);
  for (let sent = 0; sent < 50; sent += 1) await deliver(url, { id: `before-${sent}` });
  const before = memory(app.child.pid, "VmRSS");

  const slow = Array.from({ length: 200 }, () => connect(port, "127.0.0.1"));
  for (const socket of slow) {
    socket.on("error", () => {});
    socket.write("POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\n");
  }
  const announced = await upload(port, 600 * MB, false);
  const unannounced = await upload(port, 600 * MB, true);
  const crowd = await Promise.all(Array.from({ length: 8 }, async () => upload(port, 25 * MB, false)));
  const answers = await Promise.all(Array.from({ length: 20 }, async () => deliver(url)));
  for (const socket of slow) socket.destroy();
  const grown = memory(app.child.pid, "VmHWM") - before;

  expect(app.child.exitCode).toBeNull();
  expect(["413", "none"]).toContain(announced);
  expect(["413", "none"]).toContain(unannounced);
  expect(crowd.every((status) => ["401", "503", "none"].includes(status))).toBe(true);
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
  console.log(`resident memory: ${before.toFixed(0)} MB before, ${grown.toFixed(0)} MB more at the worst moment`);
  expect(grown).toBeLessThanOrEqual(80);
});

import { readFileSync } from "node:fs";

import { afterEach, expect, it } from "vitest";

import { MB, slowSenders, upload } from "./hostile-senders.ts";
import { endAll, start } from "./own-process.ts";
import { deliver, PRIVATE_KEY, SECRET } from "./support.ts";

afterEach(endAll);

/** Resident memory in MB: now, or the most there ever was. */
function memory(pid: number | undefined, which: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  return Number(new RegExp(`^${which}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1]) / 1024;
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

  const slow = slowSenders(port, 200);
  const crowd = await Promise.all(Array.from({ length: 8 }, async () => upload(port, { bytes: 25 * MB })));
  const announced = await upload(port, { bytes: 600 * MB });
  const unannounced = await upload(port, { bytes: 600 * MB, chunked: true });
  const answers = await Promise.all(Array.from({ length: 20 }, async () => deliver(url)));
  slow.stop();
  const grown = memory(app.child.pid, "VmHWM") - before;

  expect(app.child.exitCode).toBeNull();
  expect(["413", "none"]).toContain(announced);
  expect(["413", "503", "none"]).toContain(unannounced);
  expect(crowd).toContain("401");
  expect(crowd.every((status) => ["401", "503", "none"].includes(status))).toBe(true);
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
  console.log(`resident memory: ${before.toFixed(0)} MB before, ${grown.toFixed(0)} MB more at the worst moment`);
  expect(grown).toBeLessThanOrEqual(80);
});

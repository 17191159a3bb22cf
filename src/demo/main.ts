import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { failOnFaults, playHistory, readIncidents } from "./history.ts";
import { startStage, type Stage } from "./stage.ts";
import { playTour } from "./tour.ts";

const USAGE = `npm run demo                            the app and a page to click on, at http://127.0.0.1:3300
npm run demo -- --port 4000             at another port
npm run demo -- --once --out DIR        a tour without a person; writes Markdown files to DIR and ends`;

const NEXT = `
From here:
  npm run demo                                   the same world, to click on
  npm run postmortem -- plan owner/repo#7        what the app would do to an issue of yours, without doing it
  npm start                                      register the app on GitHub and run it`;

/** A tour takes some twenty seconds; on a machine that is busy with other things it may take longer. */
const LONGEST_MS = 300_000;

const OPTIONS = {
  once: { type: "boolean", default: false },
  out: { type: "string", default: "out" },
  port: { type: "string", default: "3300" },
  help: { type: "boolean", default: false },
} as const;

try {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) console.log(USAGE);
  else if (values.once) await once(values.out);
  else await stay(portOf(values.port));
} catch (error) {
  console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof TypeError && "code" in error) console.error(`\n${USAGE}`);
  process.exitCode = 1;
}

async function once(out: string): Promise<void> {
  const started = performance.now();
  giveUpAfter(LONGEST_MS);
  const stage = await startStage({ port: 0 });
  try {
    await relive(stage);
    const souvenirs = await playTour(stage, (line) => console.log(line));
    await failOnFaults(stage);
    mkdirSync(out, { recursive: true });
    for (const [name, text] of Object.entries(souvenirs)) writeFileSync(join(out, name), text);
    console.log(`\nTo read in ${out}: ${Object.keys(souvenirs).join(", ")} (${seconds(started)})`);
    console.log(NEXT);
  } finally {
    await stage.close();
  }
}

async function stay(port: number): Promise<void> {
  const { createPage } = await import("./page/page.ts");
  let page: ((request: Request) => Response | Promise<Response>) | undefined;
  const stage = await startStage({ port, page: (request) => page?.(request) ?? new Response("One moment.") }).catch(
    portTaken(port),
  );
  const closed = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => closed.resolve());
  try {
    // Whoever has seen enough before it is ready shall not have to wait for it.
    const first = await Promise.race([relive(stage), closed.promise.then(() => "enough" as const)]);
    if (first === "enough") process.exit(130);
    page = createPage(stage);
    console.log(`\nOpen ${stage.url} in your browser. Ctrl-C ends the demo; nothing is kept.`);
    await closed.promise;
  } finally {
    await stage.close();
  }
}

async function relive(stage: Stage): Promise<void> {
  const started = performance.now();
  const incidents = readIncidents();
  console.log(
    `No network, no account: a GitHub of our own, and the app beside it. Playing the twelve weeks before today …`,
  );
  await playHistory(stage, incidents);
  console.log(
    `${incidents.length} incidents, ${stage.calls.length} requests of the app, ${seconds(started)}. It is Friday, ${stage.now().slice(0, 10)}.`,
  );
}

function giveUpAfter(ms: number): void {
  setTimeout(() => {
    console.error(`\nThe demo stopped: it did not end within ${ms / 1000} s, so something waits for ever.`);
    process.exit(1);
  }, ms).unref();
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/u.test(text) || port > 65_535) throw new Error(`--port ${text}: write a port between 0 and 65535.`);
  return port;
}

function portTaken(port: number): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE")
      throw new Error(`Port ${port} is taken: choose another one with \`npm run demo -- --port 3301\`.`, {
        cause: error,
      });
    throw error;
  };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

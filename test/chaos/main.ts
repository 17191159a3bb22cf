/**
 * `npm run chaos -- [--events 10000] [--kills 50] [--seed 1] [--store sqlite|postgres] [--processes 1] [--lag 2000]
 * [--rate 42] [--clicks 5] [--baseline] [--no-floor] [--routes]`: what of so many events is lost or done twice when GitHub fails every sixth
 * request and the app is killed from time to time. Ends with 1 when anything is.
 */
import { parseArgs } from "node:util";

import { databasesOn, findServer } from "../support/postgres-server.ts";
import { type ChaosOptions, type ChaosResult, runChaos } from "./run.ts";
import { printRoutes, printTable } from "./table.ts";

const { values: flags } = parseArgs({
  options: {
    events: { type: "string", default: "10000" },
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    store: { type: "string", default: "sqlite" },
    processes: { type: "string" },
    lag: { type: "string" },
    rate: { type: "string" },
    clicks: { type: "string" },
    baseline: { type: "boolean", default: false },
    "no-floor": { type: "boolean", default: false },
    routes: { type: "boolean", default: false },
  },
});

const store = flags.store === "postgres" ? databasesOn(await findServer()) : undefined;
const processes = Number(flags.processes ?? (store === undefined ? 1 : 2));
const common: ChaosOptions = {
  events: Number(flags.events),
  kills: Number(flags.kills),
  seed: Number(flags.seed),
  faults: true,
  processes,
  say: (line) => console.error(`  ${line}`),
  ...(flags.rate === undefined ? {} : { rate: Number(flags.rate) }),
  ...(flags.clicks === undefined ? {} : { clicks: Number(flags.clicks) }),
};

const STOCK = new URL("./stock-probot.ts", import.meta.url).pathname;
const rows: [string, ChaosResult][] = [];

async function run(name: string, options: ChaosOptions): Promise<ChaosResult> {
  console.error(name);
  const result = await runChaos(options);
  for (const example of result.examples) console.error(`  ${example}`);
  rows.push([name, result]);
  return result;
}

let failed = false;
try {
  const floor = flags["no-floor"]
    ? undefined
    : await run("the app, nothing goes wrong", {
        ...common,
        kills: 0,
        faults: false,
        databaseUrl: await store?.make(),
      });
  const name = `the app on ${store === undefined ? "SQLite" : "PostgreSQL"}, ${processes} process${processes > 1 ? "es" : ""}`;
  const own = await run(name, {
    ...common,
    databaseUrl: await store?.make(),
    ...(flags.lag === undefined ? {} : { lagMs: Number(flags.lag) }),
  });
  if (flags.baseline) {
    // Fewer events in the same proportions: it takes its time, and what counts is the share that is lost.
    const events = Math.min(2_000, common.events);
    const kills = Math.round((common.kills * events) / common.events);
    const stock = { ...common, events, kills, processes: 1, skill: "baseline", main: STOCK } as const;
    await run("stock Probot, default settings", stock);
    await run("stock Probot, throttle off", { ...stock, variables: { THROTTLE: "off" } });
    await run("stock Probot, throttle off, never killed", { ...stock, kills: 0, variables: { THROTTLE: "off" } });
  }
  console.log(printTable(rows));
  if (flags.routes) console.log(printRoutes(rows));
  const extra = floor === undefined ? undefined : own.callsPerEvent - floor.callsPerEvent;
  if (extra !== undefined) console.log(`calls per event above the run without faults: ${extra.toFixed(2)}`);
  failed = !own.settled || own.lost + own.surplusComments + own.surplusAssignees + own.surplusEntries > 0;
} finally {
  await store?.drop();
}
process.exitCode = failed ? 1 : 0;

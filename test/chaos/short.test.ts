import { describe, expect, it } from "vitest";

import { databasesOn, findServer } from "../support/postgres-server.ts";
import { type ChaosOptions, runChaos } from "./run.ts";
import { printTable } from "./table.ts";

/** Enough to see that the run itself works; CI goes on with 1,000 events on either store, `npm run chaos` with 10,000. */
const SHORT: ChaosOptions = { events: 80, kills: 2, seed: 1, faults: true, patienceMs: 240_000 };
const NOTHING_WRONG = { settled: true, lost: 0, surplusComments: 0, surplusAssignees: 0, surplusEntries: 0 };

const server = await findServer();
if (server.url === undefined) console.warn(`not run: chaos with two processes on PostgreSQL: ${server.reason}`);

describe("events with faults and kills", { timeout: 600_000 }, () => {
  it("lose nothing and do nothing twice on SQLite", async () => {
    const result = await runChaos(SHORT);

    console.log(printTable([["SQLite", result]]));
    expect(result.examples).toEqual([]);
    expect(result).toMatchObject({ ...NOTHING_WRONG, events: SHORT.events, kills: SHORT.kills });
    expect(result.faults).toBeGreaterThan(SHORT.events / 4);
  });

  it.skipIf(server.url === undefined)(
    "lose nothing and do nothing twice with two processes on PostgreSQL",
    async () => {
      const store = databasesOn(server);
      try {
        const result = await runChaos({ ...SHORT, processes: 2, databaseUrl: await store.make() });

        console.log(printTable([["PostgreSQL, two processes", result]]));
        expect(result.examples).toEqual([]);
        expect(result).toMatchObject({ ...NOTHING_WRONG, events: SHORT.events, kills: SHORT.kills });
      } finally {
        await store.drop();
      }
    },
  );
});

describe("the checker", { timeout: 600_000 }, () => {
  it("sees what is lost and what is done twice by an app that knows no better", async () => {
    const result = await runChaos({
      events: 120,
      kills: 2,
      seed: 3,
      faults: true,
      rate: 60,
      skill: "baseline",
      main: new URL("./stock-probot.ts", import.meta.url).pathname,
      variables: { THROTTLE: "off" },
      patienceMs: 60_000,
    });

    console.log(printTable([["stock Probot, throttle off", result]]));
    expect(result.lost + result.surplusComments).toBeGreaterThan(0);
  });
});

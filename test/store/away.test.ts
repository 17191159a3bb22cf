import { expect, it, vi } from "vitest";

import { startApp } from "../../src/server/start.ts";
import { deliver, someEnv } from "../server/support.ts";
import { describeOnPostgres } from "../support/database.ts";
import { openGate } from "./gate.ts";

describeOnPostgres("the app while PostgreSQL goes away and returns", (engine) => {
  it("answers 503 and that it is not ready, then takes in and works on everything again", async () => {
    const gate = await openGate(await engine.url());
    const worked: string[] = [];
    const env = someEnv({ DATABASE_URL: gate.url, GITHUB_API_URL: "http://127.0.0.1:59127" });
    const app = await startApp(env, {
      createHandle:
        () =>
        async ({ id }) =>
          void worked.push(id),
    });
    const before = await deliver(app.url, { id: "before" });
    await app.idle();
    await gate.shut();

    const away = await Promise.all(["a", "b", "c"].map((id) => deliver(app.url, { id })));
    const ready = await fetch(`${app.url}/readyz`);
    await gate.open();
    const after = await vi.waitFor(async () => {
      const answer = await deliver(app.url, { id: "a" });
      expect(answer.status).toBe(202);
      return answer;
    });
    await vi.waitFor(() => expect(worked).toEqual(["before", "a"]), 10_000);

    expect(before.status).toBe(202);
    expect(away.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain("the store cannot be reached");
    expect(after.status).toBe(202);
    await app.close();
    await gate.shut();
  });
});

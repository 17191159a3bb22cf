import { expect, it } from "vitest";
import { z } from "zod";

import { createShelvedCache, type ShelvedCache } from "../../src/read/cache.ts";
import { createFileReader } from "../../src/read/config/file-reader.ts";
import { createReadRole } from "../../src/read/role.ts";
import { InstallationId } from "../../src/domain/ids.ts";
import { withInstallation } from "../../src/store/database.ts";
import { renameOwner } from "../../src/store/rename.ts";
import { createShelf } from "../../src/store/shelf.ts";
import { describeOnEachDatabase } from "../support/database.ts";
import { clientAnswering } from "./answers.ts";

const MINUTE = 60_000;
const NOON = Date.parse("2026-11-21T12:00:00Z");
const HERE = { installationId: 7, key: "repository:100" };

describeOnEachDatabase("what was read", (engine) => {
  async function someShelf() {
    const database = await engine.open();
    let time = NOON;
    const started = (): ShelvedCache<string> =>
      createShelvedCache({ ttlMs: MINUTE, now: () => time, schema: z.string(), shelf: createShelf(database) });
    return { database, started, now: () => time, pass: (ms: number) => void (time += ms) };
  }

  it("is not read again by the next process, until its time is over", async () => {
    const { started, pass } = await someShelf();
    await started().of(HERE, async () => "first");

    pass(MINUTE - 1);
    const next = started();
    expect(await next.of(HERE, async () => "second")).toBe("first");
    pass(1);

    expect(await next.of(HERE, async () => "second")).toBe("second");
  });

  it("of one tenant is nothing to another", async () => {
    const { started } = await someShelf();
    await started().of(HERE, async () => "first");

    expect(await started().of({ ...HERE, installationId: 8 }, async () => "theirs")).toBe("theirs");
  });

  it("is forgotten for good, and changed for everybody without being believed for longer", async () => {
    const { started, pass } = await someShelf();
    const cache = started();
    await cache.of(HERE, async () => "first");
    pass(MINUTE / 2);
    await cache.change(HERE, (value) => `${value} and more`);

    const next = started();
    expect(await next.of(HERE, async () => "second")).toBe("first and more");
    pass(MINUTE / 2);
    expect(await next.of(HERE, async () => "second")).toBe("second");
    await next.forget(HERE);

    expect(await started().of(HERE, async () => "third")).toBe("third");
  });

  it("is not believed after it was forgotten, although the reading was under way", async () => {
    const { started } = await someShelf();
    const cache = started();
    const answer = Promise.withResolvers<string>();
    const asked = Promise.withResolvers<undefined>();

    const reading = cache.of(HERE, async () => {
      asked.resolve(undefined);
      return answer.promise;
    });
    await asked.promise;
    await cache.forget(HERE);
    answer.resolve("before");
    await reading;

    expect(await cache.of(HERE, async () => "after")).toBe("after");
    expect(await started().of(HERE, async () => "after")).toBe("after");
  });

  it("is not brought back by who knows better of what was forgotten", async () => {
    const { started } = await someShelf();
    const cache = started();
    await cache.of(HERE, async () => "before");

    const changing = cache.change(HERE, (value) => `${value} and more`);
    await Promise.all([changing, cache.forget(HERE)]);

    expect(await cache.of(HERE, async () => "after")).toBe("after");
  });

  it("of a later time is not believed when the clock was put back", async () => {
    const { started, pass } = await someShelf();
    const cache = started();
    await cache.of(HERE, async () => "first");

    pass(-3 * 60 * MINUTE);

    expect(await cache.of(HERE, async () => "second")).toBe("second");
    expect(await started().of(HERE, async () => "third")).not.toBe("first");
  });

  it("of a file at a later time is not believed either", async () => {
    const { database, now, pass } = await someShelf();
    const texts = ["first", "second", "third"];
    const octokit = { request: async () => ({ status: 200, data: texts.shift(), headers: {} }) };
    const started = () => createFileReader({ now, ttlMs: MINUTE, shelf: createShelf(database) });
    const place = { scope: 7, owner: "acme", repo: "shop", path: "x.yml" };
    const reader = started();
    await reader.readFile(octokit, place);

    pass(-3 * 60 * MINUTE);

    expect(await reader.readFile(octokit, place)).toEqual({ text: "second" });
    expect(await started().readFile(octokit, place)).not.toEqual({ text: "first" });
  });

  it("of a huge file is kept as far as anybody reads it", async () => {
    const { database, now } = await someShelf();
    const octokit = { request: async () => ({ status: 200, data: "x".repeat(5_000_000), headers: {} }) };
    const reader = createFileReader({ now, ttlMs: MINUTE, shelf: createShelf(database) });

    const { text } = await reader.readFile(octokit, { scope: 7, owner: "acme", repo: "shop", path: "x.yml" });

    expect(text?.length).toBeGreaterThan(65_536);
    expect(text?.length).toBeLessThan(500_000);
  });

  it("by another version in another form is read anew", async () => {
    const { database, started, now } = await someShelf();
    await createShelf(database).put(HERE, { version: 9 }, now());

    expect(await started().of(HERE, async () => "first")).toBe("first");
  });

  it("of a repository is not believed for longer because it has another name", async () => {
    const { database, now } = await someShelf();
    const shelf = createShelf(database);
    await shelf.put({ installationId: 7, key: "file:acme/shop:x.yml" }, { text: "label: a" }, NOON);

    await withInstallation(database, InstallationId.parse(7), (db) =>
      renameOwner(db, InstallationId.parse(7), {
        before: "acme",
        after: "globex",
        now: new Date(now() + 1).toISOString(),
      }),
    );

    expect(await shelf.find({ installationId: 7, key: "file:globex/shop:x.yml" })).toBeUndefined();
  });

  it("of a file is asked for with its ETag once its time is over", async () => {
    const { database, now, pass } = await someShelf();
    const asked: unknown[] = [];
    const octokit = {
      request: async (_route: string, { headers }: Record<string, unknown> = {}) => {
        asked.push((headers as Record<string, string>)["if-none-match"]);
        const isKnown = asked.at(-1) === "W/1";
        return { status: isKnown ? 304 : 200, data: isKnown ? "" : "label: incident", headers: { etag: "W/1" } };
      },
    };
    const started = () => createFileReader({ now, ttlMs: MINUTE, shelf: createShelf(database) });
    const place = { scope: 7, owner: "acme", repo: "shop", path: "x.yml" };
    await started().readFile(octokit, place);

    expect(await started().readFile(octokit, place)).toEqual({ text: "label: incident" });
    pass(MINUTE);
    expect(await started().readFile(octokit, place)).toEqual({ text: "label: incident" });

    expect(asked).toEqual([undefined, "W/1"]);
  });

  it("of a role is a minute old at most, whoever read it", async () => {
    const { database, now, pass } = await someShelf();
    const roles = ["admin", "read"];
    const { octokit } = clientAnswering(() => ({ permission: roles.shift() }));
    const place = { installationId: 7, id: 100, owner: "acme", repo: "shop" };
    const ana = { id: 1, login: "ana", kind: "person" } as const;
    const started = () => createReadRole(now, createShelf(database));
    await started()(octokit, place, ana);

    pass(MINUTE - 1);
    expect(await started()(octokit, place, ana)).toBe("admin");
    pass(1);

    expect(await started()(octokit, place, ana)).toBe("read");
  });
});

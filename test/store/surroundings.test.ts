import { beforeEach, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../src/domain/config.ts";
import { InstallationId } from "../../src/domain/ids.ts";
import { type Database, withInstallation } from "../../src/store/database.ts";
import { homeSaid, type Says, sayHome } from "../../src/store/digest-homes.ts";
import { keep, kept } from "../../src/store/kept.ts";
import { busiestRepository, findPostmortem, savePostmortem } from "../../src/store/postmortems.ts";
import { renameOwner, renameRepository } from "../../src/store/rename.ts";
import { archiveRepository, repositoriesOf, saveRepository } from "../../src/store/repositories.ts";
import { TABLES } from "../../src/store/schema.ts";
import { findTenant, saveTenant, scheduleOf } from "../../src/store/tenants.ts";
import { describeOnEachDatabase } from "../support/database.ts";
import { storedPostmortem } from "./some-postmortem.ts";

const NOW = "2026-11-21T07:12:00.000Z";
const ACME = InstallationId.parse(1);

describeOnEachDatabase("what surrounds postmortems", (engine) => {
  let database: Database;
  beforeEach(async () => {
    database ??= await engine.open();
    for (const table of TABLES) await database.across.deleteFrom(table).execute();
  });

  const asAcme = <Result>(work: Parameters<typeof withInstallation<Result>>[2]) =>
    withInstallation(database, ACME, work);

  /** acme/incidents (10) with an action that acme/app#7 (20) tracks and one that only links it. */
  async function someWorld(): Promise<void> {
    const action = { key: "a", text: "a", status: "open", since: NOW, links: ["acme/app#7", "other/app#7"] };
    const actions = [
      { ...action, trackedBy: "acme/app#7", trackedIn: 20 },
      { ...action, key: "b", trackedBy: "acme/app#8", evidence: "acme/app#9 (abc1234)" },
    ];
    const schedule = { ...scheduleOf(DEFAULT_CONFIG), repository: "acme/app" };
    await asAcme(async (db) => {
      await savePostmortem(db, storedPostmortem({}, { actions }));
      for (const [id, name] of [
        [10, "incidents"],
        [20, "app"],
      ] as const)
        await saveRepository(db, ACME, { id, owner: "acme", name, visibility: "private", archived: false });
      await saveTenant(db, { installationId: ACME, account: "acme", schedule });
      await keep(db, ACME, { key: "issue:acme/app:digest.2026-w47", value: { number: 3 }, now: NOW });
      await keep(db, ACME, { key: "body:10#1", value: "acme/app", now: NOW });
    });
  }

  async function names() {
    const postmortem = await asAcme((db) => findPostmortem(db, storedPostmortem().ref));
    const keys = await asAcme((db) => db.selectFrom("kept").select("key").orderBy("key").execute());
    return {
      url: postmortem?.url,
      actions: postmortem?.actions.map(({ trackedBy, links, evidence }) => [trackedBy, links, evidence]),
      repositories: (await asAcme((db) => repositoriesOf(db, ACME))).map(({ owner, name }) => `${owner}/${name}`),
      home: (await asAcme((db) => findTenant(db, ACME)))?.schedule.repository,
      keys: keys.map(({ key }) => key),
    };
  }

  it("follows a renamed repository wherever it is named, once and for all", async () => {
    await someWorld();
    const change = { repositoryId: 20, owner: "acme", repo: "store", now: NOW };

    for (let time = 0; time < 2; time += 1) await asAcme((db) => renameRepository(db, ACME, change));

    expect(await names()).toEqual({
      url: "https://github.com/acme/incidents/issues/1",
      actions: [
        ["acme/store#7", ["acme/store#7", "other/app#7"], undefined],
        ["acme/store#8", ["acme/store#7", "other/app#7"], "acme/store#9 (abc1234)"],
      ],
      repositories: ["acme/incidents", "acme/store"],
      home: "acme/store",
      keys: ["body:10#1", "issue:acme/store:digest.2026-w47"],
    });
    expect(await asAcme((db) => kept(db, ACME, "issue:acme/store:digest.2026-w47"))).toEqual({ number: 3 });
  });

  it("follows a renamed owner, and leaves others' names alone", async () => {
    await someWorld();
    const change = { before: "Acme", after: "acme-corp", now: NOW };

    for (let time = 0; time < 2; time += 1) await asAcme((db) => renameOwner(db, ACME, change));

    expect(await names()).toEqual({
      url: "https://github.com/acme-corp/incidents/issues/1",
      actions: [
        ["acme-corp/app#7", ["acme-corp/app#7", "other/app#7"], undefined],
        ["acme-corp/app#8", ["acme-corp/app#7", "other/app#7"], "acme-corp/app#9 (abc1234)"],
      ],
      repositories: ["acme-corp/incidents", "acme-corp/app"],
      home: "acme-corp/app",
      keys: ["body:10#1", "issue:acme-corp/app:digest.2026-w47"],
    });
    expect((await asAcme((db) => findTenant(db, ACME)))?.account).toBe("acme-corp");
  });

  it("believes the owner first where the digest goes, then the oldest repository", async () => {
    const say = (who: Says, home?: string) => asAcme((db) => sayHome(db, ACME, { who, home, now: NOW }));
    const said = () => asAcme((db) => homeSaid(db, ACME));
    expect(await said()).toBeUndefined();

    await say(100, "acme/young");
    await say(9, "acme/old");
    expect(await said()).toBe("acme/old");
    await say("owner", "acme/incidents");
    expect(await said()).toBe("acme/incidents");
    await say("owner");
    await say(9);
    expect(await said()).toBe("acme/young");
  });

  it("knows where the most postmortems are that can be written to", async () => {
    const busiest = () => asAcme((db) => busiestRepository(db, ACME));
    expect(await busiest()).toBeUndefined();

    for (const [repositoryId, number] of [
      [30, 1],
      [20, 1],
      [20, 2],
      [30, 2],
      [10, 1],
    ] as const)
      await asAcme((db) => savePostmortem(db, storedPostmortem({ repositoryId, number })));
    expect(await busiest()).toBe(20);
    await asAcme((db) =>
      saveRepository(db, ACME, { id: 20, owner: "acme", name: "app", visibility: "private", archived: false }),
    );
    await asAcme((db) => archiveRepository(db, ACME, { repositoryId: 20, archived: true }));
    expect(await busiest()).toBe(30);
  });
});

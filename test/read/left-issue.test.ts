import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Change } from "../../src/domain/change.ts";
import type { Event } from "../../src/domain/event.ts";
import type { Issue } from "../../src/domain/facts.ts";
import type { SeenIssue } from "../../src/domain/seen-issue.ts";
import { leftIssue, needsLook } from "../../src/read/left-issue.ts";
import { type Database, openDatabase, withInstallation } from "../../src/store/database.ts";
import { saveLastPlan } from "../../src/store/last-plan.ts";
import { somePostmortem } from "../support/postmortem-builders.ts";

const NOW = "2026-11-20T10:00:05.000Z";
const STORED = somePostmortem();
const REF = STORED.ref;
const LEFT: SeenIssue = {
  title: "Down",
  body: "It broke.",
  labels: ["postmortem", "severity/2"],
  assignees: ["ana"],
  author: "wendy",
  state: "open",
  createdAt: "2026-11-20T09:00:00Z",
  updatedAt: "2026-11-20T10:00:00Z",
  url: STORED.url,
};
const CLICK: Event = { kind: "comment-edited", commentId: 1, body: "- [x]", bodyBefore: "- [ ]" };

let database: Database;
beforeEach(async () => {
  database = await openDatabase({ memory: true });
});
afterEach(async () => database.close());

async function planned(left: SeenIssue, at = NOW): Promise<void> {
  await withInstallation(database, REF.installationId, (db) => saveLastPlan(db, REF, { left, at }));
}

interface Situation {
  readonly event?: Event;
  readonly stored?: typeof STORED | undefined;
  readonly mustLook?: boolean;
}

async function known(situation: Situation = {}): Promise<Issue | undefined> {
  const { event = CLICK, mustLook = false } = situation;
  const stored = "stored" in situation ? situation.stored : STORED;
  return leftIssue(REF, { delivery: { event }, stored, deps: { database, now: NOW, mustLook } });
}

describe("the issue as the last plan left it", () => {
  it("is enough to keep a click", async () => {
    expect(await known()).toBeUndefined();
    await planned(LEFT);

    expect(await known()).toEqual({ ref: REF, ...LEFT });
  });

  it.each<[string, Situation]>([
    ["anything but a click", { event: { kind: "refresh-due" } }],
    ["what is to be planned again", { mustLook: true }],
    ["an issue that the store does not know", { stored: undefined }],
    ["a start that has not ended", { stored: { ...STORED, starting: true } }],
    ["an issue whose repository was renamed since", { stored: { ...STORED, url: STORED.url.replace("acme", "emca") } }],
  ])("is not enough for %s", async (_, situation) => {
    await planned(LEFT);

    expect(await known(situation)).toBeUndefined();
  });

  it("is enough for two minutes", async () => {
    await planned(LEFT, "2026-11-20T09:58:05.000Z");
    expect(await known()).toBeDefined();

    await planned(LEFT, "2026-11-20T09:58:04.000Z");
    expect(await known()).toBeUndefined();
  });
});

describe("a plan made without a look", () => {
  const save: Change = { kind: "save-postmortem", postmortem: STORED };
  const label: Change = { kind: "set-labels", issue: REF, add: ["hotspot/dns"], remove: [] };

  it("may keep a click and ask for the status comment, and nothing more", () => {
    expect(needsLook({ event: CLICK }, [save, { kind: "refresh-later", issue: REF }], {})).toBe(false);
    expect(needsLook({ event: CLICK }, [save, label], {})).toBe(true);
    expect(needsLook({ event: CLICK }, [save, label], { mustLook: true })).toBe(false);
    expect(needsLook({ event: { kind: "issue-reopened" } }, [save, label], {})).toBe(false);
  });
});

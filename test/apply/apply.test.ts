import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Change, ChangeKind, ChangeOf } from "../../src/domain/change.ts";
import { DeliveryId } from "../../src/domain/ids.ts";
import { findWritten, wasBase } from "../../src/apply/written.ts";
import { somePostmortem } from "../support/postmortem-builders.ts";
import { type ApplyWorld, someWorld } from "./some-world.ts";

let world: ApplyWorld;
beforeEach(async () => {
  world = await someWorld();
});
afterEach(async () => world.close());

function comment(overrides: Partial<ChangeOf<"put-comment">> = {}): ChangeOf<"put-comment"> {
  const call = { template: "postmortem/held", view: { label: "postmortem", who: "rita" } } as const;
  return { kind: "put-comment", issue: world.issue, slot: "status", once: false, call, ...overrides };
}

function body(text: string): ChangeOf<"put-body"> {
  return { kind: "put-body", issue: world.issue, body: text };
}

function digest(overrides: Partial<ChangeOf<"open-issue">> = {}): ChangeOf<"open-issue"> {
  return {
    kind: "open-issue",
    installationId: world.installationId,
    owner: "acme",
    repo: "shop",
    slot: "digest.2026-w47",
    title: "Hotspot digest, week 2026-W47",
    labels: ["postmortem-digest"],
    call: { template: "postmortem/held", view: { label: "postmortem", who: "rita" } },
    supersedes: [],
    ...overrides,
  };
}

/** One of every kind: a new kind does not compile without one. */
const EVERY: { readonly [K in ChangeKind]: () => ChangeOf<K> } = {
  "put-body": () => ({ kind: "put-body", issue: world.issue, body: "text\n\nours\n" }),
  "set-labels": () => ({ kind: "set-labels", issue: world.issue, add: ["severity/2", "postmortem"], remove: ["gone"] }),
  "set-assignees": () => ({ kind: "set-assignees", issue: world.issue, add: ["ana"], remove: ["ben"] }),
  "put-comment": () => comment({ state: somePostmortem() }),
  react: () => ({
    kind: "react",
    issue: world.issue,
    commentId: world.issueNow().comments[0]?.id ?? 0,
    reaction: "+1",
  }),
  "set-issue-state": () => ({ kind: "set-issue-state", issue: world.issue, state: "closed", reason: "completed" }),
  "open-issue": () => digest({ supersedes: [1] }),
  "track-action": () => ({
    kind: "track-action",
    issue: world.issue,
    key: "alert-on-age",
    repositoryId: world.issue.repositoryId,
    owner: "acme",
    repo: "shop",
    title: "Alert on age",
    call: { template: "postmortem/held", view: { label: "postmortem", who: "rita" } },
    attach: true,
    asked: { who: "ana", commentId: 5 },
  }),
  "set-tracked-state": () => ({
    kind: "set-tracked-state",
    tracker: { owner: "acme", repo: "shop", number: 1 },
    state: "closed",
    reason: "completed",
  }),
  "save-postmortem": () => ({ kind: "save-postmortem", postmortem: somePostmortem() }),
  "forget-postmortem": () => ({ kind: "forget-postmortem", ref: world.issue }),
  "forget-tenant": () => ({ kind: "forget-tenant", installationId: world.installationId }),
  "save-tenant": () => ({
    kind: "save-tenant",
    installationId: world.installationId,
    account: "acme",
    suspended: false,
  }),
  "rename-repository": () => ({
    kind: "rename-repository",
    installationId: world.installationId,
    repositoryId: world.issue.repositoryId,
    owner: "acme",
    repo: "store",
  }),
  "archive-repository": () => ({
    kind: "archive-repository",
    installationId: world.installationId,
    repositoryId: world.issue.repositoryId,
    archived: true,
  }),
  "rename-owner": () => ({
    kind: "rename-owner",
    installationId: world.installationId,
    before: "acme",
    after: "acme-corp",
  }),
  "forget-repository": () => ({
    kind: "forget-repository",
    installationId: world.installationId,
    repositoryId: world.issue.repositoryId,
  }),
  notify: () => ({
    kind: "notify",
    installationId: world.installationId,
    notice: {
      type: "digest.posted",
      slot: "digest.2026-w47",
      heading: "h",
      lines: [],
      link: { text: "t", url: "https://github.com" },
    },
  }),
  "refresh-later": () => ({ kind: "refresh-later", issue: world.issue }),
  send: () => ({
    kind: "send",
    delivery: {
      id: DeliveryId.parse("x"),
      installationId: world.installationId,
      lane: "l",
      event: { kind: "refresh-due" },
      receivedAt: "2026-11-20T10:00:00.000Z",
    },
  }),
};

const ON_GITHUB = new Set<string>([
  "put-body",
  "set-labels",
  "set-assignees",
  "put-comment",
  "react",
  "set-issue-state",
  "open-issue",
  "track-action",
  "set-tracked-state",
]);

describe("a change", () => {
  it.each(Object.keys(EVERY) as ChangeKind[])("of the kind %s carried out twice equals once", async (kind) => {
    world.sandbox.as("ana").comment("acme/shop#1", "hello");
    world.sandbox.as("ana").assign("acme/shop#1", "ben");
    const change: Change = EVERY[kind]();
    const before = world.seen();

    await world.carryOut([change]);
    const once = world.seen();
    await world.carryOut([change]);
    const twice = world.seen();
    await world.carryOut([change], { look: true, delivery: { id: "d-1", attempt: 2 } });

    expect(twice).toEqual(once);
    expect(world.seen()).toEqual(once);
    expect(JSON.stringify(once) === JSON.stringify(before)).toBe(!ON_GITHUB.has(kind));
    expect(world.sandbox.violations("request")).toEqual([]);
  });
});

describe.each(["applied-then-500", "applied-then-reset"] as const)("a write that was %s", (kind) => {
  it("leaves one comment, which is found at once", async () => {
    world.sandbox.faults.add({ kind, method: "POST", path: "/comments$", times: 1 });

    await world.carryOut([comment()]);

    expect(world.issueNow().comments).toHaveLength(1);
    expect(world.writes()).toEqual(["POST /repos/acme/shop/issues/1/comments"]);
  });

  it("leaves one comment that is renewed, and not the one before", async () => {
    await world.carryOut([comment()]);
    world.sandbox.faults.add({ kind, method: "POST", path: "/comments$", times: 1 });
    const [before] = world.issueNow().comments;

    const call = { template: "postmortem/held", view: { label: "postmortem", who: "ben" } } as const;
    await world.carryOut([comment({ fresh: true, call })]);

    expect(world.issueNow().comments).toHaveLength(1);
    expect(world.issueNow().comments[0]?.id).not.toBe(before?.id);
  });

  it("is not made a second time to a body", async () => {
    world.sandbox.faults.add({ kind, method: "PATCH", path: "/issues/1$", times: 1 });

    await world.carryOut([body("ours")]);

    expect(world.issueNow().body).toBe("ours");
    expect(world.writes()).toEqual(["PATCH /repos/acme/shop/issues/1"]);
  });

  it("leaves one issue after the retry that looks", async () => {
    world.sandbox.faults.add({ kind, method: "POST", path: "/issues$", times: 1 });

    await expect(world.carryOut([digest()])).rejects.toThrow(/./u);
    await world.carryOut([digest()], { look: true });

    expect(world.sandbox.state().repositories[0]?.issues).toHaveLength(2);
  });
});

describe("a body that comes back with other line ends than were sent", () => {
  it("is known for ours all the same", async () => {
    world.sandbox.faults.add({ kind: "applied-then-500", method: "PATCH", path: "/issues/1$", times: 1 });

    const written = world.carryOut([body("text\n\nours\n")], { settlesAfterMs: 3_000 });
    await expect.poll(() => world.issueNow().body, { timeout: 30_000 }).toBe("text\n\nours\n");
    world.sandbox.as("ana").editIssue("acme/shop#1", { body: "text\r\n\r\nours" });
    await written;

    expect(world.writes()).toHaveLength(1);
  });
});

describe("a process that died after GitHub had made it and before that was noted", () => {
  /** As its successor finds things, when the copies of GitHub do not show yet what was made. */
  async function again(change: Change): Promise<void> {
    world.sandbox.readLag(3_000);
    await world.carryOut([change]);
    await world.database.across.deleteFrom("kept").execute();
    await world.carryOut([change], { look: true, delivery: { id: "d-1", attempt: 2 }, settlesAfterMs: 3_300 });
    world.sandbox.readLag(0);
  }

  it.each([false, true])("leaves one comment (in the place of an older one: %s)", async (fresh) => {
    await again(comment({ fresh }));

    expect(world.issueNow().comments).toHaveLength(1);
  });

  it.each(["open-issue", "track-action"] as const)("leaves one issue (%s)", async (kind) => {
    const before = world.sandbox.state().repositories[0]?.issues.length ?? 0;

    await again(EVERY[kind]());

    expect(world.sandbox.state().repositories[0]?.issues).toHaveLength(before + 1);
  });
});

describe("a write that GitHub never took up", () => {
  it("of a comment is made again once nothing is found", async () => {
    world.sandbox.faults.add({ kind: "error-before", method: "POST", path: "/comments$", times: 1 });

    await world.carryOut([comment()]);

    expect(world.issueNow().comments).toHaveLength(1);
  });

  it("of the body is made again, and an edit of the text as it might have been is known for hidden", async () => {
    world.sandbox.faults.add({ kind: "error-before", method: "PATCH", path: "/issues/1$", times: 1 });

    await world.carryOut([body("ours")]);

    expect(world.issueNow().body).toBe("ours");
    const write = (await findWritten(world, world.issue)).body;
    expect(write !== undefined && wasBase(write, "ours")).toBe(true);
  });

  it("of the body is given up when somebody changed it meanwhile: their words stay", async () => {
    world.sandbox.faults.add({ kind: "error-before", method: "PATCH", path: "/issues/1$", times: 1 });
    world.sandbox.as("ana").editIssue("acme/shop#1", { body: "theirs" });

    await expect(world.carryOut([body("ours")])).rejects.toThrow("acme/shop#1 changed while it was written");

    expect(world.issueNow().body).toBe("theirs");
  });

  it("of the mark that a comment was seen is left at that", async () => {
    const { id } = world.sandbox.as("ana").comment("acme/shop#1", "hello");
    world.sandbox.faults.add({ kind: "error-before", method: "POST", path: "/reactions$", times: 1 });

    await world.carryOut([{ kind: "react", issue: world.issue, commentId: id, reaction: "eyes" }]);

    expect(world.writes()).toEqual([`POST /repos/acme/shop/issues/comments/${id}/reactions`]);
  });
});

describe("our comment", () => {
  it("is edited in place when it says something else, and left alone when it does not", async () => {
    await world.carryOut([comment()]);
    const [first] = world.issueNow().comments;
    world.writes();
    await world.carryOut([comment()]);
    const idle = world.writes();
    await world.carryOut([comment({ call: { template: "postmortem/held", view: { label: "incident", who: "ana" } } })]);

    expect(idle).toEqual([]);
    expect(world.issueNow().comments).toHaveLength(1);
    expect(world.issueNow().comments[0]).toMatchObject({ id: first?.id, body: expect.stringContaining("`incident`") });
  });

  it("is not the one in which a person pasted our marker: theirs stays as it is", async () => {
    const pasted = `${world.slots.mark(world.issue, "status")}\nmine now`;
    world.sandbox.as("rita").comment("acme/shop#1", pasted);

    await world.carryOut([comment()], { look: true });
    await world.carryOut([comment()], { look: true });

    expect(world.issueNow().comments.map(({ author, body }) => [author, body === pasted])).toEqual([
      ["rita", true],
      ["postmortem[bot]", false],
    ]);
  });

  it("is one: surplus ones of ours go, the oldest stays", async () => {
    const text = `${world.slots.mark(world.issue, "status")}\nold`;
    const slots = { ...world.slots, mark: () => text };
    for (const slot of ["a", "b", "c"]) await world.carryOut([comment({ slot })], { slots });
    const [oldest] = world.issueNow().comments;
    world.sandbox.as("ana").comment("acme/shop#1", "hello");

    // Listed, although it is gone already.
    world.sandbox.faults.add({ kind: "error-before", status: 404, method: "DELETE", path: "/comments/", times: 1 });
    await world.carryOut([comment()], { look: true });
    await world.database.across.deleteFrom("kept").execute();
    await world.carryOut([comment()], { look: true });

    expect(world.issueNow().comments.map(({ author }) => author)).toEqual(["postmortem[bot]", "ana"]);
    expect(world.issueNow().comments[0]?.id).toBe(oldest?.id);
  });

  it("is found behind a hundred others", async () => {
    for (let n = 0; n < 120; n += 1) world.sandbox.as("ana").comment("acme/shop#1", `${n}`);
    world.sandbox.faults.add({ kind: "applied-then-500", method: "POST", path: "/comments$", times: 1 });

    await world.carryOut([comment()]);

    expect(world.issueNow().comments).toHaveLength(121);
  });

  it("takes the place of one that a person deleted", async () => {
    await world.carryOut([comment()]);
    world.sandbox.as("ana").deleteComment(world.issueNow().comments[0]?.id ?? 0);

    await world.carryOut([comment({ call: { template: "postmortem/held", view: { label: "x", who: "ana" } } })]);

    expect(world.issueNow().comments).toHaveLength(1);
  });

  it("that is said once is not said again, whatever it would say now", async () => {
    await world.carryOut([comment({ once: true })]);
    const call = { template: "postmortem/held", view: { label: "x", who: "ana" } } as const;
    await world.carryOut([comment({ once: true, call })]);

    expect(world.issueNow().comments[0]?.body).toContain("`postmortem`");
  });

  it("that is renewed comes last and alone, and a retry finds it", async () => {
    await world.carryOut([comment({ fresh: true })]);
    const [old] = world.issueNow().comments;
    world.sandbox.as("ana").comment("acme/shop#1", "later");
    const call = { template: "postmortem/held", view: { label: "x", who: "ana" } } as const;
    world.sandbox.faults.add({ kind: "error-before", method: "DELETE", path: "/comments/", times: 1 });

    await expect(world.carryOut([comment({ fresh: true, call })])).rejects.toThrow(/./u);
    await world.carryOut([comment({ fresh: true, call })], { look: true });

    const left = world.issueNow().comments;
    expect(left.map(({ author }) => author)).toEqual(["ana", "postmortem[bot]"]);
    expect(left[1]?.id).not.toBe(old?.id);
  });

  it("is cut between lines when it is too long, so that no half of a code span can mention anybody", async () => {
    const sentences = Array.from({ length: 5000 }, (_, n) => `\`@ana @ben ${n}\` x`);
    const call = { template: "postmortem/sorry", view: { who: "rita", sentences } } as const;

    await world.carryOut([comment({ call, state: somePostmortem() })]);
    const body = world.issueNow().comments[0]?.body ?? "";

    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body).toContain("(The rest does not fit into one comment.)");
    expect(body.split("\n").filter((line) => line.startsWith("- ") && !line.endsWith("` x"))).toEqual([]);
    expect(world.slots.unseal(body, somePostmortem().ref)).toEqual(somePostmortem());
  });

  it("closes a fence that had to be cut", async () => {
    const call = { template: "postmortem/restored", view: { who: "ana", lost: "line\n".repeat(20_000) } } as const;

    await world.carryOut([comment({ call })]);
    const body = world.issueNow().comments[0]?.body ?? "";

    expect(body).toMatch(/\nl?\w*\n```\n\n<\/details>\n\n\(The rest does not fit/u);
  });
});

describe("labels", () => {
  it("are made with their looks, once, and reported", async () => {
    const made: string[] = [];
    const change: Change = { kind: "set-labels", issue: world.issue, add: ["severity/1", "known"], remove: [] };

    await world.carryOut([change], { knownLabels: ["Known"], madeLabel: async (label) => void made.push(label) });

    expect(made).toEqual(["severity/1"]);
    expect(world.issueNow().labels.toSorted()).toEqual(["known", "severity/1"]);
  });

  it("are made once when issues that start together need the same", async () => {
    world.sandbox.as("ana").createIssue("acme/shop", { title: "Up", body: "text" });
    const made: string[] = [];
    const change: Change = { kind: "set-labels", issue: world.issue, add: ["severity/1", "stage/draft"], remove: [] };
    const deps = { madeLabel: async (label: string) => void made.push(label) };

    await Promise.all([
      world.carryOut([change], deps),
      world.carryOut([{ ...change, issue: { ...world.issue, number: 2 } }], deps),
    ]);
    // Planned before the others were done, carried out after them.
    await world.carryOut([change], deps);

    expect(made).toEqual(["severity/1", "stage/draft"]);
    expect(world.writes().filter((line) => line === "POST /repos/acme/shop/labels")).toHaveLength(2);
    for (const number of [1, 2])
      expect(world.issueNow(number).labels.toSorted()).toEqual(["severity/1", "stage/draft"]);
  });

  it("are tried again by the next when they could not be made", async () => {
    const change: Change = { kind: "set-labels", issue: world.issue, add: ["severity/1"], remove: [] };
    world.sandbox.faults.add({ kind: "error-before", method: "POST", path: "/labels$", times: 4, status: 500 });
    await expect(world.carryOut([change])).rejects.toThrow("Server Error");

    await world.carryOut([change]);

    expect(world.issueNow().labels).toEqual(["severity/1"]);
  });

  it("that exist already and that are gone already are as we want them", async () => {
    world.sandbox.repository("acme/shop").createLabel("stage/draft");
    const change: Change = { kind: "set-labels", issue: world.issue, add: ["stage/draft"], remove: ["a", "b c/d%"] };

    await world.carryOut([change]);

    expect(world.issueNow().labels).toEqual(["stage/draft"]);
  });

  it("leave what people put on", async () => {
    world.sandbox.as("ana").label("acme/shop#1", "bug");

    await world.carryOut([EVERY["set-labels"]()]);

    expect(world.issueNow().labels).toContain("bug");
  });

  it.each([
    ["making one", "/labels$", "POST", "set-labels"],
    ["taking one off", "/labels/gone", "DELETE", "set-labels"],
    ["reacting", "/reactions$", "POST", "react"],
  ] as const)("and reactions fail loudly when %s fails", async (...[, path, method, kind]) => {
    world.sandbox.as("ana").comment("acme/shop#1", "hello");
    world.sandbox.faults.add({ kind: "error-before", method, path });

    await expect(world.carryOut([EVERY[kind]()])).rejects.toThrow(/./u);
  });
});

describe("assignees", () => {
  it("whom GitHub leaves out are named", async () => {
    const { dropped } = await world.carryOut([
      { kind: "set-assignees", issue: world.issue, add: ["Ana", "rita", "nobody-of-that-name"], remove: [] },
    ]);

    expect(dropped).toEqual(["rita", "nobody-of-that-name"]);
    expect(world.issueNow().assignees).toEqual(["ana"]);
  });
});

describe("the body", () => {
  it("is noted with what it was spliced from before it is written", async () => {
    world.sandbox.faults.add({ kind: "error-before", method: "PATCH", path: "/issues/1$" });

    await expect(world.carryOut([EVERY["put-body"]()])).rejects.toThrow(/./u);

    expect((await findWritten(world, world.issue)).body).toMatchObject({
      base: "text",
      wrote: "text\n\nours\n",
    });
    expect(world.issueNow().body).toBe("text");
  });

  it("as an earlier attempt wrote it counts as hidden by the next, which may not have seen it", async () => {
    await world.carryOut([body("text, first try")]);
    await world.carryOut([body("text, second try")]);
    const sameDelivery = (await findWritten(world, world.issue)).body;
    await world.carryOut([body("text, and more")], { delivery: { id: "d-2", attempt: 1 }, bodyRead: "text, edited" });
    const nextDelivery = (await findWritten(world, world.issue)).body;

    expect(sameDelivery && wasBase(sameDelivery, "text, first try")).toBe(true);
    expect(nextDelivery && wasBase(nextDelivery, "text, second try")).toBe(false);
  });

  it("is not written when it says so already", async () => {
    await world.carryOut([{ kind: "put-body", issue: world.issue, body: "text" }]);

    expect(world.writes()).toEqual([]);
  });
});

describe("a reaction", () => {
  it("to a comment that is gone is needless", async () => {
    await world.carryOut([{ kind: "react", issue: world.issue, commentId: 999_999, reaction: "+1" }]);

    expect(world.writes()).toHaveLength(1);
  });
});

describe("an issue of ours", () => {
  it("is brought up to date, and closes those it takes the place of", async () => {
    await world.carryOut([digest({ slot: "digest.2026-w46" })]);
    await world.carryOut([digest({ supersedes: [2] })]);
    const call = { template: "postmortem/held", view: { label: "new", who: "ana" } } as const;
    await world.carryOut([digest({ supersedes: [2, 3], call })]);

    expect([2, 3].map((number) => world.issueNow(number).state)).toEqual(["closed", "open"]);
    expect(world.issueNow(3)).toMatchObject({ body: expect.stringContaining("`new`"), labels: ["postmortem-digest"] });
  });

  it("that a person deleted is opened anew", async () => {
    await world.carryOut([digest()]);
    world.sandbox.setRole("acme/shop", "ana", "admin");
    world.sandbox.as("ana").deleteIssue("acme/shop#2");
    const call = { template: "postmortem/held", view: { label: "new", who: "ana" } } as const;

    await world.carryOut([digest({ call })]);
    await world.carryOut([digest({ call })]);

    expect(world.issueNow(3)).toMatchObject({ state: "open", body: expect.stringContaining("`new`") });
    expect(world.sandbox.state().repositories[0]?.issues).toHaveLength(3);
  });

  it("is not one whose marker a person copied", async () => {
    const body = `${world.slots.mark({ repositoryId: 0, number: 0 }, "digest.2026-w47")}\nmine`;
    world.sandbox.as("ana").createIssue("acme/shop", { title: "Fake", body, labels: ["postmortem-digest"] });

    await world.carryOut([digest()], { look: true });

    expect(world.issueNow(2).body).toBe(body);
    expect(world.issueNow(3).title).toBe("Hotspot digest, week 2026-W47");
  });
});

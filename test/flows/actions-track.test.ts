import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

const BODY = "## Preventive actions\n\n- [ ] Alert on snapshot age @ana\n- [ ] Rehearse the restore @ben\n";

async function begin(): Promise<void> {
  stage = await startStage({
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.addRepository("acme/infra", { visibility: "public" });
      sandbox.addRepository("acme/vault", { visibility: "private" });
      sandbox.addRepository("acme/secret", { visibility: "private" });
      sandbox.setRole("acme/infra", "wendy", "write");
      sandbox.setRole("acme/vault", "wendy", "write");
    },
  });
  stage.sandbox.as("wendy").createIssue("acme/shop", { title: "etcd snapshots too old", body: BODY });
  stage.sandbox.as("wendy").label("acme/shop#1", "postmortem");
  await stage.settled();
}

async function say(text: string): Promise<void> {
  stage.sandbox.as("wendy").comment("acme/shop#1", text);
  await stage.settled();
}

/** The status comment follows clicks and edits after a while of quiet. */
async function quiet(): Promise<void> {
  await stage.later(60_000);
}

function issuesOf(repository: string): number[] {
  return (stage.sandbox.state().repositories.find(({ name }) => name === repository)?.issues ?? []).map(
    ({ number }) => number,
  );
}

function line(n: number): string {
  return (stage.issue(1).body ?? "").split("\n")[n + 1] ?? "";
}

describe("/pm track", () => {
  it("opens an issue with the context of its postmortem, a sub-issue of it, and only once", async () => {
    await begin();

    await say("/pm track 1 acme/infra\n/pm track 1 ACME/infra");
    await say("/pm track 1");
    await quiet();

    expect(issuesOf("acme/infra")).toEqual([1]);
    const child = stage.issue(1, "acme/infra");
    expect(child.title).toBe("Alert on snapshot age (from postmortem acme/shop#1: etcd snapshots too old)");
    expect(child.body ?? "").toContain("acme/shop#1");
    expect(stage.issue(1).comments[0]?.body).toContain("acme/infra#1");
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it("keeps the list and the issue in step, both ways", async () => {
    await begin();
    await say("/pm track 1 acme/infra\n/pm track 2");
    const wendy = stage.sandbox.as("wendy");

    wendy.close("acme/infra#1", "completed");
    wendy.close("acme/shop#2", "not_planned");
    await stage.settled();
    expect(line(1)).toMatch(/^- \[x\] Alert/u);
    expect(line(2)).toContain("~~ — dropped: acme/shop#2 was closed as not planned");
    await quiet();
    expect(stage.issue(1).comments[0]?.body).toMatch(/delivered: `acme\/infra#1`/u);

    wendy.reopen("acme/infra#1");
    wendy.reopen("acme/shop#2");
    await stage.settled();
    expect(line(1)).toBe("- [ ] Alert on snapshot age @ana");
    expect(line(2)).toBe("- [ ] Rehearse the restore @ben");

    wendy.editIssue("acme/shop#1", { body: (stage.issue(1).body ?? "").replace("[ ]", "[x]") });
    await stage.settled();
    expect(stage.issue(1, "acme/infra").state).toBe("closed");
    await quiet();
    expect(stage.issue(1).comments[0]?.body).toContain("ticked, no evidence");

    await say("/pm action reopen 1\n/pm action drop 2 the component goes away");
    expect(stage.issue(1, "acme/infra").state).toBe("open");
    expect(stage.issue(2).state).toBe("closed");
    expect(stage.issue(2).stateReason).toBe("not_planned");
  });

  it("is not opened twice when GitHub's answer was lost", async () => {
    await begin();
    stage.sandbox.faults.add({
      kind: "applied-then-500",
      method: "POST",
      path: "^/repos/acme/infra/issues$",
      times: 1,
    });

    await say("/pm track 1 acme/infra");
    for (let round = 0; round < 5; round += 1) await stage.later(10_000);

    expect(issuesOf("acme/infra")).toEqual([1]);
    expect(stage.issue(1).comments[0]?.body).toContain("acme/infra#1");
  });

  it("opens no door: not where the asker may not file issues, and not before a wider audience", async () => {
    await begin();
    await say("/pm track 1 acme/secret");
    await say("/pm track 1 elsewhere/thing");
    expect(issuesOf("acme/secret")).toEqual([]);

    stage.sandbox.as("wendy").createIssue("acme/vault", { title: "Keys leaked", body: BODY });
    stage.sandbox.as("wendy").label("acme/vault#1", "postmortem");
    await stage.settled();
    stage.sandbox.as("wendy").comment("acme/vault#1", "/pm track 1 acme/infra");
    await stage.settled();

    expect(issuesOf("acme/infra")).toEqual([]);
    expect(stage.issue(1, "acme/vault").comments.at(-1)?.body).toContain("More people can read");
  });

  it("is a plain linked issue beyond 100 sub-issues", async () => {
    await begin();
    const wendy = stage.sandbox.as("wendy");
    for (let n = 0; n < 100; n += 1) {
      const { number } = wendy.createIssue("acme/infra", { title: `Sub ${n}` });
      await adopt(number);
    }

    await say("/pm track 1 acme/infra");

    expect(stage.issue(101, "acme/infra").title).toContain("Alert on snapshot age");
    expect(stage.newRequests().filter((request) => request.includes("sub_issues"))).toEqual([]);
    wendy.close("acme/infra#101", "completed");
    await stage.settled();
    expect(line(1)).toMatch(/^- \[x\]/u);
  });

  it("adopts a sub-issue that a person attached, when a line links it", async () => {
    await begin();
    const wendy = stage.sandbox.as("wendy");
    for (const title of ["Alert", "Restore"]) wendy.createIssue("acme/infra", { title });
    const body = BODY.replace("age @ana", "age acme/infra#1 @ana").replace("restore @ben", "restore acme/infra#2 @ben");
    wendy.editIssue("acme/shop#1", { body });
    await stage.settled();
    wendy.close("acme/infra#2", "completed");
    await stage.settled();
    expect(line(2)).toMatch(/^- \[ \]/u);

    await adopt(1);
    await adopt(2);
    await stage.settled();
    expect(line(2)).toMatch(/^- \[x\]/u);

    wendy.close("acme/infra#1", "completed");
    await stage.settled();
    expect(line(1)).toMatch(/^- \[x\]/u);
  });

  it("ends in agreement after random deeds of people", async () => {
    await begin();
    await say("/pm track 1 acme/infra");
    const wendy = stage.sandbox.as("wendy");
    let state = 7;
    for (let step = 0; step < 40; step += 1) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      const deed = (state >> 16) % 4;
      const closed = stage.issue(1, "acme/infra").state === "closed";
      if (deed === 0 && !closed) wendy.close("acme/infra#1", "completed");
      else if (deed === 1 && closed) wendy.reopen("acme/infra#1");
      else if (deed === 2)
        wendy.editIssue("acme/shop#1", { body: (stage.issue(1).body ?? "").replace("- [ ] Alert", "- [x] Alert") });
      else if (deed === 3)
        wendy.editIssue("acme/shop#1", { body: (stage.issue(1).body ?? "").replace("- [x] Alert", "- [ ] Alert") });
      if ((state >> 8) % 3 === 0) await stage.settled();
    }
    await stage.settled();
    await quiet();

    expect(line(1).startsWith("- [x]")).toBe(stage.issue(1, "acme/infra").state === "closed");
  });
});

/** Makes an issue of acme/infra a sub-issue of the postmortem, by a person's token. */
async function adopt(number: number): Promise<void> {
  const headers = { authorization: "Bearer wendy-token", "content-type": "application/json" };
  const child = (await (await fetch(`${stage.sandbox.url}/repos/acme/infra/issues/${number}`, { headers })).json()) as {
    id: number;
  };
  const answer = await fetch(`${stage.sandbox.url}/repos/acme/shop/issues/1/sub_issues`, {
    method: "POST",
    headers,
    body: JSON.stringify({ sub_issue_id: child.id }),
  });
  expect(answer.status).toBe(201);
}

import { afterEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

const at = "acme/shop#1";

async function started(body = "Slow.\n"): Promise<void> {
  stage = await startStage({ logLevel: "fatal" });
  stage.sandbox.as("wendy").createIssue("acme/shop", { title: "DNS was slow", body });
  stage.sandbox.as("wendy").label(at, "postmortem");
  await stage.settled();
}

describe("an issue on which one thing goes wrong", () => {
  it("is served again soon after GitHub refused for good what one command would write", async () => {
    await started();
    stage.sandbox.faults.add({ kind: "error-before", status: 422, method: "POST", path: "/issues/1/comments$" });
    stage.sandbox.as("wendy").comment(at, "/pm why");
    stage.sandbox.as("wendy").comment(at, "/pm severity 1");
    for (let turn = 0; turn < 5; turn += 1) await stage.later(12_000);

    expect(stage.issue(1).labels).toContain("severity/1");
  });

  it("is not written to under its old address after it was transferred", async () => {
    await started();
    stage.sandbox.addRepository("acme/attic", { visibility: "public" });
    stage.sandbox.setRole("acme/attic", "mia", "maintain");
    stage.sandbox.as("mia").createIssue("acme/attic", { title: "The first here", body: "" });
    await stage.settled();
    const { database } = stage.app;
    await stage.app.idle();
    stage.sandbox.faults.add({ kind: "error-before", status: 502, path: "/issues/1$", times: 1 });
    stage.sandbox.as("wendy").comment(at, "/pm severity 1");
    stage.sandbox.as("mia").transfer(at, "acme/attic");
    await stage.settled();
    stage.newRequests();
    await stage.later(10_000);

    const wrote = stage.newRequests().filter((line) => !line.startsWith("GET") && /shop\/issues\/1/u.test(line));
    expect(wrote).toEqual([]);
    expect(stage.issue(2, "acme/attic").labels).not.toContain("severity/1");
    expect(await database.across.selectFrom("postmortems").select("number").execute()).toEqual([{ number: 2 }]);
  });

  it("is left alone when its repository's name belongs to another repository by now", async () => {
    await started();
    stage.sandbox.faults.add({ kind: "error-before", status: 502, path: "/issues/1$", times: 1 });
    stage.sandbox.as("wendy").comment(at, "/pm severity 1");
    await stage.settled();
    stage.sandbox.repository("acme/shop").rename("shop-old");
    stage.sandbox.addRepository("acme/shop", { visibility: "public" });
    for (const login of ["wendy", "mia"]) stage.sandbox.setRole("acme/shop", login, "maintain");
    stage.sandbox.as("mia").createIssue("acme/shop", { title: "Something else", body: "" });
    await stage.settled();
    await stage.later(10_000);
    await stage.later(400_000);

    expect(stage.issue(1, "acme/shop").labels).toEqual([]);
  });

  it("asks GitHub for nothing that only our own prompts name", async () => {
    await started();
    stage.sandbox.as("wendy").comment(at, "/pm status");
    await stage.settled();

    expect(stage.newRequests().filter((line) => line.includes("/repos/owner/"))).toEqual([]);
    expect(stage.issue(1).comments[0]?.body).not.toContain("owner/repository");
  });

  it("takes a slip of 60,000 letters in its stride", async () => {
    await started();
    stage.sandbox.as("wendy").comment(at, `/pm ${"x".repeat(60_000)}`);
    await stage.settled();

    expect(stage.issue(1).comments.at(-1)?.body).toContain("There is no command");
  });

  it("keeps the line ends of a body from the browser", async () => {
    await started("First line.\r\n\r\n## Impact\r\n\r\nAll of it.\r\n");
    stage.sandbox.as("wendy").comment(at, "/pm note restarted");
    stage.sandbox.as("wendy").comment(at, '/pm action add "Alert on it"');
    await stage.settled();

    expect(stage.issue(1).body).toMatch(/^First line\.\r\n\r\n## Impact\r\n\r\nAll of it\.\r\n/u);
    expect(stage.issue(1).body?.match(/## Impact/gu)).toHaveLength(1);
    expect(stage.issue(1).body?.replaceAll("\r\n", "")).not.toContain("\n");
  });
});

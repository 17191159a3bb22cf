import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
  const author = stage.sandbox.as("wendy");
  author.createIssue("acme/shop", { title: "Node ran out of disk", body: "Logs filled the disk.\n" });
  author.label("acme/shop#1", "postmortem");
  await stage.settled();
});
afterEach(async () => stage.close());

function status(): { id: number; body: string } {
  const comment = stage.issue(1).comments[0];
  return { id: comment?.id ?? 0, body: comment?.body ?? "" };
}

/** One click in a browser: the box of one line changes in the text as it is now. */
function click(login: string, key: string): void {
  const { id, body } = status();
  const clicked = body.replace(
    new RegExp(`- \\[([ x])\\] (<!-- pm:${key} -->)`, "u"),
    (_, mark: string, rest: string) => `- [${mark === " " ? "x" : " "}] ${rest}`,
  );
  expect(clicked).not.toBe(body);
  stage.sandbox.as(login).editComment(id, clicked);
}

describe("check boxes of the status comment", () => {
  it("end 25 quick clicks in two writes at most, in the right state", async () => {
    const keys = ["detection", "timeline", "factors", "mitigation", "shared"];
    stage.newRequests();

    for (let n = 0; n < 25; n += 1) click("wendy", `prompt.${keys[n % keys.length] ?? ""}`);
    await stage.settled();
    await stage.later(60_000);

    const writes = stage.newRequests().filter((line) => line.startsWith("PATCH"));
    expect(writes.length).toBeLessThanOrEqual(2);
    // Five clicks each: every box ends up ticked, by her.
    for (const key of keys)
      expect(status().body).toMatch(new RegExp(`- \\[x\\] <!-- pm:prompt.${key} --> [^\\n]*\\(\`wendy\`\\)`, "u"));
  });

  it("are kept without a request, and shown after one look at the issue", async () => {
    stage.newRequests();

    click("wendy", "prompt.detection");
    click("wendy", "prompt.shared");
    await stage.settled();
    expect(stage.newRequests()).toEqual([]);
    await stage.later(60_000);

    expect(stage.newRequests()).toEqual([
      "GET /repos/acme/shop/issues/1 200",
      expect.stringMatching(/^PATCH .*\/issues\/comments\/\d+ 200$/u),
    ]);
    expect(status().body).toMatch(/- \[x\] <!-- pm:prompt.shared --> [^\n]*\(`wendy`\)/u);
  });

  it("do not bring back what was so before a command that came after them", async () => {
    click("wendy", "prompt.shared");
    await stage.settled();
    stage.sandbox.as("wendy").comment("acme/shop#1", '/pm action add "Rotate logs by size" @ana');
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).body).toContain("Rotate logs by size");
    expect(status().body).toContain("0 of 1 settled");
    expect(status().body).toContain("- [x] <!-- pm:prompt.shared -->");
  });

  it("confirm a category by one click", async () => {
    click("wendy", "category.resource-pressure");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).labels).toContain("hotspot/resource-pressure");
    expect(status().body).toContain("Resource pressure (confirmed)");
    expect(status().body).not.toContain("Which hotspot is it?");
  });

  it("tick themselves as the body is written, and yield to a person's choice", async () => {
    click("wendy", "prompt.impact");
    await stage.settled();
    const { body } = stage.issue(1);
    const written = (body ?? "")
      .replace(/(## Detection\n)/u, "$1\nAn alert.\n")
      .replace(/(## Preventive actions\n)/u, "$1\n- [ ] Rotate logs by size @ana (due 2027-01-31)\n");
    stage.sandbox.as("wendy").editIssue("acme/shop#1", { body: written });
    await stage.settled();
    await stage.later(60_000);

    expect(status().body).toContain("- [x] <!-- pm:prompt.impact -->");
    expect(status().body).toContain("- [x] <!-- pm:prompt.detection -->");
    expect(status().body).toContain("- [x] <!-- pm:prompt.action -->");
    expect(status().body).toContain("0 of 1 settled");
  });

  it("of the issue's own list show as ticked without evidence", async () => {
    stage.sandbox.as("wendy").comment("acme/shop#1", '/pm action add "Rotate logs by size" @ana');
    await stage.settled();
    const { body } = stage.issue(1);

    stage.sandbox.as("wendy").editIssue("acme/shop#1", { body: (body ?? "").replace("- [ ] Rotate", "- [x] Rotate") });
    await stage.settled();
    await stage.later(60_000);

    expect(status().body).toContain("ticked, no evidence");
    expect(stage.issue(1).body).toContain("- [x] Rotate logs by size @ana");
  });
});

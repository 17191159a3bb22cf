import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

const DAY_MS = 86_400_000;
const START = "2026-10-05T09:00:00Z";
const INGRESS =
  "The nginx ingress controller would not reload: one broken ingress object stopped the ingress for all hosts.\n";

let stage: Stage;
afterEach(async () => stage.close());

async function begin(): Promise<void> {
  stage = await startStage({ sandbox: { clock: START }, build: smallWorld });
}

async function incident(title: string, body: string, category?: string): Promise<number> {
  const wendy = stage.sandbox.as("wendy");
  const { number } = wendy.createIssue("acme/shop", { title, body });
  wendy.label(`acme/shop#${number}`, "postmortem");
  await stage.settled();
  if (category !== undefined) await say(number, `/pm category ${category}`);
  return number;
}

async function say(number: number, text: string): Promise<void> {
  stage.sandbox.as("wendy").comment(`acme/shop#${number}`, text);
  await stage.settled();
  await stage.advance(60_000);
}

function blocks(number: number): string[] {
  return stage
    .issue(number)
    .comments.flatMap(({ body }) => body.split("\n").filter((line) => line.startsWith("**We already knew.**")));
}

function statusOf(number: number): string {
  return stage.issue(number).comments.find(({ body }) => body.includes("slot=status"))?.body ?? "";
}

async function first(): Promise<number> {
  return incident(
    "Ingress would not reload",
    `${INGRESS}\n## Preventive actions\n\n- [ ] Validate ingress objects on admission @ana\n- [ ] Alert on failed reloads @ben\n`,
    "ingress",
  );
}

describe("what we already knew", () => {
  it("is one block with the open action of the earlier postmortem, its age and its link; none when it is done", async () => {
    await begin();
    const one = await first();
    await say(one, "/pm action done 2 https://example.com/alert");
    await stage.advance(40 * DAY_MS);

    const two = await incident("Ingress down again", INGRESS, "ingress");

    expect(blocks(two)).toHaveLength(1);
    const line = statusOf(two)
      .split("\n")
      .filter((text) => text.includes("Validate ingress objects on admission"));
    expect(line).toHaveLength(1);
    expect(line[0]).toMatch(/\(open, 40 days old/u);
    expect(line[0]).toContain(`/acme/shop/issues/${one}`);
    expect(statusOf(two)).not.toContain("Alert on failed reloads");
    expect(blocks(one)).toEqual([]);

    await say(one, "/pm action done 1 https://example.com/admission");
    const three = await incident("And again", INGRESS, "ingress");
    expect(blocks(three)).toEqual([]);
    await say(two, "/pm status");
    expect(blocks(two)).toEqual([]);
  });

  it("tells of what was dropped, and nothing of another category or of a restricted incident", async () => {
    await begin();
    const one = await first();
    await say(one, "/pm action drop 1 too much work");
    await stage.advance(5 * DAY_MS);

    const two = await incident("Ingress down again", INGRESS, "ingress");
    expect(statusOf(two)).toMatch(/Validate ingress objects.*dropped, 5 days old/u);

    await say(two, "/pm category dns");
    expect(blocks(two)).toEqual([]);
    await say(two, "/pm category ingress");
    expect(blocks(two)).toHaveLength(1);

    stage.sandbox.as("wendy").label(`acme/shop#${one}`, "restricted");
    await stage.settled();
    const three = await incident("And again", INGRESS, "ingress");
    expect(blocks(three)).toEqual([]);
  });
});

import { afterEach, describe, expect, it } from "vitest";

import type { Notice } from "../../src/domain/change.ts";
import { createHandle } from "../../src/handling.ts";
import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

const HOUR_MS = 3_600_000;
const START = "2026-10-12T06:00:00Z";
const CONFIG = `
team: { functions: [{ name: platform, members: [ana, ben], lead: mia }] }
digest: { day: monday, time: "09:00", timezone: Europe/Berlin }
reminders: { escalate-after: 1 }
`;
const BODY =
  "## Preventive actions\n\n- [ ] Alert on age @ana (due 2026-10-15)\n- [ ] Rehearse @ben (due 2026-10-15)\n";

let stage: Stage;
let told: Notice[] = [];
afterEach(async () => stage.close());

async function begin({
  fails = false,
  visibility = "public",
}: { fails?: boolean; visibility?: "public" | "private" } = {}): Promise<void> {
  told = [];
  stage = await startStage({
    logLevel: "silent",
    sandbox: { clock: START },
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.repository("acme/shop").setVisibility(visibility);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", CONFIG);
    },
    overrides: {
      createHandle: async (deps) =>
        createHandle(deps, {
          notify: async ({ notice }) => {
            told.push(notice);
            if (fails) throw new Error("the worker died here");
          },
        }),
    },
  });
}

async function incident(labels: string[] = []): Promise<void> {
  const wendy = stage.sandbox.as("wendy");
  const { number } = wendy.createIssue("acme/shop", { title: "Snapshots too old", body: BODY, labels });
  wendy.label(`acme/shop#${number}`, "postmortem");
  await stage.settled();
}

async function pass(days: number): Promise<void> {
  for (let gone = 0; gone < days * 24; gone += 6) {
    await stage.pass(6 * HOUR_MS);
  }
}

function slots(): string[] {
  return told.map(({ slot }) => slot.replace(/^escalated\.\d+/u, "escalated.R"));
}

/** The slots of the digests that stand on GitHub. */
function digests(): string[] {
  return (stage.sandbox.state().repositories.find(({ name }) => name === "acme/shop")?.issues ?? [])
    .filter(({ labels }) => labels.includes("postmortem-digest"))
    .map(({ title }) => `digest.${title.slice(-8).toLowerCase()}`)
    .toSorted();
}

describe("notices for whoever runs the app", () => {
  it("tell each digest and each escalation once, and nothing of a restricted incident", async () => {
    await begin();
    await incident();
    await incident(["restricted"]);

    await pass(7);
    stage.sandbox.as("mia").comment("acme/shop#1", "/pm digest");
    await stage.settled();
    await stage.restart();
    await pass(8);

    expect(slots()).toEqual([...new Set(slots())]);
    expect(
      slots()
        .filter((slot) => slot.startsWith("digest."))
        .toSorted(),
    ).toEqual(digests());
    expect(digests().length).toBeGreaterThan(1);
    const escalated = told.filter(({ slot }) => slot.startsWith("escalated."));
    expect(escalated.map(({ link }) => link.text)).toEqual(["acme/shop#1"]);
    expect(escalated[0]?.lines.join("\n")).toContain("Alert on age");
  });

  it("name nothing that people wrote where not everybody may read it", async () => {
    await begin({ visibility: "private" });
    await incident();

    await pass(14);

    expect(told.length).toBeGreaterThan(2);
    expect(JSON.stringify(told)).not.toMatch(/Alert|Rehearse|Snapshots/u);
  });

  it("are not told again when they could not be, and hold nothing else up", async () => {
    await begin({ fails: true });
    await incident();

    await pass(8);

    expect(digests().length).toBeGreaterThan(0);
    expect(slots()).toEqual([...new Set(slots())]);
  });
});

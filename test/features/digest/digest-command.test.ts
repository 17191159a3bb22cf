import { describe, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import { Delivery } from "../../../src/domain/delivery.ts";
import type { IssueFacts } from "../../../src/domain/facts.ts";
import digest from "../../../src/features/digest/commands/digest.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";

const postmortem = somePostmortem();
const facts = {
  kind: "issue",
  now: "2026-11-18T12:00:00.000Z",
  today: "2026-11-18",
  actor: { id: 3, login: "alice", kind: "person" },
  issue: { ref: postmortem.ref },
  config: DEFAULT_CONFIG,
  postmortem,
} as unknown as IssueFacts;
const call = { name: "digest", words: [], named: {}, rest: "", commentId: 4711 };

describe("/postmortem digest", () => {
  it("sends this week's digest to the inbox, once per comment", () => {
    const planned = digest.run(call, facts, []);

    expect(planned).toMatchObject([
      {
        kind: "send",
        delivery: {
          id: "digest:7:2026-W47:asked:4711",
          lane: "digest:7",
          event: { kind: "digest-due", week: "2026-W47", asked: true },
        },
      },
    ]);
    expect(planned).toEqual(digest.run(call, facts, []));
  });

  it("makes a delivery that the inbox can read", () => {
    const [change] = digest.run(call, facts, []) as unknown as [{ delivery: unknown }];

    expect(() => Delivery.parse(change.delivery)).not.toThrow();
  });

  it("needs maintain", () => {
    expect(digest.needs([])).toBe("maintain");
  });
});

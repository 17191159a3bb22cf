import { expect, it } from "vitest";

import { Config } from "../../../src/domain/config.ts";
import { Delivery } from "../../../src/domain/delivery.ts";
import { mentionable } from "../../../src/read/mentionable.ts";

type Deps = Parameters<typeof mentionable>[2];

const ROLES: Readonly<Record<string, "read" | "write" | "unknown">> = { ana: "write", rita: "read", ghost: "unknown" };

const delivery = Delivery.parse({
  id: "remind:7",
  installationId: 7,
  lane: "issue:100#1",
  event: {
    kind: "remind-due",
    day: "2026-11-20",
    remind: ["Ana", "rita", "ghost", "acme/sre", "acme/other", "not a login"].map((owner) => ({ owner, keys: ["a"] })),
    escalate: [{ lead: "lea", keys: ["b"] }, { keys: ["c"] }],
  },
  issue: { installationId: 7, repositoryId: 100, owner: "acme", repo: "shop", number: 1 },
  receivedAt: "2026-11-20T09:00:00.000Z",
});

it("mentions people with a part in the repository and whom the configuration names, never a stranger", async () => {
  const config = Config.parse({ team: { functions: [{ name: "platform", members: ["@acme/sre"], lead: "lea" }] } });
  const asked: string[] = [];
  const deps = {
    octokit: {},
    role: async (_: unknown, __: unknown, { login }: { login: string }) => {
      asked.push(login);
      return ROLES[login] ?? "none";
    },
  } as unknown as Deps;

  expect(await mentionable(delivery, config, deps)).toEqual(["ana", "acme/sre", "lea"]);
  expect(asked).toEqual(["ana", "rita", "ghost"]);
});

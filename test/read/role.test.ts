import { describe, expect, it } from "vitest";

import type { Actor } from "../../src/domain/actor.ts";
import { createReadRole } from "../../src/read/role.ts";
import { clientAnswering } from "./answers.ts";

const PLACE = { installationId: 7, id: 100, owner: "acme", repo: "shop" };
const ANA: Actor = { id: 1, login: "Ana", kind: "person" };

async function roleFor(answer: unknown, actor: Actor = ANA): Promise<string> {
  return createReadRole(() => 0)(clientAnswering(() => answer).octokit, PLACE, actor);
}

describe("a role", () => {
  it.each([
    [{ permission: "write", role_name: "maintain" }, "maintain"],
    [{ permission: "read", role_name: "triage" }, "triage"],
    [{ permission: "admin", role_name: "admin" }, "admin"],
    [{ permission: "write", role_name: "incident-lead" }, "write"],
    [{ permission: "read" }, "read"],
    [{ permission: "none", role_name: null }, "none"],
    [{ permission: "owner", role_name: "unknown" }, "unknown"],
    [{ role: "admin" }, "unknown"],
    ["<html>", "unknown"],
  ])("told as %j is %s", async (answer, role) => {
    expect(await roleFor(answer)).toBe(role);
  });

  it.each([
    [404, "none"],
    [403, "unknown"],
    [410, "unknown"],
    [451, "unknown"],
  ])("answered with %i is %s", async (status, role) => {
    expect(await roleFor(status)).toBe(role);
  });

  it("that GitHub could not tell is asked again later", async () => {
    await expect(roleFor(502)).rejects.toThrow("502");
  });

  it.each(["bot", "self", "ghost"] as const)("of a %s is unknown, without asking", async (kind) => {
    expect(await roleFor({ permission: "admin", role_name: "admin" }, { ...ANA, kind })).toBe("unknown");
  });

  it("is believed for a minute, for one person and repository", async () => {
    let time = 0;
    const { octokit, asked } = clientAnswering(() => ({ permission: "write", role_name: "write" }));
    const read = createReadRole(() => time);

    await read(octokit, PLACE, ANA);
    await read(octokit, PLACE, { ...ANA, login: "ana" });
    await read(octokit, PLACE, { ...ANA, login: "ben" });
    await read(octokit, { ...PLACE, id: 101 }, ANA);
    time = 60_001;
    await read(octokit, PLACE, ANA);

    expect(asked).toHaveLength(4);
  });
});

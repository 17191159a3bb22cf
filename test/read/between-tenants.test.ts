import { describe, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../src/domain/config.ts";
import type { Octokit } from "../../src/github/octokit.ts";
import { createReadTeam } from "../../src/read/team.ts";
import { createReadUpstream } from "../../src/read/upstream.ts";

/** A client of one installation that answers every request so, and counts them. */
function client(answer: (route: string) => unknown): { octokit: Octokit; asked: string[] } {
  const asked: string[] = [];
  const request = async (route: string, parameters: Record<string, unknown>): Promise<unknown> => {
    asked.push(`${route} ${JSON.stringify(parameters)}`);
    const found = answer(route);
    if (found === undefined) throw Object.assign(new Error("Not Found"), { status: 404 });
    return { data: found };
  };
  return { octokit: { request } as unknown as Octokit, asked };
}

const CONFIG = {
  ...DEFAULT_CONFIG,
  team: { ...DEFAULT_CONFIG.team, functions: [{ name: "platform", members: ["@acme/sre"], affinity: [] }] },
};

describe("what is remembered of GitHub's answers", () => {
  it("tells nobody the members of another installation's team", async () => {
    const read = createReadTeam(() => 0);
    const acme = client(() => [{ login: "ana" }]);
    const stranger = client(() => undefined);

    expect((await read(acme.octokit, CONFIG, 1))[0]?.people).toEqual(["ana"]);
    expect((await read(stranger.octokit, CONFIG, 2))[0]?.people).toEqual([]);
    await read(acme.octokit, CONFIG, 1);
    expect(acme.asked).toHaveLength(1);
  });

  it("takes nobody's team away because another installation may not read it", async () => {
    const read = createReadTeam(() => 0);
    await read(client(() => undefined).octokit, CONFIG, 1);

    expect((await read(client(() => [{ login: "ana" }]).octokit, CONFIG, 2))[0]?.people).toEqual(["ana"]);
  });

  it("reads no issue of the same owner's other repositories for whoever names it", async () => {
    const read = createReadUpstream(() => 0);
    const acme = client(() => ({ title: "Merger with Globex", state: "open" }));

    const found = await read(acme.octokit, "Seen in Acme/secret#7 and kubernetes/kubernetes#57992.", {
      owner: "acme",
      repo: "shop",
    });

    expect(found.find(({ name }) => name === "Acme/secret#7")).toEqual({ name: "Acme/secret#7" });
    expect(found.find(({ name }) => name === "kubernetes/kubernetes#57992")?.state).toBe("open");
    expect(acme.asked.join()).not.toContain("secret");
  });
});

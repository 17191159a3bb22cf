import { describe, expect, it } from "vitest";

import { Config } from "../../src/domain/config.ts";
import { createReadTeam } from "../../src/read/team.ts";
import { clientAnswering } from "./answers.ts";

function config(...functions: readonly Readonly<Record<string, unknown>>[]): Config {
  return Config.parse({ team: { functions } });
}

describe("the functions of a team", () => {
  it("are people: teams are expanded, page by page, without bots and doubles", async () => {
    const first = [
      { login: "ben", type: "User" },
      { login: "robot", type: "Bot" },
      ...Array.from({ length: 98 }, (_, n) => ({ login: `p${n}` })),
    ];
    const { octokit, asked } = clientAnswering(({ parameters }) =>
      parameters["page"] === 1 ? first : [{ login: "last" }],
    );

    const [platform] = await createReadTeam(() => 0)(
      octokit,
      config({ name: "platform", members: ["@ana", "ben", "@acme/sre"], lead: "@mia", affinity: ["dns"] }),
      7,
    );

    expect(platform).toMatchObject({ name: "platform", lead: "mia", affinity: ["dns"] });
    expect(platform?.people.slice(0, 3)).toEqual(["ana", "ben", "p0"]);
    expect(platform?.people).not.toContain("robot");
    expect(platform?.people).toHaveLength(101);
    expect(asked).toHaveLength(2);
  });

  it.each([403, 404])("count a team as empty when GitHub answers %i", async (status) => {
    const { octokit } = clientAnswering(() => status);

    expect(await createReadTeam(() => 0)(octokit, config({ name: "network", members: ["@acme/sre"] }), 7)).toEqual([
      { name: "network", people: [], affinity: [] },
    ]);
  });

  it("are asked for again when GitHub is in trouble", async () => {
    await expect(
      createReadTeam(() => 0)(
        clientAnswering(() => 502).octokit,
        config({ name: "network", members: ["@acme/sre"] }),
        7,
      ),
    ).rejects.toThrow("502");
  });

  it("ask for one team once in five minutes, however it is written", async () => {
    let time = 0;
    const { octokit, asked } = clientAnswering(() => [{ login: "ana" }]);
    const read = createReadTeam(() => time);
    const both = config({ name: "a", members: ["@acme/sre"] }, { name: "b", members: ["@ACME/SRE"] });

    await read(octokit, both, 7);
    time = 300_001;
    await read(octokit, both, 7);

    expect(asked).toHaveLength(2);
  });
});

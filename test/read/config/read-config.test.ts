import { ProbotOctokit } from "probot";
import { describe, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import { createConfigReader, type LastGood } from "../../../src/read/config/read-config.ts";
import { fakeFiles, fault } from "./fake-files.ts";

const OWN = "acme/shop/.github/postmortem.yml";
const PARENT = "acme/.github/.github/postmortem.yml";
const SHOP = { id: 7, installationId: 1, owner: "acme", repo: "shop" };
const FIVE_MINUTES = 300_000;

function set(files: Record<string, string | number>, lastGood?: LastGood) {
  const held = new Map(Object.entries(files));
  const octokit = fakeFiles(held);
  const clock = { at: 0 };
  const reader = createConfigReader({
    now: () => clock.at,
    ttlMs: FIVE_MINUTES,
    ...(lastGood === undefined ? {} : { lastGood }),
  });
  return { held, octokit, clock, reader, read: async () => reader.readConfig(octokit, SHOP) };
}

describe("which file is in force", () => {
  it("is the repository's own, in one request", async () => {
    const { octokit, read } = set({ [OWN]: "mode: quiet", [PARENT]: "label: incident" });

    const { config, found, origin, problem } = await read();

    expect(config).toEqual({ ...DEFAULT_CONFIG, mode: "quiet" });
    expect({ found, origin, problem }).toEqual({
      found: true,
      origin: { mode: ".github/postmortem.yml" },
      problem: undefined,
    });
    expect(octokit.asked).toHaveLength(1);
  });

  it("is the owner's when the repository has none", async () => {
    const { octokit, read } = set({ [PARENT]: "label: incident" });

    const { config, found, origin } = await read();

    expect(config).toEqual({ ...DEFAULT_CONFIG, label: "incident" });
    expect({ found, origin }).toEqual({ found: true, origin: { label: PARENT } });
    expect(octokit.asked.map(({ file }) => file)).toEqual([OWN, PARENT]);
  });

  it.each([404, 403, 410])("is neither when both answer, the second with %i", async (status) => {
    const { octokit, read } = set({ [PARENT]: status });

    expect(await read()).toEqual({ config: DEFAULT_CONFIG, found: false, origin: {}, problems: [] });
    expect(octokit.asked).toHaveLength(2);
  });

  it("is both when the own file extends another of the same owner", async () => {
    const { octokit, read } = set({
      [OWN]: "_extends: platform\nmode: quiet",
      "acme/platform/.github/postmortem.yml": "_extends: .github\nlabel: incident",
      [PARENT]: "severity: 1",
    });

    const { config } = await read();

    expect(config).toEqual({ ...DEFAULT_CONFIG, _extends: "platform", mode: "quiet", label: "incident" });
    expect(octokit.asked).toHaveLength(2);
  });

  it("never comes from another owner", async () => {
    const { octokit, read } = set({
      [OWN]: "_extends: evil/shop\nmode: quiet",
      "evil/shop/.github/postmortem.yml": "label: x",
    });

    const { config, problem, problems } = await read();

    expect(config).toMatchObject({ mode: "quiet", label: "postmortem" });
    expect(problem).toBeUndefined();
    expect(problems).toMatchObject([{ line: 1, column: 11, path: "_extends", fatal: false }]);
    expect(octokit.asked.map(({ file }) => file)).toEqual([OWN]);
  });

  it("says so when there is nothing to inherit", async () => {
    const { read } = set({ [OWN]: "_extends: .github\nmode: quiet" });

    const { config, problems } = await read();

    expect(config.mode).toBe("quiet");
    expect(problems.map(({ message }) => message)).toEqual([
      '`_extends` is ".github": the app finds no .github/postmortem.yml there that it may read; nothing is inherited',
    ]);
  });
});

describe("how often GitHub is asked", () => {
  it("is never while fresh, a missing file included", async () => {
    const { octokit, clock, read } = set({});
    await read();

    clock.at = FIVE_MINUTES - 1;
    await read();

    expect(octokit.asked).toHaveLength(2);
  });

  it("is with the ETag afterwards, and an unchanged file stays in force", async () => {
    const { octokit, clock, read } = set({ [OWN]: "mode: quiet" });
    const first = await read();

    clock.at = FIVE_MINUTES;
    const second = await read();

    expect(second).toBe(first);
    expect(octokit.asked.map(({ etag }) => etag)).toEqual([undefined, '"11-mode: quiet"']);
  });

  it("is once for two who ask at the same time", async () => {
    const { octokit, read } = set({ [OWN]: "mode: quiet" });

    const [one, other] = await Promise.all([read(), read()]);

    expect(one).toEqual(other);
    expect(octokit.asked).toHaveLength(1);
  });

  it("is again after the file was pushed", async () => {
    const { held, reader, read } = set({ [OWN]: "mode: quiet" });
    await read();
    held.set(OWN, "mode: dry-run");

    reader.invalidate(SHOP.id);

    expect((await read()).config.mode).toBe("dry-run");
  });

  it("is again after the owner's file was pushed", async () => {
    const { held, reader, read } = set({ [PARENT]: "mode: quiet" });
    await read();
    held.set(PARENT, "mode: dry-run");

    reader.invalidateFile("Acme", ".github");

    expect((await read()).config.mode).toBe("dry-run");
  });

  it("does not trust an answer that was under way when the file was pushed", async () => {
    const { held, reader, read } = set({ [OWN]: "mode: quiet" });
    await read();
    reader.invalidate(SHOP.id);
    const underWay = read();
    held.set(OWN, "mode: dry-run");
    reader.invalidate(SHOP.id);
    await underWay;

    expect((await read()).config.mode).toBe("dry-run");
  });

  it("is once for an owner's file, however many repositories inherit it", async () => {
    const { octokit, reader } = set({ [PARENT]: "mode: quiet" });

    await reader.readConfig(octokit, SHOP);
    await reader.readConfig(octokit, { ...SHOP, id: 8, repo: "till" });

    expect(octokit.asked.map(({ file }) => file)).toEqual([OWN, PARENT, "acme/till/.github/postmortem.yml"]);
  });
});

describe("a file that breaks", () => {
  it("leaves the last good configuration in force", async () => {
    const { held, clock, read } = set({ [OWN]: "mode: quiet" });
    await read();
    held.set(OWN, "label: x\nmode: loud");
    clock.at = FIVE_MINUTES;

    const { config, found, problem } = await read();

    expect(config).toEqual({ ...DEFAULT_CONFIG, mode: "quiet" });
    expect(found).toBe(true);
    expect(problem).toBe('.github/postmortem.yml:2:7 `mode` is "loud": write active, quiet or dry-run');
  });

  it("is forgotten once it is right again", async () => {
    const { held, clock, read } = set({ [OWN]: "mode: loud" });
    expect((await read()).config).toEqual(DEFAULT_CONFIG);
    held.set(OWN, "mode: dry-run");
    clock.at = FIVE_MINUTES;

    expect(await read()).toMatchObject({ config: { mode: "dry-run" }, problems: [] });
  });

  it("leaves the last good configuration in force beyond a restart", async () => {
    const kept = new Map<number, string>();
    const lastGood: LastGood = {
      kept: async ({ id }) => JSON.parse(kept.get(id) ?? "null"),
      keep: async ({ id }, value) => void kept.set(id, JSON.stringify(value)),
    };
    await set({ [OWN]: "mode: quiet" }, lastGood).read();

    const { config, problem } = await set({ [OWN]: "mode: [" }, lastGood).read();

    expect(config).toEqual({ ...DEFAULT_CONFIG, mode: "quiet" });
    expect(problem).toMatch(/^\.github\/postmortem\.yml:1:\d+ /u);
  });

  it("does not show values of an inherited file to readers of this one", async () => {
    const { read } = set({ [OWN]: "_extends: .github\nmode: quiet", [PARENT]: "label: x\nseverity: hunter2" });

    const { config, problem, problems } = await read();

    expect(config.mode).toBe("quiet");
    expect(problem).toBe(`${PARENT}:2:11 \`severity\` of the inherited file cannot be used; correct it there`);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });
});

describe("what GitHub fails with", () => {
  it("is thrown, so that the delivery is tried again", async () => {
    await expect(set({ [OWN]: 500 }).read()).rejects.toThrow("HTTP 500");
  });

  it("is thrown for a limit too, which is no missing file", async () => {
    const { reader } = set({});
    const octokit = {
      request: async () => {
        throw fault(403, OWN, { "retry-after": "60" });
      },
    };

    await expect(reader.readConfig(octokit, SHOP)).rejects.toThrow("HTTP 403");
  });

  it("does not stay: the next reading asks again", async () => {
    const { held, octokit, read } = set({ [OWN]: 502 });
    await expect(read()).rejects.toThrow("HTTP 502");
    held.set(OWN, "mode: quiet");

    expect((await read()).config.mode).toBe("quiet");
    expect(octokit.asked).toHaveLength(2);
  });
});

it("takes the client of an installation", () => {
  type Wanted = Parameters<ReturnType<typeof createConfigReader>["readConfig"]>[0];

  const client: Wanted = new ProbotOctokit();

  expect(typeof client.request).toBe("function");
});

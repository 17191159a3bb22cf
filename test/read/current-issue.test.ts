import { describe, expect, it } from "vitest";

import { DeliveryId, InstallationId, type IssueRef } from "../../src/domain/ids.ts";
import { RetryLater } from "../../src/inbox/retry.ts";
import { readCurrentIssue } from "../../src/read/current-issue.ts";
import { clientAnswering } from "./answers.ts";

const REF: IssueRef = {
  installationId: InstallationId.parse(7),
  repositoryId: 100,
  owner: "acme",
  repo: "shop",
  number: 1,
};
const NOW = "2026-11-20T10:00:05.000Z";
const NOTHING = { body: undefined, labels: undefined };

interface Wanted {
  readonly asOf?: string;
  readonly attempt?: number;
  readonly written?: object;
}

interface Copy {
  readonly body?: string;
  readonly labels?: readonly string[];
  readonly updated_at?: string;
}

/** Reads the issue from copies that answer so in turn, the last one from then on; and how often it was asked for. */
async function ask(
  copies: readonly Copy[] | (() => Copy),
  { asOf, attempt = 1, written = NOTHING }: Wanted = {},
): Promise<{ body: string; times: number }> {
  const left = typeof copies === "function" ? [] : [...copies];
  const next = typeof copies === "function" ? copies : () => (left.length > 1 ? left.shift() : left[0]);
  const { octokit, asked } = clientAnswering(() => ({
    title: "Down",
    body: "",
    labels: [],
    state: "open",
    created_at: "2026-11-20T09:00:00Z",
    html_url: "https://github.com/acme/shop/issues/1",
    ...next(),
  }));
  const delivery = { id: DeliveryId.parse("d-1"), ...(asOf && { asOf }) };
  const reading = { delivery, attempt, written: { ...NOTHING, ...written } };
  const { body } = await readCurrentIssue(REF, { ...reading, deps: { octokit, now: NOW } });
  return { body, times: asked.length };
}

async function read(copies: Parameters<typeof ask>[0], wanted?: Wanted): Promise<string> {
  return (await ask(copies, wanted)).body;
}

const OLD = { body: "old", updated_at: "2026-11-20T10:00:00Z" };
const NEW = { body: "new", updated_at: "2026-11-20T10:00:01Z" };

describe("the current issue", () => {
  it("is not older than the event that tells of it", async () => {
    expect(await read([OLD, OLD, NEW], { asOf: "2026-11-20T10:00:01Z" })).toBe("new");
    expect(await read([OLD, NEW], { asOf: "2026-11-20T10:00:00Z" })).toBe("old");
  });

  it("is waited for by another attempt when a copy lags for longer, and the third believes it", async () => {
    const asOf = "2026-11-20T10:00:01Z";

    await expect(read([OLD], { asOf, attempt: 2 })).rejects.toThrow(RetryLater);
    expect(await read([OLD], { asOf, attempt: 3 })).toBe("old");
  });

  it("shows what we have just written, unless somebody took it back", async () => {
    const body = { base: "old", wrote: "new", at: "2026-11-20T10:00:04.000Z", bases: [] };

    expect(await read([OLD, NEW], { written: { body } })).toBe("new");
    expect(await read([OLD], { written: { body } })).toBe("old");
    expect(await read([OLD, NEW], { written: { body: { ...body, at: "2026-11-20T09:59:00.000Z" } } })).toBe("old");
    expect(await read([{ body: "theirs" }, NEW], { written: { body } })).toBe("theirs");
  });

  describe("which an earlier attempt may have written", () => {
    const body = { base: "old", wrote: "new", at: NOW, bases: [], delivery: "d-1" };
    const again = { attempt: 2, written: { body } };

    it("is looked at once more, when every copy would show it", async () => {
      expect(await ask([NEW], again)).toEqual({ body: "new", times: 1 });
      expect(await ask([OLD], again)).toEqual({ body: "old", times: 2 });
      const began = performance.now();
      const lagging = (): Copy => (performance.now() - began > 2_000 ? NEW : OLD);
      expect(await ask(lagging, again)).toEqual({ body: "new", times: 2 });
    });

    it("is looked at as ever for labels that a copy lacks, and for its own event", async () => {
      const labels = { add: ["severity/1"], remove: [], at: NOW };
      const labelled = { ...NEW, labels: ["severity/1"] };
      const written = { body, labels };

      expect(await ask([OLD, NEW, NEW, labelled], { attempt: 2, written })).toEqual({ body: "new", times: 4 });
      expect((await ask([OLD, OLD, OLD, NEW], { ...again, asOf: NEW.updated_at })).times).toBe(4);
    });
  });

  it("shows the labels we have just put on and taken off", async () => {
    const labels = { add: ["severity/1"], remove: ["Severity/3"], at: NOW };
    const before = { body: "before", labels: ["severity/3"] };
    const between = { body: "between", labels: ["severity/1", "severity/3"] };
    const after = { body: "after", labels: ["Severity/1", "bug"] };

    expect(await read([before, between, after], { written: { labels } })).toBe("after");
  });
});

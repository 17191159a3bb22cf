import { describe, expect, it } from "vitest";

import { InstallationId, type IssueRef } from "../../src/domain/ids.ts";
import { PermanentFailure } from "../../src/domain/refusal.ts";
import { readIssue } from "../../src/read/issue.ts";
import { createRepositoryReader } from "../../src/read/repository.ts";
import { clientAnswering } from "./answers.ts";

const REF: IssueRef = {
  installationId: InstallationId.parse(7),
  repositoryId: 100,
  owner: "acme",
  repo: "shop",
  number: 1,
};
const ANSWER = {
  title: "Down",
  body: null,
  labels: ["bug", { name: "postmortem" }, { name: null }],
  assignees: null,
  user: null,
  state: "closed",
  state_reason: "completed",
  created_at: "2026-11-20T10:00:00Z",
  closed_at: "2026-11-20T11:00:00Z",
  html_url: "https://github.com/acme/shop/issues/1",
};

describe("an issue", () => {
  it("is read with its holes filled: no text, no author, labels of either form", async () => {
    expect(await readIssue(clientAnswering(() => ANSWER).octokit, REF, 1)).toMatchObject({
      body: "",
      author: "ghost",
      labels: ["bug", "postmortem", ""],
      assignees: [],
      stateReason: "completed",
      closedAt: "2026-11-20T11:00:00Z",
    });
  });

  it.each([410, 451, 301])("is gone for good at %i", async (status) => {
    await expect(readIssue(clientAnswering(() => status).octokit, REF, 1)).rejects.toThrow(PermanentFailure);
  });

  it("is believed to be gone at 404 only from the third attempt on", async () => {
    const attempt = (n: number) => readIssue(clientAnswering(() => 404).octokit, REF, n);

    await expect(attempt(2)).rejects.not.toThrow(PermanentFailure);
    await expect(attempt(3)).rejects.toThrow("issue acme/shop#1 is gone (404)");
  });

  it("is none when it is a pull request", async () => {
    await expect(readIssue(clientAnswering(() => ({ ...ANSWER, pull_request: {} })).octokit, REF, 1)).rejects.toThrow(
      "acme/shop#1 is a pull request",
    );
  });
});

describe("a repository", () => {
  const place = { installationId: 7, id: 100, owner: "acme", repo: "shop" };

  it("is read with all its labels, once, and with those we made since", async () => {
    const hundred = Array.from({ length: 100 }, (_, n) => ({ name: `l${n}` }));
    const { octokit, asked } = clientAnswering(({ route, parameters }) => {
      if (!route.endsWith("labels")) return { private: true };
      return parameters["page"] === 1 ? hundred : [{ name: "last" }];
    });
    const reader = createRepositoryReader(() => 0);

    const first = await reader.read(octokit, place);
    await reader.madeLabel(place, "severity/1");
    const second = await reader.read(octokit, place);

    expect(first).toMatchObject({ id: 100, owner: "acme", name: "shop", visibility: "private" });
    expect(first.labels).toHaveLength(101);
    expect(second.labels.at(-1)).toBe("severity/1");
    expect(asked).toHaveLength(3);
  });

  it("is read anew after it was forgotten", async () => {
    let isPrivate = false;
    const { octokit } = clientAnswering(({ route }) => (route.endsWith("labels") ? [] : { private: isPrivate }));
    const reader = createRepositoryReader(() => 0);

    const before = await reader.read(octokit, place);
    isPrivate = true;
    await reader.madeLabel(place, "x");
    await reader.forget(place);

    expect(before.visibility).toBe("public");
    expect(await reader.read(octokit, place)).toMatchObject({ visibility: "private", labels: [] });
  });
});

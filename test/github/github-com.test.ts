import { afterEach, describe, expect, it } from "vitest";

import { putComment } from "../../src/apply/comments.ts";
import { createSlots } from "../../src/apply/slot.ts";
import { InstallationId } from "../../src/domain/ids.ts";
import { API_VERSION, githubFor } from "../../src/github/client.ts";
import { createRender } from "../../src/render/render.ts";
import { createLog } from "../../src/server/log.ts";
import { openDatabase } from "../../src/store/database.ts";
import { someEnv } from "../server/support.ts";
import { fakeGitHub } from "../support/fake-github.ts";

const ACME = InstallationId.parse(21);
const TOKEN = {
  method: "POST",
  path: "/app/installations/21/access_tokens",
  status: 201,
  answer: { token: "ghs_fake", expires_at: "2099-01-01T00:00:00Z", permissions: {} },
} as const;

let github: ReturnType<typeof fakeGitHub>;
afterEach(() => github.close());

describe("on github.com itself", () => {
  it("goes to the public API by default, with the version it was written for", async () => {
    github = fakeGitHub([TOKEN, { method: "GET", path: "/repos/acme/shop", status: 200, answer: {} }]);
    const env = { ...someEnv(), githubApiUrl: "https://api.github.com" };

    const octokit = await githubFor({ env, log: createLog(env) }).octokitFor(ACME);
    await octokit.request("GET /repos/{owner}/{repo}", { owner: "acme", repo: "shop" });

    expect(github.headers("/repos/acme/shop")).toMatchObject({
      authorization: "token ghs_fake",
      "x-github-api-version": API_VERSION,
    });
  });

  it("sends a comment once, and looks whether it is there, when it is answered with 500", async () => {
    const path = "/repos/acme/shop/issues/3/comments";
    const issue = { installationId: ACME, repositoryId: 1, owner: "acme", repo: "shop", number: 3 };
    const slots = createSlots(["a-webhook-secret-of-length"]);
    const made = { id: 5, body: slots.mark(issue, "held"), user: { login: "postmortem[bot]" } };
    github = fakeGitHub([
      TOKEN,
      { method: "POST", path, status: 500, answer: { message: "oops" } },
      { method: "GET", path: `${path}?per_page=100&page=1`, status: 200, answer: [made] },
    ]);
    const env = { ...someEnv(), githubApiUrl: "https://api.github.com" };
    const octokit = await githubFor({ env, log: createLog(env) }).octokitFor(ACME);
    const database = await openDatabase({ memory: true });

    const call = { template: "postmortem/held", view: { label: "postmortem", who: "rita" } } as const;
    await putComment(
      { kind: "put-comment", issue, slot: "held", once: true, call },
      {
        octokit,
        database,
        installationId: ACME,
        delivery: { id: "d-1", attempt: 1 },
        render: createRender(),
        slots,
        self: { appId: 1, login: "postmortem[bot]" },
        now: () => "2026-11-20T10:00:00.000Z",
        look: false,
        bodyRead: "",
        bodyPlanned: "",
        knownLabels: [],
        settlesAfterMs: 0,
        madeLabel: async () => undefined,
      },
    );

    expect(github.asked(path)).toBe(1);
    expect(github.asked(`${path}?per_page=100&page=1`)).toBe(1);
    await database.close();
  });
});

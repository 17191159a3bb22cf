import { createHmac, generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createValidator } from "../../src/sandbox/validate.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";
import { appJwt, botOf, callAs, smallWorld, type Call, type SmallWorld } from "./world.ts";

const SHOP = "/repos/acme/shop";
const HOUR = 3_600_000;

let world: SmallWorld;
let bot: Call;

beforeEach(async () => {
  world = await smallWorld();
  bot = await botOf(world);
});

afterEach(async () => {
  const wrong = [...world.sandbox.violations("response"), ...world.sandbox.violations("webhook")];
  await world.close();
  if (wrong.length > 0) throw new Error(`The sandbox broke GitHub's contract: ${JSON.stringify(wrong)}`);
});

describe("tokens", () => {
  it("refuses a JWT signed by another key, one that expired and one from the future", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    const now = Math.floor(Date.now() / 1000);
    const tries = [
      appJwt(world.sandbox, {}, privateKey),
      appJwt(world.sandbox, { exp: now - 5 }),
      appJwt(world.sandbox, { iat: now + 300 }),
      appJwt(world.sandbox, { exp: now + 3600 }),
    ];

    const statuses = await Promise.all(
      tries.map(async (jwt) => (await callAs(world.sandbox, `Bearer ${jwt}`)("GET", "/app")).status),
    );

    expect(statuses).toEqual([401, 401, 401, 401]);
  });

  it("holds a token to its repositories and permissions", async () => {
    const narrow = await botOf(world, { repositories: ["shop"], permissions: { issues: "read" } });

    expect((await narrow("GET", `${SHOP}/issues`)).status).toBe(200);
    expect((await narrow("GET", "/repos/acme/vault/issues")).status).toBe(404);
    const refused = await narrow("POST", `${SHOP}/issues`, { title: "No" });
    expect([refused.status, refused.json["message"]]).toEqual([403, "Resource not accessible by integration"]);
    expect((await narrow("GET", "/orgs/acme/teams")).status).toBe(403);
  });

  it("opens single files by name only", async () => {
    world.sandbox.putFile("acme/shop", ".github/postmortem.yml", "label: postmortem\n");
    world.sandbox.putFile("acme/shop", "secrets.txt", "hush");

    const raw = await bot("GET", `${SHOP}/contents/.github/postmortem.yml`, undefined, {
      accept: "application/vnd.github.raw+json",
    });

    expect([raw.status, raw.text]).toEqual([200, "label: postmortem\n"]);
    expect((await bot("GET", `${SHOP}/contents/secrets.txt`)).status).toBe(403);
  });

  it("shuts out a suspended installation and lets it in again", async () => {
    world.sandbox.suspend(world.installationId);
    const suspended = await bot("GET", `${SHOP}/issues`);
    world.sandbox.unsuspend(world.installationId);

    expect([suspended.status, suspended.json["message"]]).toEqual([403, "This installation has been suspended"]);
    expect((await bot("GET", `${SHOP}/issues`)).status).toBe(200);
  });

  it("lets tokens expire by its own clock when told to", async () => {
    const strict = await startSandbox({ authClock: "sandbox" });
    strict.addOrganization("acme");
    const { id } = strict.installApp("acme");
    const { json } = await callAs(strict, `Bearer ${appJwt(strict)}`)("POST", `/app/installations/${id}/access_tokens`);
    const old = callAs(strict, `token ${String(json["token"])}`);
    const before = await old("GET", "/installation/repositories");
    strict.clock.advance(HOUR + 1000);
    const after = await old("GET", "/installation/repositories");
    await strict.close();

    expect([before.status, after.status]).toEqual([200, 401]);
  });
});

describe("GitHub's silences", () => {
  it("drops a reader's labels and assignees, and people who cannot be assigned", async () => {
    const rita = callAs(world.sandbox, "token rita-token");

    const opened = await rita("POST", `${SHOP}/issues`, {
      title: "By a reader",
      labels: ["postmortem"],
      assignees: ["bob"],
    });
    const patched = await rita("PATCH", `${SHOP}/issues/1`, {
      labels: ["postmortem"],
      assignees: ["bob"],
      body: "Mine",
    });
    const assigned = await bot("POST", `${SHOP}/issues/1/assignees`, { assignees: ["bob", "rita", "nobody-at-all"] });

    expect([opened.json["labels"], opened.json["assignees"]]).toEqual([[], []]);
    expect([patched.status, patched.json["labels"], patched.json["body"]]).toEqual([200, [], "Mine"]);
    expect((assigned.json["assignees"] as { login: string }[]).map(({ login }) => login)).toEqual(["bob"]);
  });

  it("answers triage as read, with the role beside it", async () => {
    world.sandbox.setRole("acme/vault", "erin", "incident-lead", "triage");

    const { json } = await bot("GET", "/repos/acme/vault/collaborators/erin/permission");

    expect([json["permission"], json["role_name"]]).toEqual(["read", "incident-lead"]);
  });
});

describe("refusals", () => {
  it("refuses conditional writes, long bodies, too many labels and sub-issues", async () => {
    const { json: parent } = await bot("POST", `${SHOP}/issues`, { title: "Parent" });
    const names = Array.from({ length: 101 }, (_, index) => `l${index}`);
    for (let index = 0; index < 100; index += 1) {
      const sub = world.sandbox.as("bob").createIssue("acme/shop", { title: `Sub ${index}` });
      await bot("POST", `${SHOP}/issues/1/sub_issues`, { sub_issue_id: sub.id });
    }
    const extra = world.sandbox.as("bob").createIssue("acme/shop", { title: "One too many" });

    expect((await bot("PATCH", `${SHOP}/issues/1`, { body: "x" }, { "if-match": '"abc"' })).status).toBe(400);
    expect((await bot("PATCH", `${SHOP}/issues/1`, { body: "x".repeat(65_537) })).status).toBe(422);
    expect((await bot("POST", `${SHOP}/issues/1/labels`, { labels: names })).status).toBe(422);
    expect((await bot("POST", `${SHOP}/issues/1/sub_issues`, { sub_issue_id: extra.id })).status).toBe(422);
    expect(parent["body"]).toBeNull();
  });

  it("redirects after a rename and a transfer, and says when an issue is gone", async () => {
    const bob = world.sandbox.as("bob");
    world.sandbox.addRepository("acme/target", { visibility: "public" });
    world.sandbox.setRole("acme/target", "bob", "write");
    for (const title of ["Moves", "Goes"]) bob.createIssue("acme/shop", { title });
    bob.transfer("acme/shop#1", "acme/target");
    world.sandbox.as("alice").deleteIssue("acme/shop#2");
    world.sandbox.repository("acme/shop").rename("store");

    const renamed = await bot("GET", `${SHOP}/issues`);
    const moved = await bot("GET", "/repos/acme/store/issues/1");
    const gone = await bot("GET", "/repos/acme/store/issues/2");

    expect([renamed.status, moved.status, gone.status]).toEqual([301, 301, 410]);
    const followed = await bot("GET", new URL(moved.headers.get("location") ?? "").pathname);
    expect(followed.json["title"]).toBe("Moves");
  });
});

describe("webhooks", () => {
  it("signs the exact bytes, and tells of the app's own writes in its own name", async () => {
    await bot("POST", `${SHOP}/issues`, { title: "Echo", labels: ["postmortem"] });
    await world.sandbox.idle();

    const events = world.received.map(({ headers, json }) => `${headers["x-github-event"]}.${String(json["action"])}`);
    expect(events).toEqual(["label.created", "issues.opened", "issues.labeled"]);
    for (const { headers, body, json } of world.received) {
      const digest = createHmac("sha256", "small-world-secret-long-enough").update(body).digest("hex");
      expect(headers["x-hub-signature-256"]).toBe(`sha256=${digest}`);
      expect(json["sender"]).toMatchObject({ login: "postmortem[bot]", type: "Bot" });
    }
  });

  it("keeps failed deliveries for three days and sends them again under the same GUID", async () => {
    world.answerWith(500);
    world.sandbox.as("bob").createIssue("acme/shop", { title: "While the app is down" });
    await world.sandbox.idle();
    world.answerWith(200);
    const app = callAs(world.sandbox, `Bearer ${appJwt(world.sandbox)}`);

    const failed = (await app("GET", "/app/hook/deliveries?status=failure")).json as unknown as {
      id: number;
      guid: string;
      status_code: number;
    }[];
    const again = await app("POST", `/app/hook/deliveries/${failed[0]?.id}/attempts`);
    await world.sandbox.idle();
    world.sandbox.clock.advance(73 * HOUR);
    const late = await app("POST", `/app/hook/deliveries/${failed[0]?.id}/attempts`);

    expect(failed.map(({ status_code: code }) => code)).toEqual([500]);
    expect([again.status, late.status]).toEqual([202, 422]);
    expect(world.received.map(({ headers }) => headers["x-github-delivery"])).toEqual([
      failed[0]?.guid,
      failed[0]?.guid,
    ]);
  });

  it("duplicates and reorders when asked, losing nothing", async () => {
    world.sandbox.sender({ duplicate: 0.5, reorder: 0.5, paused: true });
    for (let index = 0; index < 40; index += 1) world.sandbox.as("bob").createIssue("acme/shop", { title: `${index}` });
    world.sandbox.sender({ paused: false });
    await world.sandbox.idle();

    const titles = world.received.map(({ json }) => Number((json["issue"] as { title: string }).title));
    expect(new Set(titles).size).toBe(40);
    expect(titles.length).toBeGreaterThan(45);
    expect(titles).not.toEqual(titles.toSorted((one, other) => one - other));
  });
});

describe("faults", () => {
  it.each([
    ["error-before", 502, 0],
    ["applied-then-500", 500, 1],
    ["403-secondary", 403, 0],
    ["429-secondary", 429, 0],
  ] as const)("%s answers %i and leaves %i comments", async (kind, status, comments) => {
    world.sandbox.as("bob").createIssue("acme/shop", { title: "Faulty" });
    world.sandbox.faults.add({ kind, method: "POST", path: "/comments$", times: 1, retryAfter: 7 });

    const answer = await bot("POST", `${SHOP}/issues/1/comments`, { body: "Hello" });

    expect(answer.status).toBe(status);
    expect(answer.headers.get("retry-after")).toBe(kind.endsWith("secondary") ? "7" : null);
    expect(commentsOf(world)).toBe(comments);
    expect((await bot("POST", `${SHOP}/issues/1/comments`, { body: "Again" })).status).toBe(201);
  });

  it("applies the write and then breaks the connection", async () => {
    world.sandbox.as("bob").createIssue("acme/shop", { title: "Faulty" });
    world.sandbox.faults.add({ kind: "applied-then-reset", times: 1 });

    await expect(bot("POST", `${SHOP}/issues/1/comments`, { body: "Hello" })).rejects.toThrow("fetch failed");

    expect(commentsOf(world)).toBe(1);
  });

  it("cuts an answer in half", async () => {
    world.sandbox.faults.add({ kind: "truncate", times: 1 });

    await expect(bot("GET", SHOP)).rejects.toThrow(SyntaxError);
  });
});

describe("limits", () => {
  it("refuses the 81st comment of a minute, says for how long, and the 501st of an hour", async () => {
    world.sandbox.enforceLimits(true);
    world.sandbox.as("bob").createIssue("acme/shop", { title: "Talkative" });
    const statuses: number[] = [];
    let wait: string | null = null;
    for (let index = 0; index < 81; index += 1) {
      const answer = await bot("POST", `${SHOP}/issues/1/comments`, { body: `${index}` });
      statuses.push(answer.status);
      wait = answer.headers.get("retry-after");
    }
    const hourly: number[] = [];
    for (let index = 0; index < 450; index += 1) {
      world.sandbox.clock.advance(1500);
      if (index === 0) world.sandbox.clock.advance(60_000);
      hourly.push((await bot("POST", `${SHOP}/issues/1/comments`, { body: `later ${index}` })).status);
    }

    expect(statuses).toEqual([...Array.from({ length: 80 }, () => 201), 403]);
    expect(wait).toBe("60");
    expect(hourly.filter((status) => status === 201)).toHaveLength(420);
    expect(hourly.at(-1)).toBe(403);
  });

  it("counts points, and a 304 costs nothing of the hourly quota", async () => {
    const first = await bot("GET", SHOP);
    const second = await bot("GET", SHOP, undefined, { "if-none-match": first.headers.get("etag") ?? "" });
    world.sandbox.enforceLimits({ pointsPerMinute: 20 });
    world.sandbox.clock.advance(60_000);
    const writes: number[] = [];
    for (let index = 0; index < 5; index += 1)
      writes.push((await bot("POST", `${SHOP}/labels`, { name: `n${index}` })).status);

    expect(second.status).toBe(304);
    expect(second.headers.get("x-ratelimit-remaining")).toBe(first.headers.get("x-ratelimit-remaining"));
    expect(writes).toEqual([201, 201, 201, 201, 403]);
  });
});

describe("replicas", () => {
  it("show the world of before until the lag has passed", async () => {
    world.sandbox.readLag(5000);
    world.sandbox.searchLag(60_000);
    world.sandbox.as("bob").createIssue("acme/shop", { title: "Fresh" });
    const found = async (): Promise<unknown> =>
      (await bot("GET", `/search/issues?q=${encodeURIComponent("repo:acme/shop is:issue")}`)).json["total_count"];

    const early = [(await bot("GET", `${SHOP}/issues/1`)).status, await found()];
    world.sandbox.clock.advance(10_000);
    const later = [(await bot("GET", `${SHOP}/issues/1`)).status, await found()];
    world.sandbox.clock.advance(60_000);

    expect([early, later, await found()]).toEqual([[404, 0], [200, 0], 1]);
  });
});

describe("search", () => {
  it.each([
    ['label:"severity/1"', 2],
    ['label:"severity/1" -label:done', 1],
    ["label:severity/1,bug", 3],
    ["is:open", 2],
    ["is:closed reason:completed", 1],
    ['reason:"not planned"', 1],
    ["created:2026-03-02", 2],
    ["created:2026-03-02..2026-03-03", 3],
    ["created:>=2026-03-03T00:00:00Z", 2],
    ["created:<2026-03-03", 2],
    ["closed:>2026-03-03", 1],
    ["author:rita", 1],
    ["assignee:bob", 1],
    ["no:assignee", 3],
    ["no:label", 1],
    ["in:title ingress", 1],
    ['"connection pool"', 1],
  ])("finds by %s", async (query, expected) => {
    const bob = world.sandbox.as("bob");
    bob.createIssue("acme/shop", { title: "DNS", labels: ["severity/1"], assignees: ["bob"] });
    bob.createIssue("acme/shop", {
      title: "Database",
      body: "The connection pool ran dry",
      labels: ["severity/1", "done"],
    });
    world.sandbox.clock.set("2026-03-03T09:00:00Z");
    bob.createIssue("acme/shop", { title: "Ingress", labels: ["bug"] });
    bob.close("acme/shop#1");
    world.sandbox.clock.set("2026-03-04T09:00:00Z");
    world.sandbox.as("rita").createIssue("acme/shop", { title: "Question" });
    bob.close("acme/shop#2", "not_planned");

    const { json } = await bot("GET", `/search/issues?q=${encodeURIComponent(`repo:acme/shop is:issue ${query}`)}`);

    const page = await callAs(world.sandbox, undefined)(
      "GET",
      `/acme/shop/issues?q=${encodeURIComponent(`is:issue ${query}`)}`,
    );
    expect(json["total_count"]).toBe(expected);
    expect(page.text).toContain(`<p>${expected} found</p>`);
  });
});

it("pages through a list by its links", async () => {
  for (let index = 0; index < 25; index += 1) world.sandbox.as("bob").createIssue("acme/shop", { title: `${index}` });
  const seen: unknown[] = [];
  let path: string | undefined = `${SHOP}/issues?per_page=10&direction=asc`;
  while (path !== undefined) {
    const answer: Awaited<ReturnType<Call>> = await bot("GET", path);
    seen.push(...(answer.json as unknown as { title: string }[]).map(({ title }) => title));
    const next: string | undefined = /<([^>]+)>; rel="next"/u.exec(answer.headers.get("link") ?? "")?.[1];
    path = next?.replace(world.sandbox.url, "");
  }

  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `${index}`));
});

it("gives the same world, ids and GUIDs for the same seed", async () => {
  const play = async (): Promise<unknown> => {
    const played = await smallWorld({ seed: 7 });
    played.sandbox.as("bob").createIssue("acme/shop", { title: "Same", labels: ["postmortem"] });
    played.sandbox.as("rita").comment("acme/shop#1", "Same here");
    await played.sandbox.idle();
    const outcome = [
      played.sandbox.state().repositories,
      played.received.map(({ headers }) => headers["x-github-delivery"]),
    ];
    await played.close();
    return outcome;
  };

  expect(await play()).toEqual(await play());
});

it("can be driven by another process from an empty world", async () => {
  const away = callAs(world.sandbox, undefined);
  await away("POST", "/_sandbox/organizations", { login: "globex" });
  await away("POST", "/_sandbox/users", { login: "zoe" });
  await away("POST", "/_sandbox/repositories", { name: "globex/web" });
  await away("PUT", "/_sandbox/roles", { repository: "globex/web", login: "zoe", role: "write" });
  await away("POST", "/_sandbox/as/zoe/createIssue", [
    "globex/web",
    { title: "<b>Hello</b>", body: "<script>alert(1)</script>" },
  ]);

  const state = await away("GET", "/_sandbox/state");
  const page = await away("GET", "/globex/web/issues/1");
  await away("POST", "/_sandbox/reset");

  expect(JSON.stringify(state.json)).toContain("globex/web");
  expect(page.text).toContain("&lt;script&gt;");
  expect(page.text).not.toContain("<script>");
  expect(world.sandbox.state().repositories).toEqual([]);
});

it("notices an answer GitHub would not give", () => {
  const validator = createValidator(true, () => undefined);

  validator.checkResponse("issues/get-label", 200, { id: "seven", name: "bug" });
  validator.checkWebhook("issues/opened", { action: "opened" });
  validator.checkResponse("issues/get-label", 299, {});

  expect(validator.violations.map(({ id }) => id)).toEqual(["issues/get-label", "issues/opened", "issues/get-label"]);
});

function commentsOf(world: SmallWorld): number | undefined {
  return world.sandbox.state().repositories.find(({ name }) => name === "acme/shop")?.issues[0]?.comments.length;
}

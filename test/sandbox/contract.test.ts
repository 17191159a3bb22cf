import { createSign } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OPERATIONS, WEBHOOKS } from "../../src/sandbox/openapi-scope.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";

type Json = Record<string, unknown>;

let sandbox: Sandbox;
let receiver: Server;
const received: { event: string; body: Json }[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => void take(request).then(() => response.end("ok")));
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  sandbox = await startSandbox({
    clock: "2026-03-02T09:00:00Z",
    printViolations: true,
    webhook: {
      url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`,
      secret: "contract-secret-of-some-length",
    },
    permissions: {
      issues: "write",
      metadata: "read",
      members: "read",
      contents: "write",
      single_file: "read",
      checks: "write",
      pull_requests: "read",
      administration: "write",
    },
  });
});

afterAll(async () => {
  await sandbox.close();
  receiver.close();
});

it("sends nothing GitHub's own description does not allow, on every operation and every webhook", async () => {
  await drive(sandbox);
  await sandbox.idle();

  const { operations, webhooks } = sandbox.checked();
  console.log(
    `${operations.length} operations, ${webhooks.length} webhooks, ${sandbox.violations().length === 0 ? "all valid" : "NOT all valid"}`,
  );
  expect(sandbox.violations()).toEqual([]);
  expect(OPERATIONS.filter((id) => !operations.includes(id))).toEqual([]);
  expect(WEBHOOKS.filter((id) => !webhooks.includes(id))).toEqual([]);
  const successes = new Set(sandbox.log.filter((entry) => entry.status < 300).map((entry) => entry.operationId));
  expect(OPERATIONS.filter((id) => !successes.has(id))).toEqual([]);
  const names = new Set(
    received.map(({ event, body }) => [event, body["action"]].filter(Boolean).join("/").replaceAll("_", "-")),
  );
  expect(WEBHOOKS.filter((id) => !names.has(id))).toEqual([]);
});

async function drive(sandbox: Sandbox): Promise<void> {
  const jwt = appJwt(sandbox);
  const app = caller(sandbox, `Bearer ${jwt}`);
  sandbox.addOrganization("acme");
  for (const login of ["alice", "bob", "rita", "gone"]) sandbox.addUser(login);
  sandbox.setMembership("acme", "alice", "admin");
  sandbox.setMembership("acme", "bob", "member");
  sandbox.addRepository("acme/early");
  const installation = sandbox.installApp("acme");
  for (const name of ["acme/shop", "acme/other", "acme/doomed"]) sandbox.addRepository(name, { visibility: "private" });
  for (const name of ["acme/shop", "acme/other"]) {
    sandbox.setRole(name, "bob", "on-call", "maintain");
    sandbox.setRole(name, "rita", "read");
    sandbox.setRole(name, "gone", "write");
  }
  sandbox.putFile("acme/shop", ".github/postmortem.yml", "label: postmortem\n");

  sandbox.renameAccount("acme", "acme-corp");
  sandbox.renameAccount("acme-corp", "acme");

  await app("GET", "/");
  await app("GET", "/meta");
  await app("GET", "/rate_limit");
  await app("GET", "/app");
  await app("GET", "/app/installations");
  await app("GET", `/app/installations/${installation.id}`);
  await app("GET", "/repos/acme/shop/installation");
  await app("GET", "/orgs/acme/installation");
  sandbox.installApp("bob", { repositories: [] });
  await app("GET", "/users/bob/installation");
  await app("GET", `/apps/${sandbox.app.slug}`);
  const token = await app("POST", `/app/installations/${installation.id}/access_tokens`);
  const narrow = await app("POST", `/app/installations/${installation.id}/access_tokens`, {
    repositories: ["shop"],
    permissions: { issues: "write" },
  });
  expect(narrow["repositories"]).toHaveLength(1);
  const bot = caller(sandbox, `token ${text(token["token"])}`);
  const alice = caller(sandbox, "Bearer alice-token");

  await bot("GET", "/installation/repositories");
  await alice("GET", "/user");
  await bot("GET", "/users/bob");
  await bot("GET", "/orgs/acme");
  await bot("GET", "/orgs/acme/repos");
  await bot("GET", "/orgs/acme/members/bob");
  sandbox.addTeam("acme", "sre", ["alice", "bob"]);
  await bot("GET", "/orgs/acme/teams");
  await bot("GET", "/orgs/acme/teams/sre");
  await bot("GET", "/orgs/acme/teams/sre/members");
  await bot("GET", "/orgs/acme/teams/sre/memberships/bob");
  sandbox.team("acme", "sre").remove("bob");
  sandbox.team("acme", "sre").delete();

  const repo = "/repos/acme/shop";
  await bot("GET", repo);
  await alice("GET", repo);
  await bot("GET", `${repo}/contents/.github/postmortem.yml`);
  await bot("GET", `${repo}/contents/.github`);
  await bot("PUT", `${repo}/contents/README.md`, {
    message: "Add a readme",
    content: Buffer.from("# Shop").toString("base64"),
  });
  for (const login of ["alice", "bob", "rita"]) await bot("GET", `${repo}/collaborators/${login}/permission`);
  await bot("GET", `${repo}/collaborators`);
  await bot("GET", `${repo}/collaborators/bob`);

  const issue = await bot("POST", `${repo}/issues`, {
    title: "Checkout is slow",
    body: "Since 09:10.",
    labels: ["postmortem"],
    assignees: ["bob", "rita"],
  });
  expect(issue["assignees"]).toHaveLength(1);
  const one = `${repo}/issues/${text(issue["number"])}`;
  await alice("POST", `${repo}/issues`, { title: "By a person", labels: ["postmortem", "bug"] });
  await bot("GET", `${repo}/issues?state=all&per_page=1`);
  await bot("GET", one);
  await bot("PATCH", one, { title: "Checkout was slow", body: "Since 09:12." });
  await bot("PATCH", one, { state: "closed", state_reason: "completed" });
  await bot("PATCH", one, { state: "open" });
  await bot("GET", `${repo}/labels`);
  await bot("POST", `${repo}/labels`, { name: "severity/1", color: "ff0000", description: "The worst" });
  await bot("GET", `${repo}/labels/severity%2F1`);
  await bot("PATCH", `${repo}/labels/severity%2F1`, { new_name: "severity/2", color: "00ff00", description: "Bad" });
  await bot("GET", `${one}/labels`);
  await bot("POST", `${one}/labels`, { labels: ["severity/2"] });
  await bot("PUT", `${one}/labels`, { labels: ["severity/2", "priority/high"] });
  await bot("DELETE", `${one}/labels/severity%2F2`);
  await bot("DELETE", `${one}/labels`);
  await bot("DELETE", `${repo}/labels/severity%2F2`);
  await bot("GET", `${repo}/assignees`);
  await bot("GET", `${repo}/assignees/bob`);
  await bot("POST", `${one}/assignees`, { assignees: ["alice"] });
  await bot("DELETE", `${one}/assignees`, { assignees: ["alice", "bob"] });

  const comment = await bot("POST", `${one}/comments`, { body: "Status" });
  const said = `${repo}/issues/comments/${text(comment["id"])}`;
  await bot("GET", said);
  await bot("PATCH", said, { body: "Status, newer" });
  await bot("GET", `${one}/comments`);
  await bot("GET", `${repo}/issues/comments?sort=updated`);
  for (const target of [one, said]) {
    const reaction = await bot("POST", `${target}/reactions`, { content: "eyes" });
    await bot("POST", `${target}/reactions`, { content: "eyes" });
    await bot("GET", `${target}/reactions`);
    await bot("DELETE", `${target}/reactions/${text(reaction["id"])}`);
  }
  await bot("PUT", `${one}/lock`, { lock_reason: "resolved" });
  await bot("DELETE", `${one}/lock`);
  const sub = await bot("POST", `${repo}/issues`, { title: "Add an alert" });
  await bot("POST", `${one}/sub_issues`, { sub_issue_id: sub["id"] });
  await bot("GET", `${one}/sub_issues`);
  await bot("GET", `${repo}/issues/${text(sub["number"])}/parent`);
  await bot("GET", `${repo}/issues/${text(sub["number"])}`);
  await bot("DELETE", `${one}/sub_issue`, { sub_issue_id: sub["id"] });
  await bot("GET", `${one}/events?per_page=100`);
  await bot("GET", `${one}/timeline?per_page=100`);
  await bot("GET", `/search/issues?q=${encodeURIComponent('repo:acme/shop is:issue -label:"bug"')}`);
  await bot("DELETE", said);

  const bob = sandbox.as("bob");
  const pull = bob.createPull("acme/shop", {
    title: "Fixes the alert",
    body: `Fixes #${text(sub["number"])}`,
    files: [".github/postmortem.yml"],
  });
  bob.editIssue(`acme/shop#${text(pull["number"])}`, { title: "Fix the alert" });
  bob.push(`acme/shop#${text(pull["number"])}`, { ".github/postmortem.yml": "label: incident\n" });
  bob.mergePull(`acme/shop#${text(pull["number"])}`);
  await bot("GET", `${repo}/pulls/${text(pull["number"])}`);
  await bot("GET", `${repo}/pulls?state=all`);
  await bot("GET", `${repo}/pulls/${text(pull["number"])}/files`);
  const run = await bot("POST", `${repo}/check-runs`, {
    name: "postmortem.yml",
    head_sha: "0".repeat(40),
    status: "in_progress",
  });
  await bot("PATCH", `${repo}/check-runs/${text(run["id"])}`, {
    conclusion: "failure",
    output: { title: "One problem", summary: "Line 3", annotations: [] },
  });
  await bot("GET", `${repo}/check-runs/${text(run["id"])}`);
  await bot("GET", `${repo}/commits/${"0".repeat(40)}/check-runs`);

  const ghost = sandbox.as("gone").createIssue("acme/shop", { title: "By somebody who leaves", body: "Bye" });
  sandbox.as("gone").comment(`acme/shop#${text(ghost["number"])}`, "Bye too");
  sandbox.deleteUser("gone");
  await bot("GET", `${repo}/issues/${text(ghost["number"])}`);
  await bot("GET", `${repo}/issues/${text(ghost["number"])}/comments`);
  bob.pin(`acme/shop#${text(ghost["number"])}`);
  bob.unpin(`acme/shop#${text(ghost["number"])}`);
  bob.transfer(`acme/shop#${text(ghost["number"])}`, "acme/other");
  sandbox.as("alice").deleteIssue(`acme/shop#${text(sub["number"])}`);

  await alice("PATCH", repo, { visibility: "public" });
  await alice("PATCH", repo, { visibility: "private" });
  await alice("PATCH", repo, { name: "store" });
  await alice("PATCH", "/repos/acme/store", { archived: true });
  await alice("PATCH", "/repos/acme/store", { archived: false });
  await alice("DELETE", "/repos/acme/doomed");
  sandbox.repository("acme/other").transfer("bob");
  const bobs = sandbox.state().installations.find((held) => held.account === "bob");
  sandbox.changeInstallation(bobs?.id ?? 0, { add: ["bob/other"], permissions: { issues: "write", metadata: "read" } });
  sandbox.repository("bob/other").transfer("acme");
  sandbox.repository("acme/other").transfer("bob");
  sandbox.changeInstallation(bobs?.id ?? 0, { remove: ["bob/other"] });

  sandbox.ping();
  await sandbox.idle();
  await app("GET", "/app/hook/config");
  await app("PATCH", "/app/hook/config", { content_type: "json" });
  const listed = await app("GET", "/app/hook/deliveries?per_page=100");
  const delivery = (listed as unknown as Json[]).find((line) => line["event"] === "issues");
  await app("GET", `/app/hook/deliveries/${text(delivery?.["id"])}`);
  await app("POST", `/app/hook/deliveries/${text(delivery?.["id"])}/attempts`);
  const code = await submitManifest(sandbox);
  await caller(sandbox, "")("POST", `/app-manifests/${code}/conversions`);
  await bot("DELETE", "/installation/token");
  await app("PUT", `/app/installations/${installation.id}/suspended`);
  await app("DELETE", `/app/installations/${installation.id}/suspended`);
  await app("DELETE", `/app/installations/${installation.id}`);
}

/** Calls the sandbox, alternating between both its bases, and fails on anything but success. */
function caller(
  sandbox: Sandbox,
  authorization: string,
): (method: string, path: string, body?: unknown) => Promise<Json> {
  return async (method, path, body) => {
    const base = path.length % 2 === 0 ? sandbox.url : `${sandbox.url}/api/v3`;
    const response = await fetch(base + path, {
      method,
      headers: { ...(authorization === "" ? {} : { authorization }), "x-github-api-version": "2022-11-28" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? {} : (JSON.parse(text) as Json);
  };
}

async function submitManifest(sandbox: Sandbox): Promise<string> {
  const manifest = {
    name: "postmortem",
    redirect_url: "http://127.0.0.1:1/setup",
    hook_attributes: {},
    default_permissions: { issues: "write", metadata: "read" },
    default_events: ["issues"],
  };
  const response = await fetch(`${sandbox.url}/settings/apps/new?state=abc`, {
    method: "POST",
    body: new URLSearchParams({ manifest: JSON.stringify(manifest) }),
    redirect: "manual",
  });
  return new URL(response.headers.get("location") ?? "").searchParams.get("code") ?? "";
}

function appJwt(sandbox: Sandbox): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: now - 30, exp: now + 570, iss: sandbox.app.id })}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(sandbox.app.privateKey, "base64url")}`;
}

function text(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new Error(`Neither text nor number: ${JSON.stringify(value)}`);
}

async function take(request: IncomingMessage): Promise<void> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  received.push({ event: String(request.headers["x-github-event"]), body: JSON.parse(text) as Json });
}

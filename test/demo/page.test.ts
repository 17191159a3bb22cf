import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const isThere = existsSync(CHROMIUM);
if (!isThere) console.log(`The demo's page was not tested in a browser: there is no ${CHROMIUM} on this machine.`);

describe.runIf(isThere)("the demo's page", { timeout: 180_000 }, () => {
  const profile = mkdtempSync(join(tmpdir(), "postmortem-chromium-"));
  const complaints: string[] = [];
  let demo: ChildProcess;
  let url = "";
  let browser: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    demo = spawn(process.execPath, ["src/demo/main.ts", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    url = await announced(demo);
    browser = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    demo?.kill("SIGTERM");
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  const status = () => page.getByRole("article", { name: "Status comment" });

  it("starts a postmortem when the label is put on", async () => {
    await page.goto(`${url}/acme/incidents/issues/new`);
    await page.getByLabel("Title").fill("Ingress <b>answers</b> 503 & nobody knows");
    await page.getByRole("button", { name: /^Open issue/u }).click();
    await page.getByRole("button", { name: /^Label it/u }).click();

    await status().waitFor();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toContain(
      "Ingress <b>answers</b> 503 & nobody knows",
    );
    expect(await page.getByRole("heading", { name: "Lessons learned" }).count()).toBe(1);
    expect(await page.getByLabel("What the app did").innerText()).toMatch(/assigns @\w+ \(platform\)/u);
  });

  it("keeps a tick of the app's comment, and one of the text", async () => {
    const prompt = status().getByRole("checkbox", { name: /lessons have been shared/u });
    await prompt.click();
    await expect.poll(async () => prompt.getAttribute("aria-checked")).toBe("true");
    expect(await status().innerText()).toMatch(/shared with the people they concern \(\s*ana\s*\)/u);

    const action = page.getByRole("article", { name: "Text of ana" }).getByRole("checkbox").first();
    await action.focus();
    await page.keyboard.press("Space");
    await expect.poll(async () => action.getAttribute("aria-checked")).toBe("true");
    expect(await status().innerText()).toContain("ticked, no evidence");
  });

  it("answers a command, and refuses one of somebody who may only read", async () => {
    await page.getByLabel("Comment as ana").fill("/postmortem severity 1");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await status().getByText("severity 1").waitFor();

    await page.getByLabel("You are").selectOption("rita");
    await page.getByLabel("Comment as rita").fill("/postmortem severity 4");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.getByText("needs triage access").waitFor();
    expect(await status().innerText()).toContain("severity 1");
  });

  it("says what GitHub would say when somebody may not do something", async () => {
    await status().getByRole("checkbox").first().click();

    expect(await page.getByRole("alert").innerText()).toContain("rita needs write access");
  });

  it("brings a digest when a week passes, with numbers that lead to what they count", async () => {
    const before = await page.locator("#clock").getAttribute("datetime");
    await page.getByRole("button", { name: "+1 week" }).click();
    await expect
      .poll(async () => page.locator("#clock").getAttribute("datetime"), { timeout: 60_000 })
      .not.toBe(before);
    await page.getByRole("link", { name: "Digest" }).click();

    await page.getByRole("heading", { name: "Hotspots" }).waitFor();
    const row = page.getByRole("row").filter({ hasText: "Ingress" }).last();
    const count = row.getByRole("link").nth(1);
    const n = await count.innerText();
    await count.click();
    await page.getByText(`${n} found`, { exact: true }).waitFor();
    expect(await page.locator(".issues > li").count()).toBe(Number(n));
  });

  it("lists every call in plain words", async () => {
    await page.getByRole("link", { name: "API calls" }).click();

    expect(await page.getByRole("main").innerText()).toContain("opens the issue “Hotspot digest");
  });

  it("fits a narrow screen", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ["/", "/digest", "/acme/incidents/issues/1", "/calls"]) {
      await page.goto(url + path);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    }
  });

  it("says the way back where there is nothing", async () => {
    for (const path of ["/acme/incidents/issues/9999", "/acme/shop/pull/1"]) {
      const answer = await fetch(url + path);

      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain('<a href="/acme/incidents/issues">All issues</a>');
    }
  });

  it("takes no form from elsewhere", async () => {
    const form = { method: "POST", body: new URLSearchParams({ step: "week" }) };
    const strange = await fetch(`${url}/do/time`, { ...form, headers: { origin: "http://evil.example" } });
    const bare = await fetch(`${url}/do/time`, form);

    expect([strange.status, bare.status]).toEqual([403, 403]);
  });

  it("makes no complaint in the browser's console", () => {
    expect(complaints).toEqual([]);
  });
});

/** The address the demo prints when it is ready. */
function announced(demo: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    demo.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /Open (?<url>http:\/\/127\.0\.0\.1:\d+) /u.exec(said)?.groups?.["url"];
      if (found !== undefined) resolve(found);
    });
    demo.once("exit", (code) => reject(new Error(`The demo ended with ${code}: ${said}`)));
  });
}

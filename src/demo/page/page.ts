import { readFileSync } from "node:fs";

import { type Context, Hono } from "hono";
import { html } from "hono/html";

import { type Deed, openIssue, perform } from "../deeds.ts";
import { issuesOf, type Stage } from "../stage.ts";
import { REPOSITORY } from "../world.ts";
import { callsView } from "./calls-view.ts";
import { issueView } from "./issue-view.ts";
import { layout } from "./layout.ts";
import { listView, newIssueView } from "./list-view.ts";
import { actorOf, becomes, createPlay } from "./visit.ts";

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cache-control": "no-store",
};

const STEPS: Readonly<Record<string, readonly [name: string, ms: number]>> = {
  hour: ["An hour passes", 3_600_000],
  day: ["A day passes", 86_400_000],
  week: ["A week passes", 7 * 86_400_000],
};

const NOT_HERE = html`<h1>Not here</h1>
  <p>This small GitHub has no such page. <a href="/acme/incidents/issues">All issues</a></p>`;

/** The clickable page: issues, an issue, the digest, the calls, and buttons that move the clock. */
export function createPage(stage: Stage): (request: Request) => Response | Promise<Response> {
  const app = new Hono();
  const play = createPlay(stage);
  const here = new Set([new URL(stage.url).host, new URL(stage.url).host.replace("127.0.0.1", "localhost")]);

  app.use(async (context, next) => {
    // Other sites shall not press buttons here, nor read along under a name of their own.
    const { host } = new URL(context.req.url);
    const origin = context.req.header("origin");
    if (!here.has(host)) return context.text(`This page is at ${stage.url}.`, 421);
    if (context.req.method === "POST" && (origin === undefined || !here.has(hostOf(origin))))
      return context.text("Forms are taken from this page only.", 403);
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
    return undefined;
  });

  app.get("/style.css", (context) => context.body(asset("style.css"), 200, { "content-type": "text/css" }));
  app.get("/script.js", (context) => context.body(asset("script.js"), 200, { "content-type": "text/javascript" }));
  app.get("/", (context) => context.redirect("/acme/incidents/issues"));
  app.get("/acme/incidents/issues", async (context) => {
    const visit = await play.visit(context);
    return context.html(layout(visit, "Issues", await listView(stage, context.req.query("q"), visit)));
  });
  app.get("/acme/incidents/issues/new", async (context) => {
    const visit = await play.visit(context);
    return context.html(layout(visit, "New issue", newIssueView(visit)));
  });
  app.get("/acme/incidents/issues/:number{[0-9]+}", async (context) => {
    const number = Number(context.req.param("number"));
    const title = issuesOf(stage, REPOSITORY).find((issue) => issue.number === number)?.title;
    if (title === undefined) return context.notFound();
    const visit = await play.visit(context);
    return context.html(layout(visit, `${title} #${number}`, issueView(stage, number, visit)));
  });
  app.get("/digest", (context) => {
    const latest = issuesOf(stage, REPOSITORY).findLast(({ labels }) => labels.includes("postmortem-digest"));
    return latest === undefined ? context.notFound() : context.redirect(`/acme/incidents/issues/${latest.number}`);
  });
  app.get("/calls", async (context) => {
    const visit = await play.visit(context);
    return context.html(layout(visit, "API calls", callsView(stage, play)));
  });

  app.notFound(async (context) => {
    const visit = await play.visit(context);
    return context.html(layout(visit, "Not here", NOT_HERE), 404);
  });

  app.post("/do/as", async (context) => {
    const { who, back } = await fields(context);
    becomes(context, who ?? "");
    return context.redirect(local(back), 303);
  });
  app.post("/do/time", async (context) => {
    const { step = "", back } = await fields(context);
    const [name, ms] = STEPS[step] ?? STEPS["hour"] ?? ["", 0];
    await play.turn(name, undefined, () => stage.passUntil(new Date(Date.parse(stage.now()) + ms).toISOString()));
    return context.redirect(local(back), 303);
  });
  app.post("/do/open", async (context) => {
    const { title = "", body = "" } = await fields(context);
    const who = actorOf(context);
    let number: number | undefined;
    await play.turn(`${who} opens “${title}”`, undefined, () => {
      number = openIssue(stage, who, { title, body });
    });
    return context.redirect(
      number === undefined ? "/acme/incidents/issues/new" : `/acme/incidents/issues/${number}`,
      303,
    );
  });
  app.post("/do/issue/:number{[0-9]+}", async (context) => {
    const number = Number(context.req.param("number"));
    const form = await fields(context);
    const who = actorOf(context);
    const deeds = deedsOf(form);
    if (deeds.length > 0) {
      await play.turn(`${who} ${deeds.map((deed) => `${inShort(deed)} #${number}`).join(" and ")}`, number, () => {
        for (const deed of deeds) perform(stage, who, number, deed);
      });
    }
    const place = form["place"] === undefined || !/^[\w-]+$/u.test(form["place"]) ? "" : `#${form["place"]}`;
    return context.redirect(`/acme/incidents/issues/${number}${place}`, 303);
  });

  return (request) => app.fetch(request);
}

/** What a form asks for; closing with words in the box says them first, as on GitHub. */
function deedsOf(form: Readonly<Record<string, string>>): Deed[] {
  const { deed = "", text = "", label = "", box, comment } = form;
  const said: Deed[] = text.trim() === "" ? [] : [{ kind: "comment", text: text.replaceAll("\r\n", "\n") }];
  switch (deed) {
    case "comment":
      return said;
    case "close":
      return [...said, { kind: "close", reason: "completed" }];
    case "close-not-planned":
      return [...said, { kind: "close", reason: "not_planned" }];
    case "reopen":
      return [...said, { kind: "reopen" }];
    case "label":
    case "unlabel":
      return label.trim() === "" ? [] : [{ kind: deed, label: label.trim() }];
    case "toggle":
      return box === undefined || !/^\d+$/u.test(box)
        ? []
        : [{ kind: "toggle", offset: Number(box), commentId: comment === undefined ? undefined : Number(comment) }];
    default:
      return [];
  }
}

function inShort(deed: Deed): string {
  switch (deed.kind) {
    case "label":
      return `puts ${deed.label} on`;
    case "unlabel":
      return `takes ${deed.label} off`;
    case "comment":
      return `says “${deed.text.length > 60 ? `${deed.text.slice(0, 59)}…` : deed.text}” in`;
    case "close":
      return deed.reason === "completed" ? "closes" : "closes as not planned";
    case "reopen":
      return "reopens";
    default:
      return deed.kind === "toggle" && deed.commentId === undefined
        ? "clicks a box in the text of"
        : "clicks a box of a comment in";
  }
}

async function fields(context: Context): Promise<Record<string, string>> {
  const form = await context.req.parseBody();
  return Object.fromEntries(
    Object.entries(form).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Only addresses of this page. */
function local(back: string | undefined): string {
  return back !== undefined && /^\/(?![/\\])/u.test(back) ? back : "/";
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : "";
}

function asset(name: "style.css" | "script.js"): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

/**
 * The baseline: Probot as its documentation shows it, handlers that act when an event comes. `THROTTLE=off` takes
 * Probot's own throttling away, which at this rate would do little else than wait.
 */
import { type Context, Probot, ProbotOctokit, Server } from "probot";

const throttled = process.env["THROTTLE"] !== "off";

function handlers(app: Probot): void {
  app.on("issues.labeled", async (context) => {
    if (context.payload.label?.name !== "postmortem") return;
    await context.octokit.rest.issues.createComment(context.issue({ body: "This incident gets a postmortem." }));
    await context.octokit.rest.issues.addAssignees(context.issue({ assignees: ["ana"] }));
  });
  app.on("issue_comment.created", async (context: Context<"issue_comment.created">) => {
    if (context.isBot || !context.payload.comment.body.startsWith("/pm ")) return;
    const { id } = context.payload.comment;
    await context.octokit.rest.reactions.createForIssueComment(context.repo({ comment_id: id, content: "+1" }));
  });
  app.on("issues.closed", async (context) => {
    await context.octokit.rest.issues.addLabels(context.issue({ labels: ["stage/closed"] }));
  });
}

/** As a function: Probot hands its own settings for throttling to each client, and plain defaults give way to them. */
function withoutThrottle(options: object): object {
  return { ...options, throttle: { enabled: false } };
}

const appId = Number(process.env["APP_ID"]);
const privateKey = (process.env["PRIVATE_KEY"] ?? "").replaceAll(String.raw`\n`, "\n");
const baseUrl = process.env["GITHUB_API_URL"] ?? "";
const port = Number(process.env["PORT"]);
const options = {
  appId,
  privateKey,
  secret: process.env["WEBHOOK_SECRET"] ?? "",
  baseUrl,
  logLevel: "fatal" as const,
  ...(throttled ? {} : { Octokit: ProbotOctokit.defaults(withoutThrottle) }),
};
const server = new Server({
  Probot: Probot.defaults(options),
  port,
  host: "127.0.0.1",
  webhookPath: "/api/github/webhooks",
});
await server.load(handlers);
await server.start();
console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, msg: "listening" }));

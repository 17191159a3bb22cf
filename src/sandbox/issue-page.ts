import type { Issue, World } from "./model.ts";
import { labelsOf } from "./shapes.ts";
import { fullNameOf, issueById, repositoryOf } from "./world.ts";
import { stamp } from "./clock.ts";

const STYLE =
  "body{font:15px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;border:1px solid #ccc;border-radius:6px;padding:.8rem}small{color:#555}";

/** A plain page of one issue for people without a GitHub: text as it was written, nothing rendered. */
export function issuePage(world: World, issue: Issue): string {
  const repository = repositoryOf(world, issue);
  const name = (id: number): string => world.accounts.get(id)?.login ?? "ghost";
  const comments = issue.comments.flatMap((id) => world.comments.get(id) ?? []);
  const subs = issue.subIssues.map((id) => issueById(world, id));
  const lines = [
    `<p><a href="/${escape(fullNameOf(world, repository))}/issues">${escape(fullNameOf(world, repository))}</a></p>`,
    `<h1>${escape(issue.title)} <small>#${issue.number}</small></h1>`,
    `<p>${issue.state}${issue.stateReason === null ? "" : ` (${issue.stateReason.replace("_", " ")})`} · opened by ${escape(name(issue.userId))} at ${stamp(issue.createdAt)}</p>`,
    `<p>Labels: ${
      labelsOf(world, issue)
        .map((label) => `<code>${escape(label.name)}</code>`)
        .join(" ") || "none"
    }</p>`,
    `<p>Assignees: ${issue.assignees.map((id) => escape(name(id))).join(", ") || "nobody"}</p>`,
    `<pre>${escape(issue.body ?? "")}</pre>`,
    ...(subs.length === 0
      ? []
      : [
          `<h2>Sub-issues</h2><ul>${subs.map((sub) => `<li>${sub.state === "closed" ? "☑" : "☐"} <a href="/${escape(fullNameOf(world, repositoryOf(world, sub)))}/issues/${sub.number}">${escape(sub.title)}</a></li>`).join("")}</ul>`,
        ]),
    ...comments.map(
      (comment) =>
        `<h3 id="issuecomment-${comment.id}">${escape(name(comment.userId))} <small>${stamp(comment.createdAt)}</small></h3><pre>${escape(comment.body)}</pre>` +
        (comment.reactions.length === 0
          ? ""
          : `<p>${comment.reactions.map((reaction) => `${escape(reaction.content)} (${escape(name(reaction.userId))})`).join(", ")}</p>`),
    ),
  ];
  return documentOf(`${issue.title} · ${fullNameOf(world, repository)}#${issue.number}`, lines.join("\n"));
}

/** A list of issues, newest first, with the query that led to it and how many it found. */
export function issuesPage(world: World, title: string, list: { query: string | null; issues: Issue[] }): string {
  const rows = list.issues.toReversed().map((issue) => {
    const fullName = escape(fullNameOf(world, repositoryOf(world, issue)));
    const labels = labelsOf(world, issue).map((label) => `<code>${escape(label.name)}</code>`);
    return `<li>${issue.state === "closed" ? "☑" : "☐"} <a href="/${fullName}/issues/${issue.number}">#${issue.number} ${escape(issue.title)}</a> ${labels.join(" ")}</li>`;
  });
  const asked = list.query === null ? "" : `<p>Search: <code>${escape(list.query)}</code></p>`;
  return documentOf(
    title,
    `<h1>${escape(title)}</h1>${asked}<p>${list.issues.length} found</p><ul>${rows.join("")}</ul>`,
  );
}

function documentOf(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}</style><body>${body}</body></html>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

import { html } from "hono/html";

import type { SandboxIssue, Stage } from "../stage.ts";
import { issueOf } from "../stage.ts";
import { REPOSITORY } from "../world.ts";
import { chips, day, turnView } from "./layout.ts";
import { type Html, renderMarkdown } from "./markdown.ts";
import type { Visit } from "./visit.ts";

const REACTIONS: Readonly<Record<string, string>> = { eyes: "👀 seen", "+1": "👍 done", confused: "😕 see the answer" };

/** An issue as GitHub would show it, and beside it what the app did last. */
export function issueView(stage: Stage, number: number, visit: Visit): Html {
  const issue = issueOf(stage, REPOSITORY, number);
  const action = `/do/issue/${number}`;
  const own = [stage.url, stage.sandbox.url];
  return html`<div class="title">
      <h1>${issue.title} <span class="number">#${number}</span></h1>
      <p>
        <span class="state ${issue.state}">${issue.state}</span>
        ${issue.author ?? "somebody"} opened this on ${day(issue.createdAt)} · ${issue.comments.length}
        ${issue.comments.length === 1 ? "comment" : "comments"}
      </p>
    </div>
    <div class="columns">
      <div class="thread">
        ${post({ action, author: issue.author, at: issue.createdAt, id: "body", commentId: undefined, reactions: [] }, issue.body ?? "", own)}
        ${issue.comments.map((comment) =>
          post(
            {
              action,
              author: comment.author,
              at: comment.createdAt,
              id: `comment-${comment.id}`,
              commentId: comment.id,
              reactions: comment.reactions.map(({ content }) => content),
            },
            comment.body,
            own,
          ),
        )}
        ${answerForm(issue, action, visit)}
      </div>
      <aside>${sideView(issue, action)} ${visit.last === undefined ? "" : turnView(visit.last)}</aside>
    </div>`;
}

interface Post {
  readonly action: string;
  readonly author: string | null;
  readonly at: string;
  readonly id: string;
  readonly commentId: number | undefined;
  readonly reactions: readonly string[];
}

// oxlint-disable-next-line max-params -- a post and its words
function post({ action, author, at, id, commentId, reactions }: Post, text: string, own: readonly string[]): Html {
  const isApp = author?.endsWith("[bot]") === true;
  const isStatus = text.includes("<!-- postmortem:slot=status ");
  const label = isStatus ? "Status comment" : `${commentId === undefined ? "Text" : "Comment"} of ${author ?? "ghost"}`;
  return html`<article id="${id}" class="post ${isApp ? "app" : ""}" aria-label="${label}">
    <h2>
      ${author ?? "ghost"} ${isApp ? html`<span class="label bot">app</span>` : ""}
      <span class="quiet">${day(at)}</span>
    </h2>
    <form method="post" action="${action}">
      <input type="hidden" name="deed" value="toggle" />
      <input type="hidden" name="place" value="${id}" />
      ${commentId === undefined ? "" : html`<input type="hidden" name="comment" value="${commentId}" />`}
      <div class="markdown">
        ${text.trim() === "" ? html`<p class="quiet">No description.</p>` : renderMarkdown(text, { editable: true, own })}
      </div>
    </form>
    ${
      reactions.length === 0
        ? ""
        : html`<p class="reactions">
            ${reactions.map((content) => html`<span title="${content}">${REACTIONS[content] ?? content}</span> `)}
          </p>`
    }
  </article>`;
}

// oxlint-disable-next-line max-params -- who answers what
function answerForm(issue: SandboxIssue, action: string, { who }: Visit): Html {
  return html`<form method="post" action="${action}" class="post answer" id="answer">
    <h2><label for="text">Comment as ${who}</label></h2>
    <textarea id="text" name="text" rows="4" placeholder="/postmortem severity 2" spellcheck="false"></textarea>
    <p class="quiet">
      Try <code>/postmortem help</code>, <code>/postmortem why</code>, <code>/postmortem severity 2</code>,
      <code>/postmortem action add "what to do" @dora due=2026-12-11</code>.
    </p>
    <p class="buttons">
      <button name="deed" value="comment" class="primary">Comment</button>
      ${
        issue.state === "open"
          ? html`<button name="deed" value="close">Close issue</button>
              <button name="deed" value="close-not-planned">Close as not planned</button>`
          : html`<button name="deed" value="reopen">Reopen issue</button>`
      }
    </p>
  </form>`;
}

const OFFERED = [
  "postmortem",
  "severity/1",
  "severity/2",
  "severity/3",
  "severity/4",
  "hotspot/dns",
  "hotspot/ingress",
];

function sideView(issue: SandboxIssue, action: string): Html {
  return html`<section>
      <h2>Assigned</h2>
      <p>
        ${issue.assignees.length === 0 ? "Nobody yet" : issue.assignees.map((login) => html`<strong class="mention">@${login}</strong> `)}
      </p>
    </section>
    <section>
      <h2>Labels</h2>
      <form method="post" action="${action}">
        <input type="hidden" name="deed" value="unlabel" />
        <ul class="labels">
          ${issue.labels.map(
            (label) =>
              html`<li>
                ${chips([label])}<button name="label" value="${label}" class="small" aria-label="Take off ${label}">
                  ×
                </button>
              </li>`,
          )}
        </ul>
      </form>
      <form method="post" action="${action}" class="add-label">
        <input type="hidden" name="deed" value="label" />
        <label for="label">Add a label</label>
        <input id="label" name="label" list="offered" autocomplete="off" required />
        <datalist id="offered">
          ${OFFERED.filter((label) => !issue.labels.includes(label)).map((label) => html`<option value="${label}"></option>`)}
        </datalist>
        <button>Add</button>
      </form>
      ${
        issue.labels.some((label) => label.startsWith("postmortem"))
          ? ""
          : html`<form method="post" action="${action}">
              <input type="hidden" name="deed" value="label" />
              <button name="label" value="postmortem" class="primary">Label it “postmortem”</button>
            </form>`
      }
    </section>`;
}

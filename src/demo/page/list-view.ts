import { html } from "hono/html";

import { isRecord } from "../recorder.ts";
import type { Stage } from "../stage.ts";
import { issuesOf } from "../stage.ts";
import { REPOSITORY } from "../world.ts";
import { chips, day, turnView } from "./layout.ts";
import type { Html } from "./markdown.ts";
import type { Visit } from "./visit.ts";

const EVERYTHING_OPEN = "is:issue is:open";

/** Issues by a query of GitHub's search: what the numbers of a digest link to. */
export async function listView(stage: Stage, asked: string | undefined, visit: Visit): Promise<Html> {
  const query = asked ?? EVERYTHING_OPEN;
  const found = await search(stage, query, visit.who);
  const issues = issuesOf(stage, REPOSITORY);
  return html`${visit.last === undefined ? firstSteps : ""}
    <h1>Issues</h1>
    <form method="get" action="/acme/incidents/issues" class="search" role="search">
      <label for="q">Search</label>
      <input id="q" name="q" value="${query}" spellcheck="false" />
      <button>Search</button>
    </form>
    <p class="shortcuts">
      ${[
        [EVERYTHING_OPEN, "Open"],
        ["is:issue label:postmortem is:closed", "Closed postmortems"],
        ["is:issue label:postmortem is:open label:stage/in-review", "In review"],
        ["is:issue label:hotspot/dns", "Networking and DNS"],
        ["is:issue label:postmortem-digest", "Digests"],
      ].map(([q, name]) => html`<a href="/acme/incidents/issues?q=${encodeURIComponent(q ?? "")}">${name}</a> `)}
    </p>
    ${found.problem === undefined ? html`<p class="quiet">${found.numbers.length} found</p>` : html`<p class="notice" role="alert">${found.problem}</p>`}
    ${visit.last === undefined ? "" : turnView(visit.last)}
    <ul class="issues">
      ${found.numbers.flatMap((number) => {
        const issue = issues.find((one) => one.number === number);
        return issue === undefined
          ? []
          : [
              html`<li>
                <span class="state ${issue.state}">${issue.state}</span>
                <div>
                  <a href="/acme/incidents/issues/${number}">${issue.title}</a> ${chips(issue.labels)}
                  <p class="quiet">
                    #${number} by ${issue.author ?? "ghost"} on
                    ${day(issue.createdAt)}${
                      issue.assignees.length === 0 ? "" : `, assigned to ${issue.assignees.join(", ")}`
                    }
                  </p>
                </div>
              </li>`,
            ];
      })}
    </ul> `;
}

const firstSteps = html`<section class="start" aria-label="First steps">
  <h2>Five minutes with the app</h2>
  <ol>
    <li>Open a <a href="/acme/incidents/issues/new">new issue</a> and label it <code>postmortem</code>.</li>
    <li>Click a box in the app's comment, or confirm its hotspot.</li>
    <li>Say <code>/postmortem action add "what to do" @dora due=2026-12-11</code>, then try to close the issue.</li>
    <li>Become rita, who may only read, and give a command.</li>
    <li>Let a week pass and read the <a href="/digest">digest</a>; each of its numbers is a search you can follow.</li>
  </ol>
</section>`;

// oxlint-disable-next-line max-params -- who looks for what
async function search(stage: Stage, query: string, who: string): Promise<{ numbers: number[]; problem?: string }> {
  const q = encodeURIComponent(`repo:${REPOSITORY} ${query}`);
  const answer = await fetch(`${stage.sandbox.url}/search/issues?per_page=100&sort=created&order=desc&q=${q}`, {
    headers: { authorization: `Bearer ${who}-token` },
  });
  const found: unknown = await answer.json();
  if (!isRecord(found) || !Array.isArray(found["items"]))
    return { numbers: [], problem: isRecord(found) ? String(found["message"]) : "GitHub's search did not answer." };
  return { numbers: found["items"].flatMap((one: unknown) => (isRecord(one) ? [Number(one["number"])] : [])) };
}

/** A form to open an issue, filled in with one that is worth a postmortem. */
export function newIssueView({ who }: Visit): Html {
  return html`<h1>New issue</h1>
    <form method="post" action="/do/open" class="post answer">
      <p class="field">
        <label for="title">Title</label>
        <input
          id="title"
          name="title"
          required
          value="Images do not load: ingress answers 502 after the certificate was renewed"
        />
      </p>
      <p class="field">
        <label for="body">Text</label>
        <textarea id="body" name="body" rows="14" spellcheck="false">${EXAMPLE}</textarea>
      </p>
      <p><button class="primary">Open issue as ${who}</button></p>
    </form>`;
}

const EXAMPLE = `For 20 minutes product pages had no images. The ingress controller had loaded the new certificate on two of its five
replicas; the load balancer dropped the connections of the other three.

## Contributing factors

- A failed reload of the ingress controller raises no alert.
- The certificate's renewal is tested with one replica.

## Preventive actions

- [ ] Alert on ingress replicas that serve different certificates @finn (due 2026-12-04, detect)
- [ ] Test the renewal with five replicas
`;

import { html, raw } from "hono/html";

import { inWords, isQuestion } from "../words.ts";
import { PEOPLE, functionOf } from "../world.ts";
import type { Html } from "./markdown.ts";
import type { Turn, Visit } from "./visit.ts";

export function layout(visit: Visit, title: string, content: Html): Html {
  const { who, back, notice, faults } = visit;
  return html`${raw("<!doctype html>")}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · postmortem demo</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="data:," />
        <script src="/script.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">To the content</a>
        <header>
          <nav aria-label="Pages">
            <a class="brand" href="/acme/incidents/issues">acme/incidents</a>
            <a href="/acme/incidents/issues">Issues</a>
            <a href="/acme/incidents/issues/new">New issue</a>
            <a href="/digest">Digest</a>
            <a href="/calls">API calls</a>
          </nav>
          <div class="controls">
            <form method="post" action="/do/time" class="time">
              <input type="hidden" name="back" value="${back}" />
              <span>Demo clock <time id="clock" datetime="${visit.now}">${day(visit.now)}</time></span>
              <button name="step" value="hour">+1 hour</button>
              <button name="step" value="day">+1 day</button>
              <button name="step" value="week">+1 week</button>
            </form>
            <form method="post" action="/do/as" class="who">
              <input type="hidden" name="back" value="${back}" />
              <label for="who">You are</label>
              <select id="who" name="who">
                ${Object.entries(PEOPLE).map(
                  ([login, role]) =>
                    html`<option value="${login}" ${login === who ? "selected" : ""}>
                      ${login} (${[functionOf(login), role].filter((word) => word !== undefined).join(", ")})
                    </option>`,
                )}
              </select>
              <button>Switch</button>
            </form>
          </div>
        </header>
        <main id="content" tabindex="-1">
          ${notice === undefined ? "" : html`<p class="notice" role="alert">${notice}</p>`}
          ${
            faults.length === 0
              ? ""
              : html`<div class="notice" role="alert">
                  <strong>Something is wrong with the demo:</strong>
                  <ul>
                    ${faults.map((fault) => html`<li>${fault}</li>`)}
                  </ul>
                </div>`
          }
          ${content}
        </main>
        <footer>
          <p>
            Everything here runs on your machine: a GitHub sandbox, the app, and this page. Nothing leaves it, and
            nothing is kept.
          </p>
        </footer>
        <p id="busy" role="status"></p>
      </body>
    </html>`;
}

/** What the app asked and changed in answer to a deed. */
export function turnView(turn: Turn): Html {
  return html`<section class="turn" aria-label="What the app did">
    <h2>What the app did</h2>
    <p class="quiet">${turn.what}, ${day(turn.at)}</p>
    ${
      turn.calls.length === 0
        ? html`<p>Nothing: it made no request.</p>`
        : html`<ul class="calls">
              ${turn.calls.map(
                (call) =>
                  html`<li
                    class="${isQuestion(call) ? "asks" : "changes"}"
                    title="${call.method} ${call.path} ${call.status}"
                  >
                    ${inWords(call)}
                  </li>`,
              )}
            </ul>
            <p class="quiet">${counted(turn)}</p>`
    }
  </section>`;
}

export function counted({ calls }: Pick<Turn, "calls">): string {
  const changes = calls.filter((call) => !isQuestion(call)).length;
  return `${calls.length} ${calls.length === 1 ? "request" : "requests"}, ${changes} of them to change something`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

export function day(instant: string): string {
  return `${DAYS[new Date(instant).getUTCDay()]} ${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

export function chips(labels: readonly string[]): Html {
  return html`${labels.map((label) => html`<span class="label ${/^[a-z-]+/u.exec(label)?.[0] ?? ""}">${label}</span> `)}`;
}

import { html } from "hono/html";

import type { Stage } from "../stage.ts";
import { inWords, isQuestion } from "../words.ts";
import { counted, day } from "./layout.ts";
import type { Html } from "./markdown.ts";
import type { Play } from "./visit.ts";

const LATEST = 60;

/** All that the app asked of GitHub and changed there, in plain words, the latest first. */
export function callsView(stage: Stage, { turns }: Pick<Play, "turns">): Html {
  const first = turns[0]?.calls[0]?.n ?? stage.calls.length + 1;
  const before = stage.calls.filter(({ n }) => n < first);
  return html`<h1>API calls of the app</h1>
    <p>
      What you did on this page, and what the app did about it. A dot asks, an arrow changes something. The raw request
      is behind each line.
    </p>
    ${turns.toReversed().map(
      ({ what, at, calls }) =>
        html`<section class="turn">
          <h2>${what}</h2>
          <p class="quiet">${day(at)} · ${counted({ calls })}</p>
          ${callList(calls)}
        </section>`,
    )}
    <section class="turn">
      <h2>The twelve weeks before</h2>
      <p class="quiet">${counted({ calls: before })}; the last ${Math.min(LATEST, before.length)} of them:</p>
      ${callList(before.slice(-LATEST))}
    </section>`;
}

function callList(calls: readonly Parameters<typeof inWords>[0][]): Html {
  return html`<ul class="calls">
    ${calls.map(
      (call) =>
        html`<li class="${isQuestion(call) ? "asks" : "changes"}">
          <details>
            <summary>${inWords(call)}</summary>
            <pre
              tabindex="0"
            ><code>${call.method} ${call.path} → ${call.status}${call.sent === undefined ? "" : `\n${JSON.stringify(call.sent, undefined, 2)}`}</code></pre>
          </details>
        </li>`,
    )}
  </ul>`;
}

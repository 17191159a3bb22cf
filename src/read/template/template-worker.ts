import { parentPort } from "node:worker_threads";

import { fillTemplate, type TemplateJob } from "./fill-template.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */

const SAMPLE: TemplateJob["view"] = {
  title: "",
  number: 1,
  author: "",
  url: "",
  severity: 1,
  date: "2026-01-01",
  repository: "",
  labels: [""],
  assignees: [],
};

/** The thread in which templates of repositories are filled in; see render-template.ts. */
parentPort?.on("message", (job: TemplateJob) => {
  parentPort?.postMessage(answer(job));
});
// Loads and compiles what Handlebars needs, so that the first template has as much time as the others.
answer({ file: "", source: "## {{title}}{{#each labels}}{{#if this}}{{this}}{{/if}}{{/each}}", view: SAMPLE });
parentPort?.postMessage("ready");

function answer(job: TemplateJob): unknown {
  try {
    return fillTemplate(job);
  } catch (error) {
    const message = `this cannot be filled in: ${error instanceof Error ? error.message.slice(0, 200) : "unknown reason"}`;
    return { problems: [{ file: job.file, line: 1, column: 1, message }] };
  }
}

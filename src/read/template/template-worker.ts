import { parentPort } from "node:worker_threads";

import { fillTemplate, type TemplateJob } from "./fill-template.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */

/** The thread in which templates of repositories are filled in; see render-template.ts. */
parentPort?.on("message", (job: TemplateJob) => {
  parentPort?.postMessage(answer(job));
});
parentPort?.postMessage("ready");

function answer(job: TemplateJob): unknown {
  try {
    return fillTemplate(job);
  } catch (error) {
    const message = `this cannot be filled in: ${error instanceof Error ? error.message.slice(0, 200) : "unknown reason"}`;
    return { problems: [{ file: job.file, line: 1, column: 1, message }] };
  }
}

import { parentPort } from "node:worker_threads";

import { calm } from "../../src/domain/calm.ts";
import { tokenize } from "../../src/features/hotspots/tokens.ts";
import { findUpstream } from "../../src/features/hotspots/upstream.ts";
import { boxesOf } from "../../src/features/postmortem/prompts.ts";
import { severityOfText } from "../../src/features/postmortem/labels.ts";
import { hasText, timelineEntries } from "../../src/features/postmortem/sections.ts";
import { notes } from "../../src/features/preventive-actions/blameless/notes.ts";
import { parseActions } from "../../src/features/preventive-actions/parse/parse-actions.ts";
import { slashCalls } from "../../src/plan/slash.ts";
import { code, fence, quote } from "../../src/render/escape.ts";
import { createSlots } from "../../src/apply/slot.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */

const slots = createSlots(["a secret of sixteen letters"]);
const PLACE = { repositoryId: 1, number: 1 };

/** All that reads people's text as a whole, whoever wrote it. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  parseActions,
  notes: (text) => notes(text, parseActions(text)),
  hasText: (text) => hasText(text, ["impact"]),
  timelineEntries,
  severityOfText,
  boxesOf,
  findUpstream,
  tokenize,
  slashCalls: (text) => slashCalls(text, 1),
  unseal: (text) => slots.unseal(text, PLACE),
  quote,
  code,
  fence,
  calm,
};

/** Reads one text with everything, and says how long the slowest took. */
parentPort?.on("message", (text: string) => {
  let slowest = { reader: "", ms: 0 };
  for (const [reader, read] of Object.entries(READERS)) {
    const started = performance.now();
    read(text);
    const ms = performance.now() - started;
    if (ms > slowest.ms) slowest = { reader, ms };
  }
  parentPort?.postMessage(slowest);
});
parentPort?.postMessage({ reader: "", ms: 0 });

import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { StatusView } from "../../domain/template-call.ts";
import { notes } from "./blameless/notes.ts";
import { parsedBody } from "./track.ts";

/** More than these are not read. */
const MOST_NOTES = 10;
const MOST_WORDS = 80;

/**
 * Remarks on wording for the status comment, unless the configuration or `/postmortem notes off` says no. A missing due
 * day is no remark: severity supplies one.
 */
export function noteViews(facts: Pick<IssueFacts, "issue" | "config">, postmortem: Postmortem): StatusView["notes"] {
  if (!facts.config.notes || postmortem.notesOff === true || postmortem.stage === "closed") return [];
  const { body } = facts.issue;
  return notes(body, parsedBody(body))
    .filter(({ kind }) => kind !== "no-due")
    .slice(0, MOST_NOTES)
    .map(({ words, suggestion }) => ({ words: clipped(words), suggestion }));
}

function clipped(words: string): string {
  return words.length <= MOST_WORDS ? words : `${words.slice(0, MOST_WORDS - 1).trimEnd()}…`;
}

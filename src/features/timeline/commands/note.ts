import { z } from "zod";

import { refuse } from "../../../domain/refusal.ts";
import { defineCommand } from "../../../plan/define.ts";
import { freeText } from "../../../plan/slash.ts";
import { withTimelineEntry } from "../timeline.ts";

export default defineCommand({
  name: "note",
  usage: ['note "what happened" [at=2026-12-01T10:30Z]'],
  summary: "Add an entry to the timeline, with the time and your name.",
  needs: "triage",
  args: z.array(z.string()),
  plan(_, { issue, actor, event, now, call }) {
    const text = freeText(call, ["at"]);
    if (text === "") return refuse('Say what happened: `/postmortem note "failed over to zone b"`.');
    // Not the time of this attempt: what another attempt wrote would not be known again.
    const said = (event.kind === "comment-created" ? event.at : undefined) ?? now;
    const at = call.named["at"] === undefined ? said : instantOf(call.named["at"], said);
    if (at === undefined) return refuse("Write the time as 2026-12-01T10:30Z, or as 10:30 for today (UTC).");
    const body = withTimelineEntry(issue.body, { at, text, by: actor.login });
    if (body === undefined) return refuse("The issue is full: GitHub takes no more than 65,536 characters.");
    return [{ kind: "put-body", issue: issue.ref, body }];
  },
});

function instantOf(written: string, now: string): string | undefined {
  const today = /^([01]\d|2[0-3]):[0-5]\d$/u.test(written) ? `${now.slice(0, 10)}T${written}Z` : written;
  const at = Date.parse(today);
  return Number.isNaN(at) || !/^\d{4}-\d{2}-\d{2}T/u.test(today) ? undefined : new Date(at).toISOString();
}

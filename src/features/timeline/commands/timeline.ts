import { z } from "zod";

import type { Postmortem } from "../../../domain/postmortem.ts";
import { refuse } from "../../../domain/refusal.ts";
import { defineCommand } from "../../../plan/define.ts";
import { type TimelineEntry, withTimelineEntry } from "../timeline.ts";

export default defineCommand({
  name: "timeline",
  usage: ["timeline"],
  summary: "Add what the app knows to the timeline: opened, taken up, reviewed, published.",
  needs: "triage",
  args: z.array(z.string()).max(0),
  plan(_, { postmortem, issue }) {
    const known = knownEntries(postmortem).filter(
      ({ at, text }) => !issue.body.includes(`${minute(at)} UTC — ${text}`),
    );
    let body: string | undefined = issue.body;
    for (const entry of known) body = body === undefined ? undefined : withTimelineEntry(body, entry);
    if (body === undefined) return refuse("The issue is full: GitHub takes no more than 65,536 characters.");
    if (known.length === 0) return refuse("The timeline has everything the app knows.");
    return [{ kind: "put-body", issue: issue.ref, body }];
  },
});

function knownEntries(postmortem: Postmortem): TimelineEntry[] {
  const { openedAt, startedAt, startedBy, reviewedAt, reviewer, publishedAt, author } = postmortem;
  return [
    { at: openedAt, text: "issue opened", by: author },
    { at: startedAt, text: "postmortem taken up", by: startedBy },
    ...(reviewedAt === undefined ? [] : [{ at: reviewedAt, text: "reviewed", by: reviewer ?? "ghost" }]),
    ...(publishedAt === undefined ? [] : [{ at: publishedAt, text: "published", by: startedBy }]),
  ];
}

function minute(at: string): string {
  return at.slice(0, 16).replace("T", " ");
}

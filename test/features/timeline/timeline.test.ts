import { describe, expect, it } from "vitest";

import timeline from "../../../src/features/timeline/commands/timeline.ts";
import { changesOf, planned, postmortemFacts } from "../../support/issue-facts.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";

describe("/postmortem timeline", () => {
  it("adds what the app knows, in order, and once", () => {
    const postmortem = somePostmortem({ reviewedAt: "2026-11-12T08:00:00.000Z", reviewer: "bob" });
    const facts = postmortemFacts({
      postmortem,
      issue: { body: "## Timeline\n\n- 2026-11-10 08:55 UTC — first alert\n\n## Trigger\n" },
    });

    const [change] = changesOf(planned(timeline, "timeline", facts), "put-body");

    expect(change?.body).toBe(
      "## Timeline\n\n- 2026-11-10 08:55 UTC — first alert\n- 2026-11-10 09:00 UTC — issue opened (alice)\n- 2026-11-10 09:00 UTC — postmortem taken up (alice)\n- 2026-11-12 08:00 UTC — reviewed (bob)\n\n## Trigger\n",
    );
    const again = planned(timeline, "timeline", postmortemFacts({ postmortem, issue: { body: change?.body ?? "" } }));
    expect(again).toMatchObject({ kind: "refusal" });
  });
});

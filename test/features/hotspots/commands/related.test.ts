import { expect, it } from "vitest";

import related from "../../../../src/features/hotspots/commands/related.ts";
import { changesOf, planned, postmortemFacts } from "../../../support/issue-facts.ts";
import { someAction, somePostmortem } from "../../../support/postmortem-builders.ts";

it("answers with the earlier postmortems that read alike and what became of their actions", () => {
  const earlier = somePostmortem({
    number: 12,
    title: "Resolver overload",
    actions: [someAction({ status: "delivered" }), someAction({ status: "open" })],
  });
  const facts = postmortemFacts({ related: [{ postmortem: earlier, words: ["SERVFAIL"] }] });

  const [comment] = changesOf(planned(related, "related", facts), "put-comment");

  expect(comment).toMatchObject({
    slot: "related.5",
    once: true,
    call: {
      template: "postmortem/related",
      view: {
        related: [
          { title: "Resolver overload", url: earlier.url, words: ["SERVFAIL"], outcome: "1 of 2 actions settled" },
        ],
      },
    },
  });
});

import { describe, expect, it } from "vitest";

import tellLabel from "../../../src/features/postmortem/rules/tell-label.ts";
import { issueFacts, postmortemFacts } from "../../support/issue-facts.ts";

describe("a label that starts postmortems", () => {
  it("and has a new name is told with the line for the configuration", () => {
    const event = { kind: "label-told", before: "postmortem", after: "yes" } as const;

    expect(tellLabel.plan(postmortemFacts({ event }))).toMatchObject([
      {
        slot: "label.renamed",
        once: true,
        call: { view: { before: "postmortem", after: "yes", line: 'label: "yes"' } },
      },
    ]);
  });

  it("and is gone is told by its name", () => {
    const event = { kind: "label-told", before: "postmortem" } as const;
    const planned = tellLabel.plan(postmortemFacts({ event }));

    expect(planned).toMatchObject([{ slot: "label.gone", call: { view: { before: "postmortem" } } }]);
    expect(tellLabel.plan(issueFacts({ event }))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";

import { refuse } from "../../../../src/domain/refusal.ts";
import category from "../../../../src/features/hotspots/commands/category.ts";
import { changesOf, planned, postmortemFacts } from "../../../support/issue-facts.ts";
import { somePostmortem } from "../../../support/postmortem-builders.ts";

function saved(line: string, postmortem = somePostmortem()) {
  return changesOf(planned(category, line, postmortemFacts({ postmortem })), "save-postmortem").at(-1)?.postmortem;
}

describe("/postmortem category", () => {
  it("names the hotspot by key or title, in any case", () => {
    expect(saved("category dns")).toMatchObject({ category: "dns", categoryBy: "person", contributing: [] });
    expect(saved('category "networking and DNS"')).toMatchObject({ category: "dns" });
  });

  it("names contributing ones too, and leaves them alone when none is named", () => {
    expect(saved("category dns also Ingress")).toMatchObject({ category: "dns", contributing: ["ingress"] });
    expect(saved("category dns", somePostmortem({ contributing: ["ingress"] }))?.contributing).toEqual(["ingress"]);
  });

  it("replaces the label of another category", () => {
    const facts = postmortemFacts({ issue: { labels: ["hotspot/ingress", "bug"] } });

    expect(changesOf(planned(category, "category dns", facts), "set-labels")[0]).toMatchObject({
      add: ["hotspot/dns"],
      remove: ["hotspot/ingress"],
    });
  });

  it.each(["category disks", "category dns also disks", "category dns dns2"])(
    "%s is refused with what there is",
    (line) => {
      expect(planned(category, line, postmortemFacts())).toEqual(
        refuse("There is no such category; choose one of `dns`, `ingress`."),
      );
    },
  );
});

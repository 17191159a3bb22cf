import { describe, expect, it } from "vitest";

import { compose } from "../../src/features/digest/compose.ts";
import { createRender } from "../../src/render/render.ts";
import { someYear } from "../support/digest-year.ts";
import { weekFacts } from "../support/postmortem-builders.ts";

const render = createRender();

describe("the words of the digest", () => {
  it("shows a busy week", async () => {
    const text = render({ template: "digest/weekly", view: compose(someYear()) });

    await expect(text).toMatchFileSnapshot("words/digest-weekly.md");
  });

  it("shows a tenant that has no postmortem yet", async () => {
    const text = render({ template: "digest/weekly", view: compose(weekFacts()) });

    await expect(text).toMatchFileSnapshot("words/digest-empty.md");
  });
});

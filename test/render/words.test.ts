import { describe, expect, it } from "vitest";

import type { TemplateCall } from "../../src/domain/template-call.ts";
import { createRender, readTemplate, TEMPLATES } from "../../src/render/render.ts";
import { nodesOf } from "./github-marks.ts";
import { SAMPLES } from "./samples.ts";

const render = createRender();

const CALLS = Object.entries(SAMPLES).flatMap(([template, samples]) =>
  Object.entries(samples).map(([sample, view]) => ({
    name: `${template.replace("/", "-")}.${sample}`,
    call: { template, view } as TemplateCall,
  })),
);

describe("the words of", () => {
  it.each(CALLS)("$name read well", async ({ name, call }) => {
    await expect(render(call)).toMatchFileSnapshot(`words/${name}.md`);
  });

  it.each(CALLS)("$name keep every table in shape and leave no hole", ({ call }) => {
    const text = render(call);

    expect(text).not.toMatch(/undefined|\[object|\{\{|NaN/u);
    expect(text).not.toMatch(/root cause/iu);
    for (const table of nodesOf(text).filter(({ type }) => type === "table")) {
      expect(new Set(table.children?.map((row) => row.children?.length)).size).toBe(1);
    }
  });

  it("every template, with a sample for each", () => {
    expect(Object.keys(SAMPLES).toSorted()).toEqual(Object.keys(TEMPLATES).toSorted());
  });
});

describe("createRender", () => {
  it("refuses a view with a hole in it", () => {
    const call = { template: "postmortem/held", view: { label: "postmortem" } } as unknown as TemplateCall;

    expect(() => render(call)).toThrow("templates/postmortem/held.hbs does not fit");
  });

  it("names a template that is missing", () => {
    const call = { template: "postmortem/none", view: {} } as unknown as TemplateCall;

    expect(() => render(call)).toThrow("templates/postmortem/none.hbs is missing");
    expect(() => readTemplate("postmortem/none")).toThrow("templates/postmortem/none.hbs is missing");
  });
});

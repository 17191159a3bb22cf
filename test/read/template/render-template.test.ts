import { afterAll, describe, expect, it } from "vitest";

import { withoutMarkers } from "../../../src/read/template/fill-template.ts";
import { createTemplateRenderer } from "../../../src/read/template/render-template.ts";
import { someView } from "./some-view.ts";

/** Time is no test's concern here: how long the machine takes must not decide. */
const renderer = createTemplateRenderer({ timeLimitMs: 30_000 });
afterAll(async () => renderer.close());

async function render(source: string, view = someView()) {
  return renderer.render({ file: "incident.md.hbs", source, view });
}

describe("a template of a repository", () => {
  it("is filled in", async () => {
    const source =
      "## {{title}} ({{number}})\n\n{{#each labels}}\n- {{this}}\n{{/each}}\n{{#if assignees}}some{{else}}none{{/if}}\n";

    expect(await render(source)).toEqual({ markdown: "## Checkout is down (7)\n\n- postmortem\n- area/dns\nnone\n" });
  });

  it("shows people's text as they wrote it, and nothing happens", async () => {
    const view = someView({ title: "@all <!-- pm:x --> #1 [a](b) {{number}}", labels: ["<b>", "@sre"] });

    const filled = await render("## {{title}}\n{{#each labels}}{{this}} {{/each}}", view);

    expect(filled).toEqual({
      markdown: "## @\u200Ball &lt;\\!-- pm:x --&gt; #\u200B1 \\[a\\]\\(b\\) \\{\\{number\\}\\}\n&lt;b&gt; @\u200Bsre ",
    });
  });

  it("cannot forge a comment of ours", async () => {
    const filled = await render(
      "## A\n<!-- postmortem:begin -->\n<!-- a hint -->\n- [x] <!--pm:prompt.a--> done <!-- pm: x",
    );

    expect(filled).toEqual({ markdown: "## A\n\n<!-- a hint -->\n- [x]  done " });
  });

  it("is refused with its place when it does what it may not", async () => {
    expect(await render("## A\n{{> other}}")).toMatchObject({
      problems: [{ file: "incident.md.hbs", line: 2, column: 1 }],
    });
  });

  it("may write 60,000 characters and no more", async () => {
    const view = someView({ labels: Array.from({ length: 100 }, () => "x") });

    const filled = await render(`## A\n{{#each labels}}${"y".repeat(700)}{{/each}}`, view);

    expect(filled).toMatchObject({ problems: [{ message: expect.stringContaining("70005 characters; 60000") }] });
  });
});

it.each([
  ["<!-- pm<!-- pm:a -->:b -->", ""],
  ["<!<!-- pm:a -->-- pm:b -->", ""],
  ["<!--\n\u200BPostMortem :x", ""],
  ["<!-- pmx --><!-- pm -->", "<!-- pmx --><!-- pm -->"],
])("takes our markers out, however they are put together: %j", (text, calm) => {
  expect(withoutMarkers(text)).toBe(calm);
});

describe("a template that gets out of hand", () => {
  const script = { worker: new URL("runaway-worker.ts", import.meta.url) };

  it.each([
    ["loop", 500, "this takes longer than 500 ms"],
    ["memory", 30_000, "this needs more memory"],
    ["exit", 30_000, "this ended the thread"],
  ])("is ended from outside, and the next one is served: %s", async (source, timeLimitMs, message) => {
    const hostile = createTemplateRenderer({ ...script, timeLimitMs });

    const answers = await Promise.all([
      hostile.render({ file: "f", source, view: someView() }),
      createTemplateRenderer({ ...script, timeLimitMs: 30_000 }).render({
        file: "f",
        source: "calm",
        view: someView(),
      }),
    ]);

    expect(answers[0]).toMatchObject({ problems: [{ message: expect.stringContaining(message) }] });
    expect(answers[1]).toEqual({ markdown: "calm 0" });
    await hostile.close();
  });

  it("leaves a renderer that goes on working", async () => {
    const hostile = createTemplateRenderer({ ...script, timeLimitMs: 30_000 });
    await hostile.render({ file: "f", source: "exit", view: someView() });

    expect(await hostile.render({ file: "f", source: "calm", view: someView() })).toEqual({ markdown: "calm 0" });
    await hostile.close();
  });
});

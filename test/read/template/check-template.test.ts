import { describe, expect, it } from "vitest";

import { checkTemplate } from "../../../src/read/template/check-template.ts";

const RIGHT = `{{! For the shop's incidents }}
## Summary of {{title}}

{{#if assignees}}
People: {{#each assignees}}{{this}}{{#if this}}, {{/if}}{{else}}nobody{{/each}}
{{else if labels}}
{{~#each labels~}} {{this}} {{~/each~}}
{{else}}
{{severity}} {{number}} {{author}} {{url}} {{date}} {{repository}}
{{/if}}
`;

it("takes known variables, if and each", () => {
  expect(checkTemplate(RIGHT.replace("{{#if this}}, {{/if}}", ", "), "f")).toEqual([]);
});

describe("what a repository's template may not do", () => {
  it.each([
    ["{{titel}}", "`titel` is not known here"],
    ["{{constructor}}", "`constructor` is not known here"],
    ["{{__proto__}}", "`__proto__` is not known here"],
    ["{{this}}", "`this` is not known here"],
    ["{{this.constructor}}", "`this.constructor` is not known here"],
    ["{{title.length}}", "`title.length` is not known here"],
    ["{{./title}}", "`./title` is not known here"],
    ["{{../title}}", "`../title` is not known here"],
    ["{{@root.title}}", "`@root.title` is not known here"],
    ["{{[constructor]}}", "`constructor` is not known here"],
    ['{{"title"}}', "this is not known here"],
    ["{{{title}}}", "write two braces"],
    ["{{&title}}", "write two braces"],
    ["{{labels}}", "`labels` is a list"],
    ["{{lookup this 'constructor'}}", "helpers cannot be used here"],
    ["{{log title}}", "helpers cannot be used here"],
    ["{{title x=1}}", "helpers cannot be used here"],
    ["{{title (lookup this 'a')}}", "helpers cannot be used here"],
    ["{{> other}}", "a partial cannot be used here"],
    ["{{> (lookup this 'a')}}", "a partial cannot be used here"],
    ["{{#> other}}x{{/other}}", "a partial cannot be used here"],
    ["{{#*inline 'a'}}x{{/inline}}", "decorators cannot be used here"],
    ["{{* deco}}", "decorators cannot be used here"],
    ["{{{{raw}}}}x{{{{/raw}}}}", "only `if` and `each` blocks"],
    ["{{#with title}}x{{/with}}", "only `if` and `each` blocks"],
    ["{{#unless title}}x{{/unless}}", "only `if` and `each` blocks"],
    ["{{#title}}x{{/title}}", "only `if` and `each` blocks"],
    ["{{^title}}x{{/title}}", "only `if` and `each` blocks"],
    ["{{#each title}}x{{/each}}", "`title` is no list"],
    ["{{#each (lookup this 'a')}}x{{/each}}", "this is not known here"],
    ["{{#each labels as |label|}}x{{/each}}", "`each` takes one variable and nothing else"],
    ["{{#if title includeZero=true}}x{{/if}}", "`if` takes one variable and nothing else"],
    ["{{#each labels}}{{title}}{{/each}}", "inside `each`, only `{{this}}` can be printed"],
    ["{{#each labels}}{{@index}}{{/each}}", "inside `each`, only `{{this}}` can be printed"],
    ["{{#each labels}}{{this.constructor}}{{/each}}", "inside `each`, only `{{this}}` can be printed"],
    ["{{#each labels}}{{#each ../labels}}x{{/each}}{{/each}}", "inside `each`, only {{#if this}} can be asked"],
    ["{{#if title}}{{#if url}}{{#if date}}x{{/if}}{{/if}}{{/if}}", "blocks can be nested 2 deep"],
    ["{{#if title}}x", "this is not Handlebars"],
    ["{{#if title}}x{{/each}}", "this is not Handlebars"],
  ])("%s", (template, message) => {
    const problems = checkTemplate(`## Summary\n\n  ${template}\n`, "incident.md.hbs");

    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.file).toBe("incident.md.hbs");
  });

  it("is told with line and column", () => {
    expect(checkTemplate("## Summary\n\n  {{titel}} {{labels}}\n", "f")).toMatchObject([
      { line: 3, column: 3 },
      { line: 3, column: 13 },
    ]);
  });

  it("includes being larger than 64 kB", () => {
    expect(checkTemplate(`## A\n${"x".repeat(65_536)}`, "f")[0]?.message).toBe("65541 characters; 65536 are the most");
  });

  it.each([
    [`{{${"(".repeat(300)}`, "a tag can have 200 characters"],
    ["{{title}}".repeat(301), "there are more than 300 tags"],
  ])("includes what would keep the parser busy", (template, message) => {
    expect(checkTemplate(`## A\n${template}`, "f")).toMatchObject([
      { line: 2, message: expect.stringContaining(message) },
    ]);
  });

  it("does not include a long comment", () => {
    expect(checkTemplate(`## A\n{{!-- ${"(why) ".repeat(100)} --}}`, "f")).toEqual([]);
  });

  it("includes having no section", () => {
    expect(checkTemplate("Dear author,\n", "f")[0]?.message).toContain("there is no heading");
  });
});

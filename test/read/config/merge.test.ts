import { expect, it } from "vitest";

import { mergeLayers } from "../../../src/read/config/merge.ts";
import { type Layer, parseLayer } from "../../../src/read/config/parse-config.ts";

function layer(file: string, text: string): Layer {
  const parsed = parseLayer(text, file).layer;
  if (parsed === undefined) throw new Error(`${file} is not right`);
  return parsed;
}

it("lays maps over each other key by key and replaces lists", () => {
  const parent = layer(
    "parent",
    'mode: quiet\nlabel: incident\ndigest: { day: friday, time: "10:00" }\nteam: { max-open: 2, functions: [{ name: a, members: [x] }] }',
  );
  const own = layer(
    "own",
    "label: postmortem\ndigest: { day: tuesday }\nteam: { functions: [{ name: b, members: [y] }] }",
  );

  const { config, origin } = mergeLayers(parent, own);

  expect(config).toMatchObject({
    mode: "quiet",
    label: "postmortem",
    digest: { day: "tuesday", time: "10:00", timezone: "UTC" },
    team: { "max-open": 2, functions: [{ name: "b", members: ["y"] }] },
  });
  expect(config?.team.functions).toHaveLength(1);
  expect(origin).toEqual({
    mode: "parent",
    label: "own",
    "digest.day": "own",
    "digest.time": "parent",
    "team.max-open": "parent",
    "team.functions": "own",
  });
});

it("inherits one level deep: what the parent extends is ignored", () => {
  const { config, origin } = mergeLayers(layer("parent", "_extends: other\nmode: quiet"), undefined);

  expect(config).not.toHaveProperty("_extends");
  expect(origin).toEqual({ mode: "parent" });
});

it("says so when two files that are right do not fit together", () => {
  const parent = layer("parent", 'reminders: { until: "10:00" }');
  const own = layer("own", 'reminders: { from: "11:00" }');

  const merged = mergeLayers(parent, own);

  expect(merged.config).toBeUndefined();
  expect(merged.problem).toMatch(/^own does not fit parent: `reminders.until`/u);
});

it("says so when a category of one file does not fit into a label with the prefix of the other", () => {
  const parent = layer("parent", 'labels: { hotspot: "a-prefix-of-thirty-characters/" }');
  const own = layer("own", "categories: { list: [{ key: a-key-of-twenty-one-letters }] }");

  expect(mergeLayers(parent, own).problem).toBe(
    'own does not fit parent: `categories.list[0].key` is "a-key-of-twenty-one-letters": with the prefix ' +
      '"a-prefix-of-thirty-characters/" its label has 57 characters and GitHub takes 50; shorten the key, or `labels.hotspot`',
  );
  const gone = layer("own", "categories: { list: [{ key: a-key-of-twenty-one-letters, remove: true }] }");
  expect(mergeLayers(parent, gone).problem).toBeUndefined();
});

import { readFile, writeFile } from "node:fs/promises";
import { Document, isMap, visit } from "yaml";
import { train, type Labelled } from "../src/features/hotspots/train.ts";
import { loadTaxonomy } from "../src/read/load-taxonomy.ts";

// Fits the weights of the built-in hotspots on labelled incidents and writes them next to the taxonomy.
// usage: node scripts/fit-taxonomy.ts INCIDENTS.jsonl

const HEADER = `# Fitted by scripts/fit-taxonomy.ts on labelled incidents: change the taxonomy, not this file, and fit again.
# Each number is what a feature adds to the score of a category. Features are scaled to at most about 1.
# groups: share, title and cause of the evidence per category, how much there is, how short the text is.
# terms: single patterns of the taxonomy; what is missing is at its prior value.
`;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node scripts/fit-taxonomy.ts INCIDENTS.jsonl");
const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
const labelled = lines.map((line) => JSON.parse(line) as Labelled);
const fitted = train(await loadTaxonomy({ fitted: false }), labelled);
const target = new URL("../src/features/hotspots/weights.yml", import.meta.url);
const document = new Document(fitted);
// One feature a line: innermost maps are written as { a: 1, b: 2 }.
visit(document, {
  Map: (_, map) => void (map.flow = map.items.every((pair) => !isMap(pair.value)) && map !== document.contents),
});
await writeFile(target, HEADER + document.toString({ lineWidth: 0 }));
console.log(`${labelled.length} incidents → ${Object.keys(fitted.terms).length} terms`);

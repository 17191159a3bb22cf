/** `npm run bench`: every `bench()` of this folder in one run, printed as one table. Ratios count, not figures. */
import { readdirSync } from "node:fs";

interface Row {
  readonly name: string;
  readonly value: number | string;
  readonly goal?: number | string;
  readonly ok?: boolean;
}

const files = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".ts") && name !== "main.ts");
console.log("| What | Value | Goal | Reached |\n| --- | --- | --- | --- |");
for (const file of files.toSorted()) {
  const { bench } = (await import(new URL(file, import.meta.url).href)) as { bench: () => Promise<Row[]> };
  for (const { name, value, goal = "–", ok } of await bench()) {
    console.log(`| ${name} | ${value} | ${goal} | ${ok === undefined ? "–" : ok ? "yes" : "no"} |`);
  }
}

import { glob } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { z } from "zod";

import type { Command, Registry, Rule } from "./define.ts";

const FEATURES = fileURLToPath(new URL("../features/", import.meta.url));

const CommandParts = z.object({ name: z.string(), run: z.function() });
const RuleParts = z.object({ name: z.string(), plan: z.function() });
const IsCommand = z.custom<Command>((value) => CommandParts.safeParse(value).success);
const IsRule = z.custom<Rule>((value) => RuleParts.safeParse(value).success);

/**
 * Finds every command and rule on disk, at start.
 * Throws when a file's name is not the name of its command or rule, or when two are named alike.
 */
export async function loadFeatures(folder: string = FEATURES): Promise<Registry> {
  const commands = await load(folder, "*/commands/*.ts", IsCommand);
  const rules = await load(folder, "*/rules/*.ts", IsRule);
  return { commands, rules };
}

async function load<T extends { readonly name: string }>(
  folder: string,
  pattern: string,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const files = (await Array.fromAsync(glob(pattern, { cwd: folder }))).sort();
  const found = new Map<string, T>();
  const module = z.object({ default: schema });
  for (const file of files) {
    const exported = module.safeParse(await import(pathToFileURL(join(folder, file)).href));
    if (!exported.success) throw new Error(`src/features/${file} exports no command or rule as its default`);
    const one = exported.data.default;
    const expected = basename(file, ".ts");
    if (one.name !== expected)
      throw new Error(`src/features/${file} defines "${one.name}": name the file ${one.name}.ts`);
    if (found.has(one.name)) throw new Error(`src/features/${file}: there is another "${one.name}" already`);
    found.set(one.name, one);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

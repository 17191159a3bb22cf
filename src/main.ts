/** `npm start`: the app as it is deployed. */
import { mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";

import { DEFAULT_DATA_DIR, loadEnvFile } from "./env.ts";

/**
 * What was compiled at an earlier start need not be compiled again, so that a restart is over sooner. Kept with the data
 * and not in a directory for everybody's files: who can write there could change what runs. Without it all works too.
 */
function rememberCompiled(): void {
  try {
    loadEnvFile(process.env["ENV_FILE"] ?? ".env");
    const dataDir = process.env["DATA_DIR"] ?? DEFAULT_DATA_DIR;
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    enableCompileCache(join(dataDir, "compiled"));
  } catch {
    // Nowhere to write; or the file cannot be read, which is told when the app starts.
  }
}

rememberCompiled();
await import("./serve.ts");

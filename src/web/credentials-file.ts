import { randomUUID } from "node:crypto";
import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";

/** What GitHub hands out once, at registration. */
export interface NewCredentials {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
}

/**
 * Writes the credentials into a file like `.env`, readable by its owner only. Other lines stay as they are; lines of
 * the same names are replaced. The file is whole at every moment.
 */
export async function writeCredentials(path: string, credentials: NewCredentials): Promise<void> {
  const variables = {
    APP_ID: String(credentials.appId),
    PRIVATE_KEY: `"${credentials.privateKey.trim().replaceAll("\n", "\\n")}"`,
    WEBHOOK_SECRET: credentials.webhookSecret,
  };
  const kept = (await lines(path)).filter((line) => !Object.keys(variables).some((name) => isOf(line, name)));
  const added = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `${[...kept, ...added].join("\n")}\n`, { mode: 0o600, flag: "wx" });
    await chmod(draft, 0o600);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new Error(`${path} cannot be written: set ENV_FILE to a file in a directory the app may write to.`, {
      cause: error,
    });
  }
}

async function lines(path: string): Promise<string[]> {
  try {
    return (await readFile(path, "utf8"))
      .replace(/\n$/u, "")
      .split("\n")
      .filter((line, _, all) => all.length > 1 || line !== "");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function isOf(line: string, name: string): boolean {
  return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`, "u").test(line);
}

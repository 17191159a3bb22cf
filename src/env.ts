import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

import { z } from "zod";

export const DEFAULT_DATA_DIR = "./data";

/** Hooks.slack.com is the only host a message may go to: the address is a secret of the operator, never of a repository. */
const SLACK = "https://hooks.slack.com/services/";

const NEW_SECRET = "write one from `echo whsec_$(openssl rand -base64 32)`, here and at the receiver";

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** What the app signs in with. */
export interface Credentials {
  readonly appId: number;
  /** PEM, with real line ends. */
  readonly privateKey: string;
  /** The secret in force first, then the one before while rotating. */
  readonly webhookSecrets: readonly string[];
}

/** The environment, parsed once. Without `credentials` the app starts in set-up mode. */
export interface Env {
  readonly credentials: Credentials | undefined;
  readonly host: string;
  /** 0 lets the machine choose: for tests. */
  readonly port: number;
  /** Where GitHub reaches the app, without a slash at the end. Only set-up needs it. */
  readonly publicUrl: string | undefined;
  /** The API's base, without a slash at the end. */
  readonly githubApiUrl: string;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly logLevel: (typeof LEVELS)[number];
  /** The file set-up writes the credentials to. */
  readonly envFile: string;
  readonly slackWebhookUrl: string | undefined;
  /** Where notices go as signed JSON. */
  readonly notifyWebhook: { readonly url: string; readonly secret: string } | undefined;
}

export type ConfiguredEnv = Env & { readonly credentials: Credentials };

export type Variables = Readonly<Record<string, string | undefined>>;

/** Every fault of the environment at once, one line each. Never holds the value of a secret. */
export class EnvFault extends Error {
  override readonly name = "EnvFault";
}

const Text = z.string().trim().min(1);

/** Only digits: what `Number` makes of blanks or `1e3` is nobody's intention. */
function whole(wayOut: string): z.ZodType<number> {
  const fault = { error: (issue: { input?: unknown }) => `${show(issue.input)} is not one: ${wayOut}` };
  return z
    .string()
    .regex(/^\d{1,15}$/u, fault)
    .transform(Number);
}

const Variable = {
  APP_ID: whole("copy the App ID from the app's settings page"),
  HOST: Text,
  PORT: whole("write a port between 1 and 65535").refine((port) => port <= 65_535, {
    error: (issue) => `${show(issue.input)} is not one: write a port between 1 and 65535`,
  }),
  PUBLIC_URL: z.url({ protocol: /^https?$/u, error: "write an address like https://postmortem.example.com" }),
  GITHUB_API_URL: z.url({
    protocol: /^https?$/u,
    error: "write an address like https://api.github.com or https://github.example.com/api/v3",
  }),
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/u,
    error: "write an address like postgres://user:password@host:5432/postmortem",
  }),
  DATA_DIR: Text,
  LOG_LEVEL: z.enum(LEVELS, { error: (issue) => `${show(issue.input)} is not one of ${LEVELS.join(", ")}` }),
  ENV_FILE: Text,
  SLACK_WEBHOOK_URL: z
    .url({ error: `write an address that starts with ${SLACK}` })
    .startsWith(SLACK, `write an address that starts with ${SLACK}`),
  NOTIFY_WEBHOOK_URL: z
    .url({ protocol: /^https$/u, error: "write an address like https://hooks.example.com/postmortem", abort: true })
    .refine((url) => new URL(url).username === "" && new URL(url).password === "", {
      error: "leave name and password out of the address: what is sent is signed with NOTIFY_WEBHOOK_SECRET",
    }),
  NOTIFY_WEBHOOK_SECRET: z.string().refine(isStandardSecret, {
    error: `is not \`whsec_\` and base64 of 24 to 64 bytes: ${NEW_SECRET}`,
  }),
};

/**
 * Parses the variables. Throws an `EnvFault` that lists all faults.
 *
 * @param readFile reads the file of `PRIVATE_KEY_PATH`; replaced in tests.
 */
export function readEnv(variables: Variables, readFile: (path: string) => string = readText): Env {
  const faults: string[] = [];
  const given = withoutBlanks(variables);
  function parsed<T>(name: keyof typeof Variable, schema: z.ZodType<T>): T | undefined {
    if (given[name] === undefined) return undefined;
    const result = schema.safeParse(given[name]);
    if (result.success) return result.data;
    faults.push(`${name}: ${result.error.issues[0]?.message ?? "cannot be read"}.`);
    return undefined;
  }
  const appId = parsed("APP_ID", Variable.APP_ID);
  const env = {
    host: parsed("HOST", Variable.HOST) ?? "127.0.0.1",
    port: parsed("PORT", Variable.PORT) ?? 3000,
    publicUrl: withoutSlash(parsed("PUBLIC_URL", Variable.PUBLIC_URL)),
    githubApiUrl: withoutSlash(parsed("GITHUB_API_URL", Variable.GITHUB_API_URL)) ?? "https://api.github.com",
    databaseUrl: parsed("DATABASE_URL", Variable.DATABASE_URL),
    dataDir: parsed("DATA_DIR", Variable.DATA_DIR) ?? DEFAULT_DATA_DIR,
    logLevel: parsed("LOG_LEVEL", Variable.LOG_LEVEL) ?? "info",
    envFile: parsed("ENV_FILE", Variable.ENV_FILE) ?? ".env",
    slackWebhookUrl: parsed("SLACK_WEBHOOK_URL", Variable.SLACK_WEBHOOK_URL),
    notifyWebhook: together(given, faults, {
      url: parsed("NOTIFY_WEBHOOK_URL", Variable.NOTIFY_WEBHOOK_URL),
      secret: parsed("NOTIFY_WEBHOOK_SECRET", Variable.NOTIFY_WEBHOOK_SECRET),
    }),
  };
  const credentials = readCredentials(given, { appId, faults, readFile });
  if (faults.length === 0) return { ...env, credentials };
  throw new EnvFault(`The environment has ${count(faults.length)}:\n${faults.map((line) => `  ${line}`).join("\n")}`);
}

/**
 * Fills `process.env` from a file. What the environment says already stays: the file never overrides it, except where
 * the environment says nothing but an empty word. A file that is not there is fine.
 */
export function loadEnvFile(path: string): void {
  for (const [name, value] of Object.entries(parseEnv(readEnvFile(path)))) {
    if ((process.env[name] ?? "").trim() === "") process.env[name] = value;
  }
}

function readEnvFile(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw new EnvFault(`${path} cannot be read: check who may read it, or remove it.`, { cause: error });
  }
}

interface CredentialParts {
  readonly appId: number | undefined;
  readonly faults: string[];
  readonly readFile: (path: string) => string;
}

/** Nothing at all means set-up mode; anything at all means that everything has to be there. */
function readCredentials(given: Variables, parts: CredentialParts): Credentials | undefined {
  const names = ["APP_ID", "PRIVATE_KEY", "PRIVATE_KEY_PATH", "WEBHOOK_SECRET", "WEBHOOK_SECRET_PREVIOUS"];
  if (names.every((name) => given[name] === undefined)) return undefined;
  if (given["APP_ID"] === undefined) {
    parts.faults.push("APP_ID: is missing. Copy the App ID from the app's settings page.");
  }
  const privateKey = readPrivateKey(given, parts);
  const webhookSecrets = readSecrets(given, parts.faults);
  if (parts.appId === undefined || privateKey === undefined) return undefined;
  return { appId: parts.appId, privateKey, webhookSecrets };
}

function readPrivateKey(given: Variables, { faults, readFile }: CredentialParts): string | undefined {
  const path = given["PRIVATE_KEY_PATH"];
  const inline = given["PRIVATE_KEY"];
  if (inline !== undefined) return asKey("PRIVATE_KEY", inline, faults);
  if (path === undefined) {
    faults.push("PRIVATE_KEY: is missing. Give the key itself, or PRIVATE_KEY_PATH, the path of the .pem file.");
    return undefined;
  }
  try {
    return asKey("PRIVATE_KEY_PATH", readFile(path), faults);
  } catch {
    faults.push(
      `PRIVATE_KEY_PATH: ${show(path)} cannot be read. Give the path of the .pem file GitHub let you download.`,
    );
    return undefined;
  }
}

/** Takes a PEM with real line ends, with `\n` written out, or wrapped in base64, as hosting sites like it. */
function asKey(name: string, text: string, faults: string[]): string | undefined {
  const unwrapped = text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString("utf8");
  const key = unwrapped.replaceAll("\\n", "\n").trim();
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----\n[^]+\n-----END [A-Z ]*PRIVATE KEY-----$/u.test(key)) return `${key}\n`;
  faults.push(`${name}: is not a private key. Give the whole .pem file; line ends may be written as \\n.`);
  return undefined;
}

/** Sixteen characters are what can't be guessed by trying; "development" is what unset frameworks fall back to. */
function readSecrets(given: Variables, faults: string[]): string[] {
  const secrets: string[] = [];
  for (const name of ["WEBHOOK_SECRET", "WEBHOOK_SECRET_PREVIOUS"]) {
    const secret = given[name];
    const fault = secretFault(secret, name === "WEBHOOK_SECRET");
    if (fault !== undefined)
      faults.push(`${name}: ${fault} Write one from \`openssl rand -hex 32\`, here and in the app's settings.`);
    if (secret !== undefined) secrets.push(secret);
  }
  return secrets;
}

function secretFault(secret: string | undefined, required: boolean): string | undefined {
  if (secret === undefined) return required ? "is missing, and anybody could send webhooks." : undefined;
  if (secret.toLowerCase() === "development") return "is the word everybody knows.";
  return secret.length < 16 ? "is shorter than 16 characters." : undefined;
}

/** `NAME=` in a file means the same as no line at all. */
function withoutBlanks(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
}

/** As Standard Webhooks wants it; other languages are strict about base64. */
function isStandardSecret(secret: string): boolean {
  const base64 = secret.replace(/^whsec_/u, "");
  const bytes = Buffer.from(base64, "base64");
  const isWhole = secret !== base64 && bytes.toString("base64") === base64;
  return isWhole && bytes.length >= 24 && bytes.length <= 64;
}

/** The one is of no use without the other. */
function together(
  given: Variables,
  faults: string[],
  { url, secret }: { readonly url: string | undefined; readonly secret: string | undefined },
): Env["notifyWebhook"] {
  const isGiven = (name: keyof typeof Variable): boolean => given[name] !== undefined;
  if (isGiven("NOTIFY_WEBHOOK_URL") && !isGiven("NOTIFY_WEBHOOK_SECRET"))
    faults.push(`NOTIFY_WEBHOOK_SECRET: is missing, and the receiver could not tell who sends: ${NEW_SECRET}.`);
  if (isGiven("NOTIFY_WEBHOOK_SECRET") && !isGiven("NOTIFY_WEBHOOK_URL"))
    faults.push("NOTIFY_WEBHOOK_URL: is missing. Give the address too, or take NOTIFY_WEBHOOK_SECRET away.");
  return url === undefined || secret === undefined ? undefined : { url, secret };
}

function withoutSlash(address: string | undefined): string | undefined {
  return address?.replace(/\/+$/u, "");
}

function show(value: unknown): string {
  return JSON.stringify(value);
}

function count(faults: number): string {
  return faults === 1 ? "a fault" : `${faults} faults`;
}

function readText(path: string): string {
  return readFileSync(path, "utf8");
}

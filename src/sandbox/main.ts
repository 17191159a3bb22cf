import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildDefaultWorld } from "./default-world.ts";
import type { Sandbox } from "./sandbox.ts";
import { startSandbox } from "./start-sandbox.ts";

const OPTIONS = {
  port: { type: "string" },
  host: { type: "string" },
  clock: { type: "string" },
  seed: { type: "string" },
  webhook: { type: "string" },
  secret: { type: "string" },
  "write-env": { type: "string" },
  // Node itself takes --env-file wherever it stands, and stops when the file is not there yet: hence the other name.
  "env-file": { type: "string" },
  "no-validate": { type: "boolean" },
  empty: { type: "boolean" },
  limits: { type: "boolean" },
  help: { type: "boolean" },
} as const;
type Flags = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

const USAGE = `npm run sandbox -- [--port 3100] [--host 127.0.0.1] [--clock INSTANT] [--seed N] [--webhook URL] [--secret TEXT]
                   [--write-env FILE] [--no-validate] [--empty] [--limits]`;

try {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help === true) console.log(USAGE);
  else await run(values);
} catch (error) {
  console.error(`The sandbox did not start: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}

async function run(flags: Flags): Promise<void> {
  const webhook = {
    url: addressOf(flags.webhook ?? "http://127.0.0.1:3000/api/github/webhooks"),
    secret: flags.secret ?? "a-sandbox-webhook-secret-of-length",
  };
  const sandbox = await startSandbox({
    port: wholeOf("port", flags.port ?? process.env["PORT"] ?? "3100"),
    host: flags.host ?? process.env["HOST"] ?? "127.0.0.1",
    webhook,
    validate: flags["no-validate"] !== true,
    ...(flags.clock === undefined ? {} : { clock: flags.clock }),
    ...(flags.seed === undefined ? {} : { seed: wholeOf("seed", flags.seed) }),
    ...(flags.empty === true ? {} : { build: buildDefaultWorld }),
  });
  if (flags.limits === true) sandbox.enforceLimits(true);
  announce(sandbox, webhook.url, flags["write-env"] ?? flags["env-file"]);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void sandbox.close());
}

function wholeOf(flag: string, text: string): number {
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw new Error(`--${flag} ${text}: write a whole number.`);
}

function addressOf(text: string): string {
  if (URL.canParse(text)) return text;
  throw new Error(`--webhook ${text}: write an address like http://127.0.0.1:3000/api/github/webhooks.`);
}

function announce(sandbox: Sandbox, webhookUrl: string, file: string | undefined): void {
  const lines = [
    `GITHUB_API_URL=${sandbox.url}`,
    `APP_ID=${sandbox.app.id}`,
    `PRIVATE_KEY=${JSON.stringify(sandbox.app.privateKey)}`,
    `WEBHOOK_SECRET=${sandbox.app.webhookSecret}`,
  ];
  if (file !== undefined) writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  const people = sandbox.state().users.filter((user) => user.type === "User" && user.login !== "app-owner");
  console.log(
    `The GitHub sandbox listens on ${sandbox.url} (also ${sandbox.url}/api/v3). Webhooks go to ${webhookUrl}.`,
  );
  console.log(`\nPeople and their tokens: ${people.map((user) => `${user.login}-token`).join(" ")}`);
  console.log(
    `Buttons: ${sandbox.url}/_sandbox (src/sandbox/README.md). Issues to read: ${sandbox.url}/acme/shop/issues`,
  );
  console.log(
    file === undefined
      ? `\nEnvironment of the app (--write-env FILE writes it):\n${lines.join("\n")}`
      : `\nThe environment of the app is in ${file}.`,
  );
  console.log(
    `\nTry it:\n  curl -s -H "authorization: Bearer alice-token" ${sandbox.url}/repos/acme/shop/issues -d '{"title":"Checkout is slow","body":"Since 09:10.","labels":["postmortem"]}'`,
  );
}

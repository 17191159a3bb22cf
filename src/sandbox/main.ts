import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildDefaultWorld } from "./default-world.ts";
import type { Sandbox } from "./sandbox.ts";
import { startSandbox } from "./start-sandbox.ts";

const { values: flags } = parseArgs({
  options: {
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
  },
});

if (flags.help === true) {
  console.log(
    "npm run sandbox -- [--port 3100] [--host 127.0.0.1] [--clock INSTANT] [--seed N] [--webhook URL] [--secret TEXT]",
  );
  console.log("                   [--write-env FILE] [--no-validate] [--empty] [--limits]");
} else {
  await run().catch((error: unknown) => {
    console.error(
      `The sandbox did not start: ${error instanceof Error ? error.message : String(error)}. Another --port or --host may help.`,
    );
    process.exitCode = 1;
  });
}

async function run(): Promise<void> {
  const webhook = {
    url: flags.webhook ?? "http://127.0.0.1:3000/api/github/webhooks",
    secret: flags.secret ?? "a-sandbox-webhook-secret-of-length",
  };
  const sandbox = await startSandbox({
    port: Number(flags.port ?? process.env["PORT"] ?? 3100),
    host: flags.host ?? process.env["HOST"] ?? "127.0.0.1",
    webhook,
    validate: flags["no-validate"] !== true,
    ...(flags.clock === undefined ? {} : { clock: flags.clock }),
    ...(flags.seed === undefined ? {} : { seed: Number(flags.seed) }),
    ...(flags.empty === true ? {} : { build: buildDefaultWorld }),
  });
  if (flags.limits === true) sandbox.enforceLimits(true);
  announce(sandbox, webhook.url);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void sandbox.close());
}

function announce(sandbox: Sandbox, webhookUrl: string): void {
  const lines = [
    `GITHUB_API_URL=${sandbox.url}`,
    `APP_ID=${sandbox.app.id}`,
    `PRIVATE_KEY=${JSON.stringify(sandbox.app.privateKey)}`,
    `WEBHOOK_SECRET=${sandbox.app.webhookSecret}`,
  ];
  const file = flags["write-env"] ?? flags["env-file"];
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

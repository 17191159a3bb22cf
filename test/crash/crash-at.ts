/**
 * Loaded before src/main.ts in a child process: counts every step at which the world outside changes or is waited for
 * (each SQL statement before it runs, each request before it is sent and after it is answered), and ends the process with
 * SIGKILL at the one it was told. Nothing of this is in src/.
 */
import { DatabaseSync, StatementSync } from "node:sqlite";

/** What the parent says over the IPC channel. */
export type Order =
  | { readonly order: "record" }
  | { readonly order: "crash"; readonly label: string; readonly occurrence: number }
  | { readonly order: "steps" };

export type Answer = { readonly answer: "armed" } | { readonly answer: "steps"; readonly steps: readonly string[] };

let counts = new Map<string, number>();
let steps: string[] = [];
let target: { label: string; occurrence: number } | undefined;

function step(label: string): void {
  const seen = (counts.get(label) ?? 0) + 1;
  counts.set(label, seen);
  steps.push(label);
  if (label === target?.label && seen === target.occurrence) process.kill(process.pid, "SIGKILL");
}

/** The same statement or request of two runs has the same label, whatever it is about. */
function plain(text: string): string {
  return text.replaceAll(/\s+/gu, " ").replaceAll(/\d+/gu, "n").trim().slice(0, 110);
}

const sqlOf = new WeakMap<object, string>();
type Method = (this: object, ...values: unknown[]) => unknown;

/** Puts `before` in front of a method of node:sqlite; `after` sees what it gave. */
function watch(
  prototype: object,
  name: string,
  look: { before: (self: object, sql: unknown) => void; after?: Method },
): void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== "function") throw new Error(`node:sqlite has no ${name} any more`);
  Reflect.set(prototype, name, function watched(this: object, ...values: unknown[]) {
    look.before(this, values[0]);
    const result = Reflect.apply(original, this, values) as unknown;
    look.after?.call(this, result, ...values);
    return result;
  });
}

watch(DatabaseSync.prototype, "prepare", {
  before: () => undefined,
  after: (statement, sql) => sqlOf.set(statement as object, plain(String(sql))),
});
watch(DatabaseSync.prototype, "exec", { before: (_, sql) => step(`sql ${plain(String(sql))}`) });
for (const name of ["all", "run", "get", "iterate"]) {
  watch(StatementSync.prototype, name, { before: (self) => step(`sql ${sqlOf.get(self) ?? "unknown"}`) });
}

const { fetch } = globalThis;
globalThis.fetch = async function fetchCounted(input, init) {
  const url = new URL(input instanceof Request ? input.url : String(input));
  const path = url.pathname.replace(/^\/repos\/[^/]+\/[^/]+/u, "/repos");
  const label = `${init?.method ?? "GET"} ${plain(path)}`;
  step(`send ${label}`);
  const response = await fetch(input, init);
  step(`answered ${label}`);
  return response;
};

process.on("message", (order: Order) => {
  if (order.order === "steps") return void process.send?.({ answer: "steps", steps } satisfies Answer);
  counts = new Map();
  steps = [];
  target = order.order === "crash" ? order : undefined;
  return void process.send?.({ answer: "armed" } satisfies Answer);
});
process.channel?.unref();

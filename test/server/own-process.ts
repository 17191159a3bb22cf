import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  /** Resolves with the first match in the output. */
  says(words: RegExp): Promise<RegExpExecArray>;
}

const running: Running[] = [];

/** Ends every process started here. */
export async function endAll(): Promise<void> {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
}

/** `npm start` as a process of its own, in an empty directory. */
export function start(variables: Record<string, string>): Running {
  const cwd = mkdtempSync(join(tmpdir(), "main-"));
  const main = new URL("../../src/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main], { cwd, env: { PATH: process.env["PATH"] ?? "", ...variables } });
  let output = "";
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += String(chunk);
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const app: Running = {
    child,
    output: () => output,
    ended,
    async says(words) {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
      const look = (): void => {
        const found = words.exec(output);
        if (found !== null) resolve(found);
      };
      waiting.push(look);
      look();
      void ended.then((code) => reject(new Error(`ended with ${code} instead of saying ${words}:\n${output}`)));
      return promise;
    },
  };
  running.push(app);
  return app;
}

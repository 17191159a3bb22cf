import type { Octokit } from "../../src/github/octokit.ts";

export interface Asked {
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A client that answers from a function and keeps what it was asked. A number is an error of that status. */
export function clientAnswering(answer: (asked: Asked) => unknown): { octokit: Octokit; asked: Asked[] } {
  const asked: Asked[] = [];
  const request = async (route: string, parameters: Record<string, unknown> = {}): Promise<{ data: unknown }> => {
    asked.push({ route, parameters });
    const said = answer({ route, parameters });
    if (typeof said === "number") throw Object.assign(new Error(`${route} answered ${said}`), { status: said });
    return { data: said };
  };
  return { octokit: { request } as unknown as Octokit, asked };
}

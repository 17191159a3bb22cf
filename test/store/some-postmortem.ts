import { Postmortem } from "../../src/domain/postmortem.ts";

/** A postmortem about which a test says only what it is about. */
export function storedPostmortem(
  {
    installationId = 1,
    repositoryId = 10,
    number = 1,
  }: { installationId?: number; repositoryId?: number; number?: number } = {},
  rest: Partial<Record<keyof Postmortem, unknown>> = {},
): Postmortem {
  return Postmortem.parse({
    ref: { installationId, repositoryId, owner: "acme", repo: "incidents", number },
    title: "Queue ran full",
    author: "alice",
    url: `https://github.com/acme/incidents/issues/${number}`,
    stage: "draft",
    issueState: "open",
    openedAt: "2026-11-01T00:00:00.000Z",
    startedAt: "2026-11-01T01:00:00.000Z",
    startedBy: "alice",
    ...rest,
  });
}

export function seat(name: string, login: string | undefined, at = "2026-11-01T01:00:00.000Z") {
  return { function: name, login, by: "app", at, candidates: [] };
}

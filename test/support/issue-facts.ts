import { DEFAULT_CONFIG } from "../../src/domain/config.ts";
import type { Change } from "../../src/domain/change.ts";
import type { IssueFacts } from "../../src/domain/facts.ts";
import { InstallationId } from "../../src/domain/ids.ts";
import type { Command, Planned } from "../../src/plan/define.ts";
import { callOf } from "../../src/plan/slash.ts";
import { somePostmortem } from "./postmortem-builders.ts";

type Overrides = Partial<Omit<IssueFacts, "issue">> & { issue?: Partial<IssueFacts["issue"]> };

/** An issue of acme/incidents to which alice, who may write, has just said something. */
export function issueFacts({ issue, ...overrides }: Overrides = {}): IssueFacts {
  return {
    kind: "issue",
    now: "2026-11-20T10:00:00.000Z",
    today: "2026-11-20",
    delivery: { id: "d-1", attempt: 1 },
    event: { kind: "comment-created", commentId: 5, body: "" },
    actor: { id: 1, login: "alice", kind: "person" },
    role: "write",
    self: { appId: 1, login: "postmortem[bot]" },
    issue: {
      ref: { installationId: InstallationId.parse(7), repositoryId: 100, owner: "acme", repo: "incidents", number: 1 },
      title: "Incident 1",
      body: "",
      labels: ["postmortem"],
      assignees: [],
      author: "alice",
      state: "open",
      createdAt: "2026-11-10T09:00:00.000Z",
      url: "https://github.com/acme/incidents/issues/1",
      ...issue,
    },
    repository: { id: 100, owner: "acme", name: "incidents", visibility: "private", labels: [] },
    config: DEFAULT_CONFIG,
    template: "## Summary\n\n## Preventive actions\n",
    team: { functions: [], loads: new Map(), absences: [] },
    categories: [
      { key: "dns", title: "Networking and DNS" },
      { key: "ingress", title: "Ingress" },
    ],
    earlier: [],
    related: [],
    ...overrides,
  };
}

/** The same with a postmortem that is under way. */
export function postmortemFacts(overrides: Overrides = {}): IssueFacts {
  const postmortem = overrides.postmortem ?? somePostmortem({ repo: "incidents" });
  return issueFacts({ stored: postmortem, ...overrides, postmortem });
}

/** What a command plans for a line, `severity 2`. */
export function planned(command: Command, line: string, facts: IssueFacts): Planned {
  return command.run(callOf(line, 5), facts, [command]);
}

/** The changes of one kind in a plan that was not refused. */
export function changesOf<Kind extends Change["kind"]>(plan: Planned, kind: Kind): Extract<Change, { kind: Kind }>[] {
  if ("kind" in plan) throw new Error(`Refused: ${plan.sentence}`);
  return plan.filter((change): change is Extract<Change, { kind: Kind }> => change.kind === kind);
}

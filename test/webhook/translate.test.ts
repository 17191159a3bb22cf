import { describe, expect, it } from "vitest";

import { translate, translateAll, type Webhook } from "../../src/webhook/translate.ts";

const ALICE = { id: 5, login: "alice", type: "User" };
const OURSELVES = { id: 9, login: "postmortem[bot]", type: "Bot" };
const REPOSITORY = { id: 11, name: "incidents", full_name: "acme/incidents" };
const ISSUE = { number: 3, body: "All at once.", labels: [{ name: "postmortem" }] };

function webhook(name: string, payload: Record<string, unknown>): Webhook {
  return {
    id: "guid",
    name,
    payload: { repository: REPOSITORY, installation: { id: 21 }, sender: ALICE, ...payload },
    selfAppId: 7,
    selfLogin: "postmortem[bot]",
    receivedAt: "2026-11-21T07:00:00.000Z",
  };
}

function eventOf(name: string, payload: Record<string, unknown>): unknown {
  return translate(webhook(name, payload))?.event;
}

describe("issues", () => {
  const EVENTS: [string, Record<string, unknown>, unknown][] = [
    ["opened", {}, { kind: "issue-opened", labels: ["postmortem"] }],
    ["labeled", { label: { name: "postmortem" } }, { kind: "issue-labelled", label: "postmortem" }],
    ["unlabeled", { label: { name: "postmortem" } }, { kind: "issue-unlabelled", label: "postmortem" }],
    [
      "edited",
      { changes: { body: { from: "One by one." } } },
      { kind: "issue-edited", bodyBefore: "One by one.", bodyAfter: "All at once." },
    ],
    ["edited", { changes: { title: { from: "Old title" } } }, { kind: "issue-edited", bodyAfter: "All at once." }],
    [
      "closed",
      { issue: { ...ISSUE, state_reason: "completed", closed_at: "2026-11-20T10:00:00Z" } },
      { kind: "issue-closed", stateReason: "completed", at: "2026-11-20T10:00:00Z" },
    ],
    ["reopened", {}, { kind: "issue-reopened" }],
    ["assigned", { assignee: ALICE }, { kind: "issue-assigned", login: "alice" }],
    ["unassigned", { assignee: ALICE }, { kind: "issue-unassigned", login: "alice" }],
    ["deleted", {}, { kind: "issue-deleted" }],
    [
      "transferred",
      { changes: { new_issue: { number: 8 }, new_repository: { id: 12, name: "ops", full_name: "acme/ops" } } },
      { kind: "issue-transferred", to: { repositoryId: 12, owner: "acme", repo: "ops", number: 8 } },
    ],
    ["transferred", {}, { kind: "issue-transferred" }],
  ];

  it.each(EVENTS)("%s becomes an event of ours", (action, payload, event) => {
    expect(eventOf("issues", { action, issue: ISSUE, ...payload })).toEqual(event);
  });

  it("show what tells a postmortem without asking: labels, and whether the app has added to the text", () => {
    const shows = (issue: object): unknown => translate(webhook("issues", { action: "reopened", issue }))?.shows;

    expect(shows(ISSUE)).toEqual({ labels: ["postmortem"], block: false });
    expect(shows({ ...ISSUE, body: "Slow.\n\n<!-- postmortem:begin -->\n" })).toMatchObject({ block: true });
  });

  it("say, and so do comments, how new what is read of them has to be", () => {
    const issue = { ...ISSUE, updated_at: "2026-11-20T10:00:00Z" };
    const comment = { id: 40, body: "/pm help", user: ALICE };
    const asOf = (name: string, payload: object): unknown => translate(webhook(name, { issue, ...payload }))?.asOf;

    expect(asOf("issues", { action: "reopened" })).toBe("2026-11-20T10:00:00Z");
    expect(asOf("issue_comment", { action: "created", comment })).toBe("2026-11-20T10:00:00Z");
    expect(asOf("issues", { action: "reopened", issue: ISSUE })).toBeUndefined();
  });

  it("share a lane with what is said in them", () => {
    const opened = translate(webhook("issues", { action: "opened", issue: ISSUE }));
    const comment = { id: 40, body: "/pm help", user: ALICE };
    const said = translate(webhook("issue_comment", { action: "created", issue: ISSUE, comment }));

    expect(opened?.lane).toBe("issue:11#3");
    expect(said?.lane).toBe("issue:11#3");
    expect(said?.issue).toEqual({ installationId: 21, repositoryId: 11, owner: "acme", repo: "incidents", number: 3 });
  });

  it("that are pull requests are nothing to us", () => {
    const issue = { ...ISSUE, pull_request: { url: "https://api.github.com/repos/acme/incidents/pulls/3" } };

    expect(eventOf("issues", { action: "opened", issue })).toBeUndefined();
  });

  it.each(["pinned", "milestoned", "locked", "an action of next year"])("%s are nothing to us", (action) => {
    expect(eventOf("issues", { action, issue: ISSUE })).toBeUndefined();
  });

  it("edited without a change of title or body are nothing to us", () => {
    expect(eventOf("issues", { action: "edited", issue: ISSUE, changes: {} })).toBeUndefined();
    expect(
      eventOf("issues", { action: "edited", issue: ISSUE, changes: { body: { from: ISSUE.body } } }),
    ).toBeUndefined();
  });

  it("without a body have an empty one", () => {
    const issue = { ...ISSUE, body: null };

    expect(eventOf("issues", { action: "edited", issue, changes: { body: { from: "gone" } } })).toEqual({
      kind: "issue-edited",
      bodyBefore: "gone",
      bodyAfter: "",
    });
  });
});

describe("issue comments", () => {
  const OURS = { id: 40, body: "- [x] impact", user: OURSELVES, performed_via_github_app: { id: 7 } };
  const changes = { body: { from: "- [ ] impact" } };

  it("of people are heard when they are new, and not when they are edited or deleted", () => {
    const comment = { id: 41, body: "/pm severity 2", user: ALICE };

    expect(eventOf("issue_comment", { action: "created", issue: ISSUE, comment })).toEqual({
      kind: "comment-created",
      commentId: 41,
      body: "/pm severity 2",
    });
    expect(eventOf("issue_comment", { action: "edited", issue: ISSUE, comment, changes })).toBeUndefined();
    expect(eventOf("issue_comment", { action: "deleted", issue: ISSUE, comment })).toBeUndefined();
  });

  it("of ours are heard when a person edits or deletes them", () => {
    expect(eventOf("issue_comment", { action: "edited", issue: ISSUE, comment: OURS, changes })).toEqual({
      kind: "comment-edited",
      commentId: 40,
      body: "- [x] impact",
      bodyBefore: "- [ ] impact",
    });
    expect(eventOf("issue_comment", { action: "deleted", issue: ISSUE, comment: OURS })).toEqual({
      kind: "comment-deleted",
      commentId: 40,
    });
  });

  it("of ours are known by the app alone, before our login is known", () => {
    const { selfLogin: _, ...unknown } = webhook("issue_comment", {
      action: "edited",
      issue: ISSUE,
      comment: OURS,
      changes,
    });

    expect(translate(unknown)?.event.kind).toBe("comment-edited");
    expect(translate(unknown)?.actor).toEqual({ id: 5, login: "alice", kind: "person" });
  });

  it("edited without a new text are nothing to us", () => {
    const same = { body: { from: OURS.body } };

    expect(eventOf("issue_comment", { action: "edited", issue: ISSUE, comment: OURS, changes: same })).toBeUndefined();
  });

  it("of another app that has our words are not ours", () => {
    const comment = { ...OURS, user: { id: 10, login: "other[bot]" }, performed_via_github_app: { id: 8 } };

    expect(eventOf("issue_comment", { action: "edited", issue: ISSUE, comment, changes })).toBeUndefined();
  });
});

describe("who did it", () => {
  function actorOf(sender: unknown): unknown {
    return translate(webhook("issues", { action: "reopened", issue: ISSUE, sender }))?.actor;
  }

  it("may be a person, a bot by type, a bot by name, or a deleted user", () => {
    expect(actorOf(ALICE)).toEqual({ id: 5, login: "alice", kind: "person" });
    expect(actorOf({ id: 6, login: "renovate", type: "Bot" })).toMatchObject({ kind: "bot" });
    expect(actorOf({ id: 6, login: "renovate[bot]", type: "User" })).toMatchObject({ kind: "bot" });
    expect(actorOf(null)).toEqual({ id: 0, login: "ghost", kind: "ghost" });
    expect(actorOf(undefined)).toEqual({ id: 0, login: "ghost", kind: "ghost" });
  });

  it("when it was us, the event is nothing to us", () => {
    const because: string[] = [];
    const ours = webhook("issues", { action: "reopened", issue: ISSUE, sender: OURSELVES });

    expect(translate({ ...ours, because: (reason) => because.push(reason) })).toBeUndefined();
    expect(because).toEqual(["we did it ourselves"]);
  });

  it("when we commented and don't know our login yet, the event is still nothing to us", () => {
    const comment = { id: 40, body: "hello", user: OURSELVES, performed_via_github_app: { id: 7 } };
    const { selfLogin: _, ...unknown } = webhook("issue_comment", {
      action: "created",
      issue: ISSUE,
      comment,
      sender: OURSELVES,
    });

    expect(translate(unknown)).toBeUndefined();
  });
});

describe("the surroundings", () => {
  it("sub-issues are heard at their parent's end", () => {
    const payload = {
      parent_issue: ISSUE,
      sub_issue: { number: 8, body: null },
      sub_issue_repo: { id: 12, name: "ops", full_name: "acme/ops" },
    };
    const delivery = translate(webhook("sub_issues", { action: "sub_issue_added", ...payload }));

    expect(delivery?.lane).toBe("issue:11#3");
    expect(delivery?.event).toEqual({
      kind: "sub-issue-changed",
      child: { repositoryId: 12, owner: "acme", repo: "ops", number: 8 },
      change: "added",
    });
    expect(eventOf("sub_issues", { action: "parent_issue_added", ...payload })).toBeUndefined();
  });

  it("pull requests count when they are merged", () => {
    const merged = {
      number: 9,
      title: "Raise the limit",
      body: null,
      merged: true,
      merge_commit_sha: "abc",
      html_url: "https://github.com/acme/incidents/pull/9",
    };

    expect(eventOf("pull_request", { action: "closed", pull_request: merged })).toEqual({
      kind: "pull-request-merged",
      number: 9,
      title: "Raise the limit",
      body: "",
      mergeCommit: "abc",
      url: "https://github.com/acme/incidents/pull/9",
    });
    expect(eventOf("pull_request", { action: "closed", pull_request: { ...merged, merged: false } })).toBeUndefined();
    expect(eventOf("pull_request", { action: "opened", pull_request: merged })).toBeUndefined();
  });

  it.each([
    ["created", "created"],
    ["deleted", "deleted"],
    ["suspend", "suspended"],
    ["unsuspend", "unsuspended"],
  ])("an installation %s is one %s", (action, change) => {
    const installation = { id: 21, account: { login: "acme" } };
    const delivery = translate(webhook("installation", { action, installation, repository: undefined }));

    expect(delivery?.event).toEqual({ kind: "installation-changed", change, account: "acme" });
    expect(delivery?.lane).toBe("installation:21");
  });

  it("repositories that come together are heard one by one, under ids that stay", () => {
    const payload = {
      action: "added",
      repository: undefined,
      repositories_added: [REPOSITORY, { id: 12, name: "ops", full_name: "acme/ops" }],
      repositories_removed: [],
    };

    const deliveries = translateAll(webhook("installation_repositories", payload));

    expect(deliveries.map(({ id, repository }) => [id, repository?.repo])).toEqual([
      ["guid", "incidents"],
      ["guid:12", "ops"],
    ]);
    expect(translateAll(webhook("installation_repositories", payload))).toEqual(deliveries);
  });

  it("a renamed account is heard by its two names", () => {
    const payload = { account: { login: "acme-corp" }, changes: { login: { from: "acme" } }, repository: undefined };
    const delivery = translate(webhook("installation_target", { action: "renamed", ...payload }));

    expect(delivery?.event).toEqual({ kind: "owner-renamed", before: "acme", after: "acme-corp" });
    expect(delivery?.lane).toBe("installation:21");
    expect(eventOf("installation_target", { action: "moved", ...payload })).toBeUndefined();
  });

  it.each([
    [{ repository: { name: { from: "outages" } } }, { owner: "acme", repo: "outages" }],
    [{ owner: { from: { organization: { login: "old" } } } }, { owner: "old", repo: "incidents" }],
    [{ owner: { from: { user: { login: "ana" } } } }, { owner: "ana", repo: "incidents" }],
  ])("a repository's former name is heard (%j)", (changes, before) => {
    expect(eventOf("repository", { action: "renamed", changes })).toMatchObject({ before });
  });

  it("a repository's new name is heard, its new description is not", () => {
    expect(eventOf("repository", { action: "renamed" })).toEqual({
      kind: "repository-changed",
      change: "renamed",
      repositoryId: 11,
      owner: "acme",
      repo: "incidents",
    });
    expect(eventOf("repository", { action: "edited" })).toBeUndefined();
  });

  it("a label's new name and its end are heard, its colour is not", () => {
    const label = { name: "incident" };

    expect(eventOf("label", { action: "edited", label, changes: { name: { from: "postmortem" } } })).toEqual({
      kind: "label-changed",
      change: "renamed",
      before: "postmortem",
      after: { name: "incident" },
    });
    expect(eventOf("label", { action: "deleted", label })).toEqual({
      kind: "label-changed",
      change: "deleted",
      before: "incident",
    });
    expect(eventOf("label", { action: "edited", label, changes: { color: { from: "fff" } } })).toBeUndefined();
  });
});

it("says why a webhook without an installation is nothing to us", () => {
  const because: string[] = [];
  const lone = webhook("issues", { action: "opened", issue: ISSUE, installation: undefined });

  expect(translate({ ...lone, because: (reason) => because.push(reason) })).toBeUndefined();
  expect(because).toEqual(["it has no action, installation or readable sender"]);
});

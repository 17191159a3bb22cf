import { describe, expect, it } from "vitest";

import { Event } from "../../../src/domain/event.ts";
import type { TenantFacts } from "../../../src/domain/facts.ts";
import { InstallationId } from "../../../src/domain/ids.ts";
import followInstallation from "../../../src/features/tenancy/rules/follow-installation.ts";
import followOwner from "../../../src/features/tenancy/rules/follow-owner.ts";
import followRepository from "../../../src/features/tenancy/rules/follow-repository.ts";

function facts(event: Event): TenantFacts {
  return {
    kind: "tenant",
    now: "2026-11-20T10:00:00.000Z",
    delivery: { id: "d-1", attempt: 1 },
    event,
    installationId: InstallationId.parse(7),
  };
}

describe("an installation", () => {
  it.each([
    ["deleted", [{ kind: "forget-tenant", installationId: 7 }]],
    ["created", [{ kind: "save-tenant", installationId: 7, account: "acme", suspended: false }]],
    ["suspended", [{ kind: "save-tenant", installationId: 7, account: "acme", suspended: true }]],
    ["unsuspended", [{ kind: "save-tenant", installationId: 7, account: "acme", suspended: false }]],
  ] as const)("that is %s", (change, changes) => {
    expect(followInstallation.plan(facts({ kind: "installation-changed", change, account: "acme" }))).toEqual(changes);
  });

  it("whose account has another login", () => {
    const changes = followOwner.plan(facts({ kind: "owner-renamed", before: "acme", after: "acme-corp" }));

    expect(changes).toEqual([{ kind: "rename-owner", installationId: 7, before: "acme", after: "acme-corp" }]);
  });

  it("is not what another event is about", () => {
    expect(followOwner.plan(facts({ kind: "refresh-due" }))).toEqual([]);
    expect(followInstallation.plan(facts({ kind: "refresh-due" }))).toEqual([]);
    expect(followRepository.plan(facts({ kind: "refresh-due" }))).toEqual([]);
  });
});

describe("a repository", () => {
  const gone = { kind: "forget-repository", installationId: 7, repositoryId: 100 };
  const moved = { kind: "rename-repository", installationId: 7, repositoryId: 100, owner: "acme", repo: "store" };

  it.each([
    ["deleted", [gone]],
    ["removed", [gone]],
    ["renamed", [moved]],
    ["transferred", [moved]],
    ["archived", [{ kind: "archive-repository", installationId: 7, repositoryId: 100, archived: true }]],
    ["unarchived", [{ kind: "archive-repository", installationId: 7, repositoryId: 100, archived: false }]],
    ["privatized", []],
    ["added", []],
  ] as const)("that is %s", (change, changes) => {
    const event = Event.parse({ kind: "repository-changed", change, repositoryId: 100, owner: "acme", repo: "store" });

    expect(followRepository.plan(facts(event))).toEqual(changes);
  });

  it("passes on what it was called", () => {
    const before = { owner: "acme", repo: "shop" };
    const event: Event = {
      kind: "repository-changed",
      change: "renamed",
      repositoryId: 100,
      owner: "acme",
      repo: "store",
      before,
    };

    expect(followRepository.plan(facts(event))).toEqual([{ ...moved, before }]);
  });
});

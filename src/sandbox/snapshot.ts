import { stamp } from "./clock.ts";
import type { World } from "./model.ts";
import { labelsOf } from "./shapes.ts";
import { fullNameOf, issueById } from "./world.ts";

/** The world in plain JSON, by names instead of ids, for checkers that look from outside. */
export function snapshot(world: World) {
  const login = (id: number | null): string | null => (id === null ? null : (world.accounts.get(id)?.login ?? null));
  return {
    now: world.clock.now(),
    app: { id: world.app.id, slug: world.app.slug, webhookUrl: world.app.webhookUrl ?? null },
    installations: [...world.installations.values()].map((installation) => ({
      id: installation.id,
      account: login(installation.accountId),
      suspended: installation.suspendedAt !== null,
      repositories: installation.repositories === "all" ? ("all" as const) : [...installation.repositories],
      permissions: installation.permissions,
    })),
    users: [...world.accounts.values()].map((account) => ({
      id: account.id,
      login: account.login,
      type: account.kind,
      deleted: account.deleted,
    })),
    repositories: [...world.repositories.values()].map((repository) => ({
      id: repository.id,
      name: fullNameOf(world, repository),
      visibility: repository.visibility,
      archived: repository.archived,
      deleted: repository.deleted,
      labels: [...repository.labels.values()].map((label) => label.name),
      roles: Object.fromEntries([...repository.roles].map(([id, role]) => [login(id) ?? "", role.name])),
      files: Object.fromEntries([...repository.files].map(([path, file]) => [path, file.text])),
      issues: [...repository.issues.values()].map((issue) => ({
        id: issue.id,
        number: issue.number,
        title: issue.title,
        body: issue.body,
        author: login(issue.userId),
        state: issue.state,
        stateReason: issue.stateReason,
        labels: labelsOf(world, issue).map((label) => label.name),
        assignees: issue.assignees.map((id) => login(id) ?? ""),
        locked: issue.locked,
        pinned: issue.pinned,
        deleted: issue.deleted,
        pull: issue.pull === null ? null : { merged: issue.pull.merged },
        parent: issue.parentId === null ? null : issueById(world, issue.parentId).number,
        subIssues: issue.subIssues,
        createdAt: stamp(issue.createdAt),
        updatedAt: stamp(issue.updatedAt),
        closedAt: issue.closedAt === null ? null : stamp(issue.closedAt),
        reactions: issue.reactions.map((reaction) => ({ user: login(reaction.userId), content: reaction.content })),
        comments: issue.comments.flatMap((id) => {
          const comment = world.comments.get(id);
          if (comment === undefined) return [];
          return [
            {
              id,
              author: login(comment.userId),
              body: comment.body,
              createdAt: stamp(comment.createdAt),
              updatedAt: stamp(comment.updatedAt),
              reactions: comment.reactions.map((reaction) => ({
                user: login(reaction.userId),
                content: reaction.content,
              })),
            },
          ];
        }),
      })),
      checkRuns: repository.checkRuns.map((run) => ({
        id: run.id,
        name: run.name,
        headSha: run.headSha,
        status: run.status,
        conclusion: run.conclusion,
        title: run.output.title,
        summary: run.output.summary,
        annotations: run.annotations,
      })),
    })),
  };
}

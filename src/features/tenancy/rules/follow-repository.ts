import { defined } from "../../../domain/defined.ts";
import { defineTenantRule } from "../../../plan/define.ts";

/**
 * A repository keeps its postmortems under a new name and while it is archived, and loses them when it is deleted or taken
 * from the app.
 */
export default defineTenantRule({
  name: "follow-repository",
  when: ["repository-changed"],
  plan({ event, installationId }) {
    if (event.kind !== "repository-changed") return [];
    const { repositoryId, owner, repo, before } = event;
    if (event.change === "deleted" || event.change === "removed")
      return [{ kind: "forget-repository", installationId, repositoryId }];
    if (event.change === "renamed" || event.change === "transferred")
      return [{ kind: "rename-repository", installationId, repositoryId, owner, repo, ...defined({ before }) }];
    if (event.change === "archived" || event.change === "unarchived")
      return [{ kind: "archive-repository", installationId, repositoryId, archived: event.change === "archived" }];
    return [];
  },
});

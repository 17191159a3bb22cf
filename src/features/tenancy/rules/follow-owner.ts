import { defineTenantRule } from "../../../plan/define.ts";

/** The account has another login: everything that is named after it follows. */
export default defineTenantRule({
  name: "follow-owner",
  when: ["owner-renamed"],
  plan({ event, installationId }) {
    if (event.kind !== "owner-renamed") return [];
    const { before, after } = event;
    return [{ kind: "rename-owner", installationId, before, after }];
  },
});
